#include "aisle/report/export_stores.h"

#include <vector>

#include "aisle/base/errors.h"
#include "aisle/engine/csv_output.h"
#include "aisle/insight/segments.h"
#include "aisle/project/staged_output.h"
#include "aisle/report/export_columns.h"
#include "aisle/report/spreadsheet.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExported = "exported_stores";

void require(const fs::path& file, const ProjectPaths& paths) {
  if (fs::exists(file)) return;
  throw DataError(
      {.where = paths.relative(file), .what = "is not there", .expected = "", .remedy = "run `aisle run`"});
}

}  // namespace

ExportResult export_stores(EmbeddedEngine& engine, const Options& options, const ProjectPaths& paths,
                           ExportFormat format, const fs::path& file, const CancelFlag* cancel) {
  const fs::path summary_file = paths.insight / "segments.json";
  require(paths.clustered_stores, paths);
  require(summary_file, paths);
  const Table stores = read_parquet(engine, paths.clustered_stores);
  const std::vector<ExportColumn> columns = export_columns(options.exports.columns, stores);
  const Table table = export_table(stores, columns);
  ExportResult result{.n_stores = static_cast<std::int64_t>(table.n_rows()),
                      .n_columns = static_cast<std::int64_t>(table.n_cols())};
  StagedOutput staged(file, StagedOutput::Kind::kFile);
  switch (format) {
    case ExportFormat::kCsv:
      engine.put_table(kExported, table);
      result.n_guarded = write_csv(engine, "SELECT * FROM " + std::string(kExported), staged.path());
      break;
    case ExportFormat::kParquet:
      write_table(engine, table, staged.path());
      break;
    case ExportFormat::kXlsx: {
      const SegmentsSummary summary = parse_segments(read_file(summary_file), paths.relative(summary_file));
      const Column& clusters = stores.column("cluster_final");
      write_spreadsheet(staged.path(), table, columns, clusters.ints, summary,
                        NumberWords(options.project.locale, options.project.currency), cancel);
      break;
    }
  }
  staged.commit();
  return result;
}

}  // namespace aisle
