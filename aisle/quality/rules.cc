// Expectations as SQL.
#include "aisle/quality/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/engine/engine.h"
#include "aisle/quality/volume.h"

namespace aisle {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();

// A column that a pair names: its own, or "TABLE.COLUMN" of another table.
struct PairColumn {
  std::string table;  // "" for the checked table
  std::string column;
};

PairColumn pair_column(const std::string& name, const TableSchema& table) {
  if (table.find(name) != nullptr) return {"", name};
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return {"", name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

[[noreturn]] void refuse_value(const std::string& where, const std::string& column, ColumnType type,
                               const SuiteValue& value) {
  throw InvalidInput({where, fmt::format("\"{}\" does not fit the column {}", value_text(value), column),
                      std::string("values of its type, ") + column_type_name(type), ""});
}

// Doubles are written so that both engines read them back as the same double.
std::string double_sql(double value) {
  std::string text = fmt::format("{:.17g}", value);
  if (text.find('e') == std::string::npos) text += "e0";
  return text;
}

std::string literal(const SuiteValue& value, ColumnType type, const std::string& column,
                    const std::string& where) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* number = std::get_if<double>(&value);
  switch (type) {
    case ColumnType::kText:
      if (std::holds_alternative<bool>(value)) refuse_value(where, column, type, value);
      return sql_literal(text != nullptr ? *text : value_text(value));
    case ColumnType::kInt64:
    case ColumnType::kDouble:
      if (whole != nullptr) return std::to_string(*whole);
      if (number != nullptr) return double_sql(*number);
      refuse_value(where, column, type, value);
    case ColumnType::kBool:
      if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "TRUE" : "FALSE";
      refuse_value(where, column, type, value);
    case ColumnType::kDate:
      if (text == nullptr) refuse_value(where, column, type, value);
      return "DATE " + sql_literal(format_date(parse_date(*text, where)));
  }
  throw InternalError({"literal", "unknown column type", "", ""});
}

std::string list_of_values(const std::vector<SuiteValue>& values) {
  constexpr std::size_t kShown = 10;
  std::string text;
  for (std::size_t at = 0; at < std::min(values.size(), kShown); ++at) {
    text += (at == 0 ? "" : ", ") + value_text(values[at]);
  }
  if (values.size() > kShown) text += fmt::format(" or {} more", values.size() - kShown);
  return text;
}

std::string set_sql(const Expectation& expectation, ColumnType type, const std::string& where) {
  std::string list;
  for (const SuiteValue& value : expectation.value_set) {
    list += (list.empty() ? "" : ", ") + literal(value, type, expectation.column, where);
  }
  return list;
}

std::string count_where(const std::string& condition) {
  return "count(*) FILTER (WHERE " + condition + ")";
}

RowRule set_rule(const Expectation& expectation, ColumnType type, const std::string& where) {
  const std::string column = column_sql(expectation.column);
  const std::string list = set_sql(expectation, type, where);
  RowRule rule;
  const bool in_set =
      expectation.kind == ExpectationKind::kInSet || expectation.kind == ExpectationKind::kForeignKey;
  if (in_set) {
    rule.unexpected.condition = list.empty() ? column + " IS NOT NULL" : column + " NOT IN (" + list + ")";
    rule.reason = expectation.column + " is not one of " + list_of_values(expectation.value_set);
  } else {
    rule.unexpected.condition = list.empty() ? "FALSE" : column + " IN (" + list + ")";
    rule.reason = expectation.column + " is one of " + list_of_values(expectation.value_set);
    if (expectation.kind == ExpectationKind::kVolume) {
      rule.reason = expectation.column + " is a half-loaded day";
    } else if (expectation.kind == ExpectationKind::kStrayDays) {
      rule.reason = fmt::format("{} is over {} days from nearly all rows", expectation.column, kStrayGapDays);
    }
  }
  return rule;
}

bool is_number(const SuiteValue& value, double wanted) {
  const auto* number = std::get_if<double>(&value);
  return number != nullptr && *number == wanted;
}

RowRule between_rule(const Expectation& expectation, ColumnType type, const std::string& where) {
  const std::string column = column_sql(expectation.column);
  const bool low = expectation.min_value.index() != 0;
  const bool high = expectation.max_value.index() != 0;
  std::string condition;
  std::string reason;
  if (low) {
    condition = column + (expectation.strict_min ? " <= " : " < ") +
                literal(expectation.min_value, type, expectation.column, where);
    reason = (expectation.strict_min ? " is not above " : " is below ") + value_text(expectation.min_value);
  }
  if (high) {
    condition += (low ? " OR " : "") + column + (expectation.strict_max ? " >= " : " > ") +
                 literal(expectation.max_value, type, expectation.column, where);
    reason =
        low ? " is not between " + value_text(expectation.min_value) + " and " +
                  value_text(expectation.max_value)
            : (expectation.strict_max ? " is not below " : " is above ") + value_text(expectation.max_value);
  }
  if (is_number(expectation.min_value, -kLargest) && is_number(expectation.max_value, kLargest)) {
    reason = " is NaN or infinite";
  }
  RowRule rule;
  rule.unexpected.condition = "(" + condition + ")";
  rule.reason = expectation.column + reason;
  return rule;
}

// Keys of another table with, for pairs, the columns compared. One join serves every rule on that key.
RuleJoin reference_join(const std::string& table, const std::string& key, const std::string& own_key,
                        const RuleScope& scope) {
  RuleJoin join;
  join.alias = sql_name("ref_" + table + "_" + key + "_" + own_key);
  std::string columns;
  const TableSchema* schema = scope.find(table);
  for (std::size_t at = 0; at < schema->columns.size(); ++at) {
    const std::string& column = schema->columns[at];
    if (column == key || schema->types[at] == ColumnType::kText) continue;
    columns += ", max(" + sql_name(column) + ") AS " + sql_name(column);
  }
  join.sql = fmt::format(
      "LEFT JOIN (SELECT {0} AS the_key{1} FROM {2} WHERE {0} IS NOT NULL GROUP BY {0}) AS {3} ON "
      "{3}.the_key = {4}",
      sql_name(key), columns, scope.view_of(table), join.alias, column_sql(own_key));
  return join;
}

RowRule foreign_key_rule(const Expectation& expectation, const RuleScope& scope) {
  const RuleJoin join =
      reference_join(expectation.reference_table, expectation.reference_column, expectation.column, scope);
  RowRule rule;
  rule.unexpected.condition =
      column_sql(expectation.column) + " IS NOT NULL AND " + join.alias + ".the_key IS NULL";
  rule.unexpected.joins = {join};
  rule.reason =
      expectation.column + " is not in " + expectation.reference_table +
      (expectation.reference_column == expectation.column ? "" : "." + expectation.reference_column);
  return rule;
}

// Rows whose values stand more than once. Values that are all null, or any of them, are left out as the
// expectation says.
RowRule unique_rule(const Expectation& expectation, const TableSchema& table) {
  const bool single = expectation.kind == ExpectationKind::kUnique;
  const std::vector<std::string> columns =
      single ? std::vector<std::string>{expectation.column} : expectation.columns;
  std::string list, on, nulls, names;
  const char* between_nulls = expectation.ignore_row == IgnoreRow::kAnyMissing ? " AND " : " OR ";
  RuleJoin join;
  for (const std::string& column : columns) names += (names.empty() ? "" : ", ") + column;
  join.alias = sql_name("twice_" + names);
  for (std::size_t at = 0; at < columns.size(); ++at) {
    const std::string name = sql_name(columns[at]);
    list += (at == 0 ? "" : ", ") + name;
    nulls += (at == 0 ? "" : between_nulls) + name + " IS NOT NULL";
    on += (at == 0 ? "" : " AND ") + join.alias + "." + name + " IS NOT DISTINCT FROM " +
          column_sql(columns[at]);
  }
  const bool all_rows = !single && expectation.ignore_row == IgnoreRow::kNever;
  const std::string twice =
      fmt::format("(SELECT {0}, count(*) AS n_times FROM raw_{1}{2} GROUP BY {0} HAVING count(*) > 1)", list,
                  table.name, all_rows ? "" : " WHERE " + nulls);
  join.sql = "LEFT JOIN " + twice + " AS " + join.alias + " ON " + on;
  RowRule rule;
  rule.unexpected.joins = {join};
  rule.unexpected.condition = join.alias + ".n_times IS NOT NULL";
  rule.count_sql = "SELECT CAST(coalesce(sum(n_times), 0) AS BIGINT) AS n FROM " + twice + " AS twice";
  if (!single) {
    std::string counted;
    for (const std::string& column : columns) {
      counted += (counted.empty() ? "" : between_nulls) + column_sql(column) + " IS NOT NULL";
    }
    if (!all_rows) rule.considered = count_where(counted);
  }
  rule.reason =
      single ? expectation.column + " stands more than once" : "(" + names + ") stand more than once";
  return rule;
}

RowRule pair_rule(const Expectation& expectation, const TableSchema& table, const RuleScope& scope) {
  RowRule rule;
  std::vector<std::string> sql;
  bool dates = false;
  for (const std::string& name : {expectation.column, expectation.column_b}) {
    const PairColumn column = pair_column(name, table);
    if (column.table.empty()) {
      sql.push_back(column_sql(column.column));
      dates = *table.find(column.column) == ColumnType::kDate;
    } else {
      const RuleJoin join = reference_join(column.table, expectation.join_on, expectation.join_on, scope);
      sql.push_back(join.alias + "." + sql_name(column.column));
      rule.unexpected.joins.push_back(join);
    }
  }
  const std::string& a = sql[0];
  const std::string& b = sql[1];
  const std::string missing = "(" + a + " IS NULL OR " + b + " IS NULL)";
  const std::string broken = a + (expectation.or_equal ? " < " : " <= ") + b;
  switch (expectation.ignore_row) {
    case IgnoreRow::kAnyMissing:
      rule.considered = count_where("NOT " + missing);
      rule.unexpected.condition = broken;
      break;
    case IgnoreRow::kAllMissing: {
      const std::string counted = "(" + a + " IS NOT NULL OR " + b + " IS NOT NULL)";
      rule.considered = count_where(counted);
      rule.unexpected.condition = "(" + counted + " AND (" + missing + " OR " + broken + "))";
      break;
    }
    case IgnoreRow::kNever:
      rule.unexpected.condition = "(" + missing + " OR " + broken + ")";
      break;
  }
  const std::string words = expectation.or_equal ? (dates ? " is before " : " is below ")
                                                 : (dates ? " is not after " : " is not above ");
  rule.reason = expectation.column + words + expectation.column_b;
  rule.value_sql = sql;
  return rule;
}

}  // namespace

bool is_row_rule(ExpectationKind kind) {
  switch (kind) {
    case ExpectationKind::kColumnExists:
    case ExpectationKind::kOfType:
    case ExpectationKind::kRowCount:
    case ExpectationKind::kMean:
    case ExpectationKind::kMin:
    case ExpectationKind::kMax:
    case ExpectationKind::kFreshness:
      return false;
    default:
      return true;
  }
}

std::string missing_part(const Expectation& expectation, const TableSchema& table, const RuleScope& scope) {
  if (expectation.kind == ExpectationKind::kColumnExists) return "";
  std::vector<PairColumn> needed;
  for (const std::string& column : expectation.columns) needed.push_back({"", column});
  if (expectation.kind == ExpectationKind::kPairGreater) {
    for (const std::string& name : {expectation.column, expectation.column_b}) {
      needed.push_back(pair_column(name, table));
      if (needed.back().table.empty()) continue;
      needed.push_back({"", expectation.join_on});
      needed.push_back({needed[needed.size() - 2].table, expectation.join_on});
    }
  } else if (!expectation.column.empty()) {
    needed.push_back({"", expectation.column});
  }
  if (expectation.kind == ExpectationKind::kForeignKey && !expectation.reference_table.empty()) {
    needed.push_back({expectation.reference_table, expectation.reference_column});
  }
  for (const PairColumn& part : needed) {
    const TableSchema* schema = part.table.empty() ? &table : scope.find(part.table);
    if (schema == nullptr) return "table " + part.table;
    if (schema->find(part.column) == nullptr) {
      return "column " + (part.table.empty() ? "" : part.table + ".") + part.column;
    }
  }
  return "";
}

RowRule row_rule(const Expectation& expectation, const TableSchema& table, const RuleScope& scope,
                 const std::string& where) {
  const ColumnType* type = expectation.column.empty() ? nullptr : table.find(expectation.column);
  RowRule rule;
  switch (expectation.kind) {
    case ExpectationKind::kNotNull:
      rule.unexpected.condition = column_sql(expectation.column) + " IS NULL";
      rule.reason = expectation.column + " is null";
      break;
    case ExpectationKind::kUnique:
    case ExpectationKind::kCompoundUnique:
      rule = unique_rule(expectation, table);
      break;
    case ExpectationKind::kForeignKey:
      rule = expectation.reference_table.empty() ? set_rule(expectation, *type, where)
                                                 : foreign_key_rule(expectation, scope);
      break;
    case ExpectationKind::kInSet:
    case ExpectationKind::kNotInSet:
    case ExpectationKind::kVolume:
    case ExpectationKind::kStrayDays:
      rule = set_rule(expectation, *type, where);
      break;
    case ExpectationKind::kBetween:
      rule = between_rule(expectation, *type, where);
      break;
    case ExpectationKind::kMatchRegex:
      rule.unexpected.condition = fmt::format("NOT regexp_matches(CAST({} AS VARCHAR), {})",
                                              column_sql(expectation.column), sql_literal(expectation.regex));
      rule.reason = expectation.column + " does not match " + expectation.regex;
      break;
    case ExpectationKind::kPairGreater:
      rule = pair_rule(expectation, table, scope);
      break;
    default:
      throw InternalError({"row_rule", "not a rule about rows", "", ""});
  }
  if (expectation.kind == ExpectationKind::kPairGreater) {
    rule.value_columns = {expectation.column, expectation.column_b};
  } else {
    rule.value_columns =
        expectation.columns.empty() ? std::vector<std::string>{expectation.column} : expectation.columns;
    for (const std::string& column : rule.value_columns) rule.value_sql.push_back(column_sql(column));
    if (expectation.columns.empty() && expectation.kind != ExpectationKind::kNotNull) {
      rule.considered = "count(" + column_sql(expectation.column) + ")";
    }
  }
  return rule;
}

}  // namespace aisle
