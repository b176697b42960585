// What rules are made of: schemas, joins, columns and values in SQL and in words.
#include <fmt/format.h>

#include <algorithm>

#include "aisle/engine/engine.h"
#include "aisle/quality/rules.h"

namespace aisle {

const ColumnType* TableSchema::find(const std::string& column) const {
  const auto found = std::find(columns.begin(), columns.end(), column);
  return found == columns.end() ? nullptr : &types[static_cast<std::size_t>(found - columns.begin())];
}

const TableSchema* RuleScope::find(const std::string& table) const {
  const auto found = schemas.find(table);
  return found == schemas.end() ? nullptr : &found->second;
}

std::string RuleScope::view_of(const std::string& table) const {
  return (checked.count(table) != 0 ? "" : "raw_") + table;
}

std::vector<std::string> key_columns(const TableSchema& table) {
  std::vector<std::string> keys;
  for (const char* key : {"date", "snapshot_date", "store_id", "product_id"}) {
    if (table.find(key) != nullptr) keys.emplace_back(key);
  }
  return keys;
}

std::vector<RuleJoin> merged_joins(const std::vector<const RowFilter*>& filters) {
  std::vector<RuleJoin> joins;
  for (const RowFilter* filter : filters) {
    for (const RuleJoin& join : filter->joins) {
      const bool there = std::any_of(joins.begin(), joins.end(),
                                     [&](const RuleJoin& other) { return other.alias == join.alias; });
      if (!there) joins.push_back(join);
    }
  }
  return joins;
}

std::string from_clause(const std::string& table, const std::vector<RuleJoin>& joins) {
  std::string sql = "FROM raw_" + table + " AS t";
  for (const RuleJoin& join : joins) sql += " " + join.sql;
  return sql;
}

std::string column_sql(const std::string& column) {
  return "t." + sql_name(column);
}

std::string value_text(const SuiteValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return "nothing";
}

std::string count_text(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (count < 0 ? 1 : 0);
       at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

}  // namespace aisle
