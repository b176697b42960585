#include "aisle/serve/table_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>

#include "aisle/engine/csv_output.h"
#include "aisle/engine/project_engine.h"
#include "aisle/insight/labels.h"
#include "aisle/project/contract.h"
#include "aisle/project/options.h"
#include "aisle/project/private_folder.h"
#include "aisle/project/staged_output.h"
#include "aisle/report/export_columns.h"
#include "aisle/report/spreadsheet.h"
#include "aisle/segment/json_fields.h"
#include "aisle/serve/json_response.h"
#include "aisle/serve/parameters.h"
#include "aisle/serve/row_filter.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// The project's tables of stores are far below; rows put aside can be more than anybody looks at.
constexpr std::int64_t kMostRows = 1'000'000;
constexpr std::int64_t kUsualRows = 1000;
constexpr std::int64_t kMostJsonRows = 100'000;
constexpr std::int64_t kFarthest = 1'000'000'000;
constexpr std::size_t kKeptTables = 3;

struct NamedTable {
  std::string name;
  fs::path file;
};

std::vector<NamedTable> tables_there(const ProjectPaths& paths) {
  std::vector<NamedTable> tables = {
      {"stores", paths.clustered_stores}, {"features", paths.store_features}, {"months", paths.store_months}};
  for (const ContractTable& table : contract_tables()) {
    tables.push_back(
        {fmt::format("quarantine.{}", table.name), paths.quarantine / fmt::format("{}.parquet", table.name)});
  }
  std::erase_if(tables, [](const NamedTable& table) { return !stamp_of(table.file); });
  return tables;
}

// Reads tables and keeps the last few, as long as their files are the same.
class TableReader {
 public:
  TableReader(ServedProject project, const CancelFlag& stopping)
      : project_(std::move(project)), stopping_(stopping) {}

  const ProjectPaths& paths() const { return project_.paths; }
  const CancelFlag* stopping() const { return &stopping_; }

  std::unique_ptr<EmbeddedEngine> open() const {
    const Options options = load_options(project_.paths.root, project_.overrides);
    return open_embedded_engine(options, project_.paths, &stopping_);
  }

  // `sql` has {} in place of the table's file.
  Table query(Engine& engine, const NamedTable& table, const std::string& sql) const {
    try {
      return engine.query(fmt::format(fmt::runtime(sql), sql_literal(table.file.string())));
    } catch (const DataError&) {
      throw DataError({.where = paths().relative(table.file),
                       .what = "is no whole Parquet file",
                       .expected = "what `aisle run` wrote",
                       .remedy = "run `aisle run --force` to make it anew"});
    }
  }

  std::shared_ptr<const Table> read(const NamedTable& table) {
    const auto stamp = stamp_of(table.file);
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
      return kept.file == table.file && stamp && kept.stamp == *stamp;
    });
    if (found != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, found);
      return kept_.front().table;
    }
    const auto engine = open();
    const auto content = std::make_shared<const Table>(
        query(*engine, table, "SELECT * FROM read_parquet({}) LIMIT " + std::to_string(kMostRows)));
    if (stamp) kept_.push_front({table.file, *stamp, content});
    if (kept_.size() > kKeptTables) kept_.pop_back();
    return content;
  }

 private:
  struct Kept {
    fs::path file;
    FileStamp stamp;
    std::shared_ptr<const Table> table;
  };

  ServedProject project_;
  const CancelFlag& stopping_;
  std::mutex mutex_;
  std::list<Kept> kept_;
};

Json column_to_json(const Column& column) {
  const FeatureLabel label = label_of(feature_labels(), column.name);
  return {{"name", column.name},
          {"type", column_type_name(column.type)},
          {"label", label.label},
          {"unit", unit_name(label.unit)}};
}

Json value_at(const Column& column, std::size_t row) {
  if (column.null_at(row)) return nullptr;
  switch (column.type) {
    case ColumnType::kInt64:
      return column.ints[row];
    case ColumnType::kBool:
      return column.ints[row] != 0;
    case ColumnType::kDouble:
      return number_or_null(column.doubles[row]);
    case ColumnType::kText:
    case ColumnType::kDate:
      break;
  }
  return column.text_at(row);
}

HttpResponse list_tables(const TableReader& reader) {
  Json list = Json::array();
  const auto engine = reader.open();
  for (const NamedTable& table : tables_there(reader.paths())) {
    const Table head = reader.query(*engine, table, "SELECT * FROM read_parquet({}) LIMIT 0");
    const Table count = reader.query(*engine, table, "SELECT num_rows FROM parquet_file_metadata({})");
    Json columns = Json::array();
    for (const Column& column : head.columns()) columns.push_back(column_to_json(column));
    list.push_back({{"name", table.name},
                    {"path", reader.paths().relative(table.file)},
                    {"n_rows", static_cast<std::int64_t>(count.columns().front().number_at(0))},
                    {"columns", columns}});
  }
  return json_response({{"tables", list}});
}

NamedTable named_table(const HttpRequest& request, const ProjectPaths& paths) {
  const std::string& name = request.path_values.at("name");
  std::string known;
  for (const NamedTable& table : tables_there(paths)) {
    if (table.name == name) return table;
    known += (known.empty() ? "" : ", ") + table.name;
  }
  throw HttpError(404, {.where = request.path,
                        .what = "there is no table '" + name + "'",
                        .expected = known.empty() ? "" : "one of " + known,
                        .remedy = known.empty() ? "run `aisle run`, or start one here" : ""});
}

HttpResponse page_of(const std::string& name, const Table& whole, const std::vector<const Column*>& columns,
                     const std::vector<std::size_t>& rows, std::int64_t offset, std::int64_t limit) {
  const auto n_rows = static_cast<std::int64_t>(rows.size());
  const auto first = static_cast<std::size_t>(std::min(offset, n_rows));
  const auto last = static_cast<std::size_t>(std::min(offset + limit, n_rows));
  Json heads = Json::array();
  Json values = Json::array();
  for (const Column* column : columns) {
    heads.push_back(column_to_json(*column));
    Json of_column = Json::array();
    for (std::size_t at = first; at < last; ++at) of_column.push_back(value_at(*column, rows[at]));
    values.push_back(std::move(of_column));
  }
  return json_response({{"table", name},
                        {"n_rows", n_rows},
                        {"is_cut", static_cast<std::int64_t>(whole.n_rows()) >= kMostRows},
                        {"offset", offset},
                        {"columns", heads},
                        {"values", values}});
}

HttpResponse file_of(const TableReader& reader, const std::string& name, const Table& table,
                     const std::string& format) {
  const PrivateFolder folder;
  const fs::path file = folder.path() / "table";
  std::string type = "text/csv; charset=utf-8; header=present";
  if (format == "xlsx") {
    type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    std::vector<ExportColumn> columns;
    for (const Column& column : table.columns()) {
      columns.push_back({column.name, column.name, label_of(feature_labels(), column.name).unit});
    }
    write_sheet(file, name, table, columns, reader.stopping());
  } else {
    const auto engine = reader.open();
    if (format == "parquet") {
      type = "application/vnd.apache.parquet";
      write_table(*engine, table, file);
    } else {
      engine->put_table("wanted", table);
      write_csv(*engine, "SELECT * FROM wanted", file);
    }
  }
  HttpResponse response = text_response(read_file(file), type);
  response.set_header("Content-Disposition", fmt::format("attachment; filename=\"{}.{}\"", name, format));
  return response;
}

HttpResponse get_table(const HttpRequest& request, TableReader& reader) {
  const Parameters parameters(request, {"format", "columns", "where", "rows", "sort", "limit", "offset"});
  const std::string format = parameters.choice("format", {"json", "csv", "parquet", "xlsx"}).value_or("json");
  const std::int64_t limit =
      parameters.integer("limit", 0, kMostJsonRows).value_or(format == "json" ? kUsualRows : kMostRows);
  const std::int64_t offset = parameters.integer("offset", 0, kFarthest).value_or(0);
  const NamedTable table = named_table(request, reader.paths());
  const std::shared_ptr<const Table> content = reader.read(table);
  const auto columns = chosen_columns(*content, parameters.text("columns").value_or(""));
  std::vector<std::size_t> rows = filtered_rows(*content, parameters.text("where").value_or(""));
  keep_named_rows(*content, parameters.text("rows").value_or(""), rows);
  sort_rows(*content, parameters.text("sort").value_or(""), rows);
  if (format == "json") return page_of(table.name, *content, columns, rows, offset, limit);
  rows.erase(rows.begin(),
             rows.begin() + std::min<std::int64_t>(offset, static_cast<std::int64_t>(rows.size())));
  if (static_cast<std::int64_t>(rows.size()) > limit) rows.resize(static_cast<std::size_t>(limit));
  Table chosen;
  for (const Column* column : columns) chosen.add(*column);
  return file_of(reader, table.name, chosen.take(rows), format);
}

}  // namespace

void add_table_routes(Router& router, const ServedProject& project, const CancelFlag& stopping) {
  const auto reader = std::make_shared<TableReader>(project, stopping);
  router.add(
      {"GET", "/api/v1/tables", Lane::kHeavy, [reader](const HttpRequest&) { return list_tables(*reader); }});
  router.add({"GET", "/api/v1/tables/{name}", Lane::kHeavy,
              [reader](const HttpRequest& request) { return get_table(request, *reader); }});
}

}  // namespace aisle
