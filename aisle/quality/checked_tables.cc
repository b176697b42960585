// Views without the rows that were put aside, and the file of those rows.
#include "aisle/quality/checked_tables.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

std::vector<RuleJoin> joins_of(const TableRemovals& removals) {
  std::vector<const RowFilter*> filters;
  for (const RowRemoval& removal : removals.rows) filters.push_back(&removal.filter);
  for (const ValueRemoval& removal : removals.values) filters.push_back(&removal.filter);
  return merged_joins(filters);
}

std::string any_row_condition(const TableRemovals& removals) {
  std::string condition;
  for (const RowRemoval& removal : removals.rows) {
    condition += (condition.empty() ? "(" : " OR (") + removal.filter.condition + ")";
  }
  return condition;
}

// A column as the checked table shows it: null where a rule says that the value counts as missing.
std::string shown_column(const std::string& column, const TableRemovals& removals) {
  std::string condition;
  for (const ValueRemoval& removal : removals.values) {
    if (removal.column != column) continue;
    condition += (condition.empty() ? "(" : " OR (") + removal.filter.condition + ")";
  }
  if (condition.empty()) return column_sql(column);
  return "CASE WHEN (" + condition + ") IS NOT TRUE THEN " + column_sql(column) + " END AS " +
         sql_name(column);
}

Json filter_json(const RowFilter& filter) {
  Json joins = Json::array();
  for (const RuleJoin& join : filter.joins) joins.push_back({{"alias", join.alias}, {"sql", join.sql}});
  return {{"where", filter.condition}, {"joins", joins}};
}

RowFilter filter_of(const Json& object) {
  RowFilter filter;
  filter.condition = object.at("where").get<std::string>();
  for (const Json& join : object.at("joins")) {
    filter.joins.push_back({join.at("alias").get<std::string>(), join.at("sql").get<std::string>()});
  }
  return filter;
}

}  // namespace

TableRemovals removals_of(const std::vector<ExpectationResult>& results) {
  TableRemovals removals;
  for (const ExpectationResult& result : results) {
    if (!result.about_rows || result.n_unexpected == 0) continue;
    const Expectation& expectation = result.expectation;
    if (expectation.action == RowAction::kQuarantine) {
      removals.rows.push_back({expectation.name, result.reason, result.unexpected});
    } else if (expectation.action == RowAction::kBlank) {
      removals.values.push_back({expectation.name, expectation.column, result.unexpected});
    }
  }
  return removals;
}

void make_checked_view(Engine& engine, const std::string& table, const std::vector<std::string>& columns,
                       const TableRemovals& removals) {
  std::string list;
  for (const std::string& column : columns)
    list += (list.empty() ? "" : ", ") + shown_column(column, removals);
  if (removals.values.empty()) list = "t.*";
  std::string sql = "SELECT " + list + " " + from_clause(table, joins_of(removals));
  // A condition over nulls is null: such a row breaks no rule and stays.
  if (!removals.rows.empty()) sql += " WHERE (" + any_row_condition(removals) + ") IS NOT TRUE";
  engine.make_view(table, sql);
}

std::int64_t write_quarantine(Engine& engine, const TableSchema& table, const TableRemovals& removals,
                              const std::filesystem::path& file) {
  std::string list, order, reasons;
  for (const std::string& column : table.columns) list += column_sql(column) + ", ";
  const std::vector<std::string> keys = key_columns(table);
  for (const std::string& key : keys) order += column_sql(key) + " NULLS LAST, ";
  for (const std::string& column : table.columns) {
    if (std::find(keys.begin(), keys.end(), column) == keys.end())
      order += column_sql(column) + " NULLS LAST, ";
  }
  order.resize(order.size() - 2);
  for (const RowRemoval& removal : removals.rows) {
    reasons += ", CASE WHEN " + removal.filter.condition + " THEN " + sql_literal(removal.reason) + " END";
  }
  return engine.write_parquet("SELECT " + list + "concat_ws('; '" + reasons + ") AS reason " +
                                  from_clause(table.name, joins_of(removals)) + " WHERE " +
                                  any_row_condition(removals) + " ORDER BY " + order,
                              file);
}

std::string removals_json(const TableRemovals& removals) {
  Json rows = Json::array();
  for (const RowRemoval& removal : removals.rows) {
    rows.push_back(
        {{"name", removal.name}, {"reason", removal.reason}, {"filter", filter_json(removal.filter)}});
  }
  Json values = Json::array();
  for (const ValueRemoval& removal : removals.values) {
    values.push_back(
        {{"name", removal.name}, {"column", removal.column}, {"filter", filter_json(removal.filter)}});
  }
  return Json{{"rows", rows}, {"values", values}}.dump();
}

TableRemovals parse_removals(const std::string& json) {
  const Json object = Json::parse(json);
  TableRemovals removals;
  for (const Json& row : object.at("rows")) {
    removals.rows.push_back({row.at("name").get<std::string>(), row.at("reason").get<std::string>(),
                             filter_of(row.at("filter"))});
  }
  for (const Json& value : object.at("values")) {
    removals.values.push_back({value.at("name").get<std::string>(), value.at("column").get<std::string>(),
                               filter_of(value.at("filter"))});
  }
  return removals;
}

void open_checked_tables(Engine& engine, const RawTables& raw, const ProjectPaths& paths) {
  const std::filesystem::path file = paths.validation / "checks.json";
  const std::string where = paths.relative(file);
  if (!std::filesystem::exists(file)) {
    throw EnvironmentError({where, "the tables were not checked yet", "", "run aisle check first"});
  }
  std::vector<std::pair<std::string, TableRemovals>> tables;
  try {
    const Json document = Json::parse(read_file(file));
    for (const Json& table : document.at("tables")) {
      tables.emplace_back(table.at("name").get<std::string>(), parse_removals(table.at("removals").dump()));
    }
  } catch (const nlohmann::json::exception& error) {
    throw DataError(
        {where, std::string("not a result of the checks: ") + error.what(), "", "run aisle check again"});
  }
  std::vector<std::string> checked, present;
  for (const auto& entry : tables) checked.push_back(entry.first);
  for (const RawTable& table : raw.tables) present.push_back(table.name);
  std::sort(checked.begin(), checked.end());
  std::sort(present.begin(), present.end());
  if (checked != present) {
    throw DataError(
        {where, "the checks were made of other tables than there are now", "", "run aisle check again"});
  }
  // In the order of the checks: a table's rule may look at the checked view of one before it.
  for (const auto& [name, removals] : tables) {
    make_checked_view(engine, name, raw.find(name)->columns, removals);
  }
}

}  // namespace aisle
