#include "aisle/report/export_columns.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"

namespace aisle {
namespace {

constexpr const char* kWhere = "export.columns";
constexpr std::array kUsual = {"store_id",
                               "store_name",
                               "regional",
                               "placement",
                               "city",
                               "state",
                               "cluster_final",
                               "is_inferred",
                               "probability",
                               "inferred_share",
                               "current_cluster_label",
                               "total_revenue",
                               "revenue_per_sqm",
                               "size_m2"};

std::string trimmed(const std::string& text) {
  const auto is_space = [](unsigned char letter) { return std::isspace(letter) != 0; };
  const auto first = std::find_if_not(text.begin(), text.end(), is_space);
  const auto last = std::find_if_not(text.rbegin(), text.rend(), is_space).base();
  return first < last ? std::string(first, last) : std::string();
}

ExportColumn parse_entry(const std::string& entry) {
  const std::size_t as = entry.find(" as ");
  const std::string source = trimmed(entry.substr(0, as));
  const std::string name = as == std::string::npos ? source : trimmed(entry.substr(as + 4));
  if (source.empty() || name.empty()) {
    throw InvalidInput({.where = kWhere,
                        .what = "has the entry '" + entry + "'",
                        .expected = "COLUMN or COLUMN as NAME",
                        .remedy = ""});
  }
  return {name, source, UnitKind::kAmount};
}

void check_column(const ExportColumn& column, const Table& stores) {
  if (stores.find(column.source) != nullptr) return;
  std::vector<std::string> names;
  for (const Column& there : stores.columns()) names.push_back(there.name);
  const std::string nearest = nearest_name(column.source, names);
  throw InvalidInput(
      {.where = kWhere,
       .what = "names '" + column.source + "', which the clustered stores do not have",
       .expected = "a column of data/artifacts/final_clustered_stores.parquet",
       .remedy = nearest.empty() ? "docs/documents.md lists them" : "did you mean '" + nearest + "'?"});
}

void check_names(const std::vector<ExportColumn>& columns) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    for (std::size_t before = 0; before < at; ++before) {
      if (columns[before].name != columns[at].name) continue;
      throw InvalidInput({.where = kWhere,
                          .what = "gives two columns the name '" + columns[at].name + "'",
                          .expected = "a name of its own for each",
                          .remedy = "write COLUMN as NAME"});
    }
  }
}

}  // namespace

std::vector<ExportColumn> export_columns(const std::vector<std::string>& entries, const Table& stores,
                                         const FeatureLabels& labels) {
  std::vector<ExportColumn> columns;
  for (const std::string& entry : entries) columns.push_back(parse_entry(entry));
  if (entries.empty()) {
    for (const char* name : kUsual) {
      if (stores.find(name) != nullptr) columns.push_back({name, name, UnitKind::kAmount});
    }
  }
  for (ExportColumn& column : columns) {
    check_column(column, stores);
    column.unit = label_of(labels, column.source).unit;
  }
  check_names(columns);
  return columns;
}

Table export_table(const Table& stores, const std::vector<ExportColumn>& columns) {
  Table table;
  for (const ExportColumn& wanted : columns) {
    Column column = stores.column(wanted.source);
    column.name = wanted.name;
    table.add(std::move(column));
  }
  return table;
}

}  // namespace aisle
