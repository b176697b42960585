#include "aisle/engine/in_place.h"

#include <fmt/format.h>

#include <algorithm>

namespace aisle {
namespace {

// The cast of a column to the contract's type, where both engines make the same value of it.
std::optional<std::string> common_cast(const MappedColumn& column) {
  const std::string& from = column.source_type;
  const bool is_whole = from == "BIGINT" || from == "INTEGER" || from == "SMALLINT" || from == "TINYINT";
  const bool is_real = from == "DOUBLE" || from == "FLOAT";
  if (!column.type) return column.value;
  switch (*column.type) {
    case ColumnType::kText:
      if (from == "VARCHAR") return column.value;
      return is_whole ? std::optional("CAST(" + column.value + " AS VARCHAR)") : std::nullopt;
    case ColumnType::kInt64:
      return is_whole ? std::optional("CAST(" + column.value + " AS BIGINT)") : std::nullopt;
    case ColumnType::kDouble:
      if (!is_whole && !is_real && !from.starts_with("DECIMAL(")) return std::nullopt;
      return "CAST(" + column.value + " AS DOUBLE)";
    case ColumnType::kDate:
      if (from != "DATE" && !from.starts_with("TIMESTAMP")) return std::nullopt;
      return "CAST(" + column.value + " AS DATE)";
    case ColumnType::kBool:
      return from == "BOOLEAN" ? std::optional(column.value) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<InPlace> read_in_place(const OpenedSource& opened, const std::string& view) {
  InPlace result;
  result.files.files = opened.source.files;
  result.files.has_partitions = has_partition_folder(opened.source.files.front());
  std::string list;
  for (const MappedColumn& column : opened.columns) {
    const std::optional<std::string> cast = column.is_expression ? std::nullopt : common_cast(column);
    const std::string type = spark_type(column.source_type);
    if (!cast || type.empty()) return std::nullopt;
    list += (list.empty() ? "" : ", ") + *cast + " AS " + sql_name(column.name);
    const auto file_column =
        std::find_if(opened.file_columns.begin(), opened.file_columns.end(),
                     [&](const FileColumn& known) { return sql_name(known.name) == column.value; });
    const bool is_there =
        std::any_of(result.files.columns.begin(), result.files.columns.end(),
                    [&](const ParquetColumn& known) { return known.name == file_column->name; });
    if (!is_there) result.files.columns.push_back({file_column->name, type});
  }
  result.select = fmt::format("SELECT {} FROM {}", list, view);
  return result;
}

}  // namespace aisle
