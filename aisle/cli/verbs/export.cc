// `aisle export`: the clustered stores for a planning system or a spreadsheet.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/output_format.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/engine/project_engine.h"
#include "aisle/report/export_stores.h"

namespace aisle {
namespace {

const std::map<std::string, ExportFormat> kFormats = {
    {"csv", ExportFormat::kCsv}, {"parquet", ExportFormat::kParquet}, {"xlsx", ExportFormat::kXlsx}};

struct Wanted {
  std::string format;
  std::string file;
};

void export_to(CommandContext& context, const Wanted& wanted) {
  const ExportFormat format =
      kFormats.at(output_format("export", wanted.format, wanted.file, {"csv", "parquet", "xlsx"}));
  const Options options = context.load_options();
  const auto engine = open_embedded_engine(options, context.paths(), context.cancel());
  const ExportResult result =
      export_stores(*engine, options, context.paths(), format, wanted.file, context.cancel());
  if (context.json()) {
    const nlohmann::ordered_json line = {{"event", "exported"},
                                         {"file", wanted.file},
                                         {"n_stores", result.n_stores},
                                         {"n_columns", result.n_columns},
                                         {"n_guarded", result.n_guarded}};
    std::puts(line.dump().c_str());
    return;
  }
  if (context.shared().quiet) return;
  fmt::print("{}: {} stores, {} columns\n", wanted.file, result.n_stores, result.n_columns);
  if (result.n_guarded > 0) {
    fmt::print(
        "{} texts begin like a formula; an apostrophe before them keeps spreadsheets from running it\n",
        result.n_guarded);
  }
}

}  // namespace

void add_export_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("export", "The clustered stores as CSV, Parquet or XLSX");
  const auto wanted = std::make_shared<Wanted>();
  verb->add_option("--format", wanted->format, "csv, parquet or xlsx; without it, as the file's name ends")
      ->type_name("FORMAT");
  verb->add_option("--out", wanted->file, "the file to write; one that is there is replaced")
      ->required()
      ->type_name("FILE");
  add_shared_options(*verb, context, "aisle export --project shop --format xlsx --out clusters.xlsx");
  verb->callback([&context, wanted] { export_to(context, *wanted); });
}

}  // namespace aisle
