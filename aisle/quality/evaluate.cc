// Evaluates the expectations of one table.
#include "aisle/quality/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/quality/messages.h"

namespace aisle {
namespace {

// The select list of one aggregate query; the same expression is computed once.
class Aggregates {
 public:
  std::size_t add(const std::string& sql) {
    const auto [found, is_new] = places_.try_emplace(sql, list_.size());
    if (is_new) list_.push_back(sql);
    return found->second;
  }

  std::size_t count_where(const std::string& condition) {
    return add(condition.empty() ? "count(*)" : "count(*) FILTER (WHERE " + condition + ")");
  }

  std::string sql() const {
    std::string text = "SELECT ";
    for (std::size_t at = 0; at < list_.size(); ++at) {
      text += fmt::format("{}{} AS a{}", at == 0 ? "" : ", ", list_[at], at);
    }
    return text;
  }

 private:
  std::map<std::string, std::size_t> places_;
  std::vector<std::string> list_;
};

SuiteValue first_value(const Column& column) {
  if (column.size() == 0 || column.null_at(0)) return {};
  switch (column.type) {
    case ColumnType::kInt64:
      return column.ints[0];
    case ColumnType::kDouble:
      return column.doubles[0];
    case ColumnType::kBool:
      return column.ints[0] != 0;
    default:
      return column.text_at(0);
  }
}

// Where the answers to one expectation stand in the aggregate query.
struct Places {
  std::size_t considered = 0;
  std::size_t unexpected = 0;
  std::size_t figure = 0;
  std::size_t count = 0;  // mean: values summed
  double scale = 1.0;     // mean: what the sum is divided by
};

struct Planned {
  ExpectationResult result;
  RowRule rule;
  Places places;
};

// Millionths: a mean is an exact sum of integers over a count, whatever the order of rows.
constexpr double kMeanScale = 1e6;
constexpr const char* kMeanLimit = "1e24";

void plan_mean(Planned& planned, const ColumnType type, Aggregates& aggregates) {
  const std::string column = column_sql(planned.result.expectation.column);
  if (type == ColumnType::kInt64) {
    planned.places.figure = aggregates.add("sum(CAST(" + column + " AS DECIMAL(38, 0)))");
    planned.places.count = aggregates.add("count(" + column + ")");
    planned.places.considered = planned.places.count;
    return;
  }
  const std::string usable = fmt::format("({0} > -{1} AND {0} < {1})", column, kMeanLimit);
  planned.places.scale = kMeanScale;
  planned.places.figure = aggregates.add(fmt::format(
      "sum(CASE WHEN {0} THEN CAST(floor({1} * 1e6 + 0.5) AS DECIMAL(38, 0)) END)", usable, column));
  planned.places.count = aggregates.count_where(usable);
  planned.places.considered = aggregates.add("count(" + column + ")");
}

void plan_figure(Planned& planned, const TableSchema& table, Aggregates& aggregates,
                 const std::string& where) {
  const Expectation& expectation = planned.result.expectation;
  const ColumnType* type = table.find(expectation.column);
  switch (expectation.kind) {
    case ExpectationKind::kMean:
      if (*type != ColumnType::kInt64 && *type != ColumnType::kDouble) {
        throw InvalidInput({where, "the column " + expectation.column + " is " + column_type_name(*type),
                            "a column of numbers for a mean", ""});
      }
      return plan_mean(planned, *type, aggregates);
    case ExpectationKind::kMin:
      planned.places.figure = aggregates.add("min(" + column_sql(expectation.column) + ")");
      return;
    case ExpectationKind::kFreshness:
      if (*type != ColumnType::kDate) {
        throw InvalidInput({where, "the column " + expectation.column + " is " + column_type_name(*type),
                            "a column of dates for a freshness", ""});
      }
      [[fallthrough]];
    case ExpectationKind::kMax:
      planned.places.figure = aggregates.add("max(" + column_sql(expectation.column) + ")");
      return;
    default:
      return;
  }
}

std::optional<double> as_number(const SuiteValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::nullopt;
}

// -1, 0 or 1. Texts compare as texts, so ISO dates as dates.
int compare(const SuiteValue& left, const SuiteValue& right, const std::string& where) {
  const auto left_number = as_number(left);
  const auto right_number = as_number(right);
  if (left_number && right_number)
    return *left_number < *right_number ? -1 : *left_number > *right_number ? 1 : 0;
  const auto* left_text = std::get_if<std::string>(&left);
  const auto* right_text = std::get_if<std::string>(&right);
  if (left_text == nullptr || right_text == nullptr) {
    throw InvalidInput({where,
                        "the bound " + value_text(right) + " does not fit the value " + value_text(left),
                        "a bound of the column's type", ""});
  }
  return left_text->compare(*right_text) < 0 ? -1 : *left_text == *right_text ? 0 : 1;
}

// A value that is not there passes, as in Great Expectations' rules about rows; NaN passes no bound.
bool within_bounds(const SuiteValue& value, const Expectation& expectation, const std::string& where) {
  if (value.index() == 0) return true;
  if (const auto* number = std::get_if<double>(&value); number != nullptr && std::isnan(*number))
    return false;
  if (expectation.min_value.index() != 0) {
    const int order = compare(value, expectation.min_value, where);
    if (order < 0 || (order == 0 && expectation.strict_min)) return false;
  }
  if (expectation.max_value.index() != 0) {
    const int order = compare(value, expectation.max_value, where);
    if (order > 0 || (order == 0 && expectation.strict_max)) return false;
  }
  return true;
}

void finish_mean(Planned& planned, const Table& answer) {
  ExpectationResult& result = planned.result;
  const std::int64_t n_used = answer.columns()[planned.places.count].ints[0];
  const std::int64_t n_values = answer.columns()[planned.places.considered].ints[0];
  if (n_used > 0) {
    result.observed = answer.columns()[planned.places.figure].number_at(0) / planned.places.scale /
                      static_cast<double>(n_used);
  }
  if (n_used < n_values) {
    result.reason = count_text(n_values - n_used) + " values that are NaN, infinite or beyond 1e24 left out";
    result.success = false;
  }
}

void finish_figure(Planned& planned, const Table& answer, const TableSchema& table, const std::string& as_of,
                   const std::string& where) {
  ExpectationResult& result = planned.result;
  Expectation& expectation = result.expectation;
  switch (expectation.kind) {
    case ExpectationKind::kColumnExists:
      result.success = table.find(expectation.column) != nullptr;
      return;
    case ExpectationKind::kOfType: {
      const ColumnType type = *table.find(expectation.column);
      result.observed = std::string(column_type_name(type));
      result.success = type == *column_type_of(expectation.type_name);
      return;
    }
    case ExpectationKind::kRowCount:
      result.observed = result.n_rows;
      break;
    case ExpectationKind::kMean:
      finish_mean(planned, answer);
      break;
    default:
      result.observed = first_value(answer.columns()[planned.places.figure]);
      break;
  }
  if (expectation.kind == ExpectationKind::kFreshness) {
    if (expectation.as_of.empty()) expectation.as_of = as_of;
    if (expectation.as_of.empty()) return;
    const std::int64_t oldest = parse_date(expectation.as_of, where) -
                                static_cast<std::int64_t>(std::floor(*expectation.max_age_days));
    expectation.min_value = format_date(oldest);
  }
  result.success = result.success && within_bounds(result.observed, expectation, where);
}

// As Great Expectations counts: the share of passing rows among those that are not missing.
bool passes_mostly(const ExpectationResult& result) {
  const std::int64_t counted = result.n_rows - result.n_missing;
  if (counted == 0) return true;
  const double share = static_cast<double>(counted - result.n_unexpected) / static_cast<double>(counted);
  return share >= result.expectation.mostly.value_or(1.0);
}

std::string numbered(const std::vector<std::string>& sql, const char* prefix) {
  std::string list;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    list += fmt::format("{}{} AS {}{}", at == 0 ? "" : ", ", sql[at], prefix, at);
  }
  return list;
}

// The first failing rows: by the key, then by every other column, so that equal keys come in one order too.
void fetch_rows(Engine& engine, const TableSchema& table, Planned& planned) {
  ExpectationResult& result = planned.result;
  const std::string from =
      from_clause(table.name, result.unexpected.joins) + " WHERE " + result.unexpected.condition;
  std::string keys, order;
  for (const std::string& key : result.key_columns) {
    keys += column_sql(key) + " AS " + sql_name(key) + ", ";
    order += column_sql(key) + " NULLS LAST, ";
  }
  for (const std::string& column : table.columns) {
    if (std::find(result.key_columns.begin(), result.key_columns.end(), column) != result.key_columns.end())
      continue;
    order += column_sql(column) + " NULLS LAST, ";
  }
  order.resize(order.size() - 2);
  const std::string values = numbered(planned.rule.value_sql, "v");
  result.query = "SELECT " + keys + values + " " + from + " ORDER BY " + order;
  result.rows = engine.query(result.query + " LIMIT " + std::to_string(kListedRows));
}

// How often each failing value stands there. A foreign key with few unknown keys becomes a plain list of
// them: that is what a later reader filters by, at no cost.
void fetch_counts(Engine& engine, const TableSchema& table, Planned& planned) {
  constexpr std::size_t kKeysInList = 1000;
  ExpectationResult& result = planned.result;
  const std::string from =
      from_clause(table.name, result.unexpected.joins) + " WHERE " + result.unexpected.condition;
  std::string values;
  for (std::size_t at = 0; at < planned.rule.value_sql.size(); ++at)
    values += fmt::format(", v{} NULLS LAST", at);
  const bool foreign_key = result.expectation.kind == ExpectationKind::kForeignKey;
  const std::size_t limit = foreign_key ? kKeysInList + 1 : kListedRows;
  Table counts =
      engine.query(fmt::format("SELECT {}, count(*) AS n {} GROUP BY ALL ORDER BY n DESC{} LIMIT {}",
                               numbered(planned.rule.value_sql, "v"), from, values, limit));
  if (foreign_key && counts.n_rows() <= kKeysInList && !result.unexpected.joins.empty() &&
      counts.column("v0").type == ColumnType::kText) {
    std::vector<std::string> keys = counts.column("v0").texts;
    std::sort(keys.begin(), keys.end());
    std::string list;
    for (const std::string& key : keys) list += (list.empty() ? "" : ", ") + sql_literal(key);
    result.unexpected = {{}, column_sql(result.expectation.column) + " IN (" + list + ")"};
  }
  std::vector<std::size_t> first(std::min<std::size_t>(counts.n_rows(), kListedRows));
  for (std::size_t row = 0; row < first.size(); ++row) first[row] = row;
  result.counts = counts.take(first);
}

bool is_holding(const ExpectationResult& result) {
  return result.n_unexpected == 0;
}

void finish_rows(Engine& engine, const Table& answer, const TableSchema& table, Planned& planned) {
  ExpectationResult& result = planned.result;
  result.n_missing = result.n_rows - answer.columns()[planned.places.considered].ints[0];
  result.n_unexpected = answer.columns()[planned.places.unexpected].ints[0];
  if (result.expectation.kind == ExpectationKind::kNotNull) {
    result.n_unexpected = result.n_rows - result.n_unexpected;
  }
  result.success = passes_mostly(result);
  if (is_holding(result)) return;
  fetch_counts(engine, table, planned);
  fetch_rows(engine, table, planned);
}

// RE2 knows no look-ahead and no back-reference; a pattern that it cannot read is the suite's fault.
void check_regex(Engine& engine, const Expectation& expectation, const std::string& where) {
  try {
    engine.query("SELECT regexp_matches('', " + sql_literal(expectation.regex) + ") AS fits");
  } catch (const DataError& error) {
    throw InvalidInput({where, "the regular expression " + expectation.regex + " cannot be used",
                        "RE2 syntax (no look-ahead, no back-reference)", error.parts().what});
  }
}

// Rows and stores a day; the stores only of the days where they decide.
VolumeHistory count_days(Engine& engine, const TableSchema& table, const std::string& column) {
  const std::string day = column_sql(column);
  const std::string from = " FROM raw_" + table.name + " AS t WHERE " + day;
  const Table rows =
      engine.query("SELECT " + day + " AS day, count(*) AS n" + from + " IS NOT NULL GROUP BY 1 ORDER BY 1");
  VolumeHistory days;
  for (std::size_t row = 0; row < rows.n_rows(); ++row) {
    days.push_back({rows.column("day").ints[row], rows.column("n").ints[row], -1});
  }
  if (days.empty() || table.find("store_id") == nullptr) return days;
  const std::string first = format_date(first_day_of_stores(days.back().day));
  const Table stores = engine.query("SELECT " + day + " AS day, count(DISTINCT t.store_id) AS n" + from +
                                    " >= DATE '" + first + "' GROUP BY 1 ORDER BY 1");
  const std::size_t offset = days.size() - stores.n_rows();
  for (std::size_t row = 0; row < stores.n_rows(); ++row) {
    days[offset + row].n_stores = stores.column("n").ints[row];
  }
  return days;
}

void plan_volume(Engine& engine, const TableSchema& table, const EvaluateOptions& options, Planned& planned,
                 TableEvaluation& evaluation, const std::string& where) {
  Expectation& expectation = planned.result.expectation;
  if (*table.find(expectation.column) != ColumnType::kDate) {
    throw InvalidInput(
        {where,
         "the column " + expectation.column + " is " + column_type_name(*table.find(expectation.column)),
         "a column of dates for a volume", ""});
  }
  evaluation.volume = count_days(engine, table, expectation.column);
  evaluation.low_days =
      low_days(evaluation.volume, options.recorded, expectation.volume_drop.value_or(options.volume_drop));
  expectation.value_set.clear();
  for (const LowDay& day : evaluation.low_days) {
    if (day.held_back) expectation.value_set.emplace_back(format_date(day.day));
  }
}

void plan_rows(Engine& engine, const TableSchema& table, const RuleScope& scope, Planned& planned,
               Aggregates& aggregates, const std::string& where) {
  ExpectationResult& result = planned.result;
  if (result.expectation.kind == ExpectationKind::kMatchRegex) check_regex(engine, result.expectation, where);
  planned.rule = row_rule(result.expectation, table, scope, where);
  result.about_rows = true;
  result.reason = planned.rule.reason;
  result.unexpected = planned.rule.unexpected;
  result.value_columns = planned.rule.value_columns;
  result.key_columns = key_columns(table);
  planned.places.considered = aggregates.count_where(planned.rule.considered);
  planned.places.unexpected = result.expectation.kind == ExpectationKind::kNotNull
                                  ? aggregates.add("count(" + column_sql(result.expectation.column) + ")")
                                  : aggregates.count_where(planned.rule.unexpected.condition);
}

}  // namespace

TableEvaluation evaluate_table(Engine& engine, const TableSchema& table, const RuleScope& scope,
                               const std::vector<PlannedExpectation>& plan, const EvaluateOptions& options) {
  TableEvaluation evaluation;
  Aggregates aggregates;
  const std::size_t rows_at = aggregates.count_where("");
  const bool is_sales = table.name == "fact_sales" && table.find("date") != nullptr;
  const std::size_t last_day_at = is_sales ? aggregates.add("max(t.date)") : 0;

  std::vector<Planned> all;
  for (const PlannedExpectation& source : plan) {
    Planned planned;
    planned.result.expectation = source.expectation;
    planned.result.suite = source.suite;
    if (source.expectation.kind == ExpectationKind::kVolume) {
      plan_volume(engine, table, options, planned, evaluation, source.where);
    }
    if (is_row_rule(source.expectation.kind)) {
      plan_rows(engine, table, scope, planned, aggregates, source.where);
    } else {
      plan_figure(planned, table, aggregates, source.where);
    }
    all.push_back(std::move(planned));
  }

  std::vector<const RowFilter*> filters;
  for (const Planned& planned : all) filters.push_back(&planned.rule.unexpected);
  const Table answer = engine.query(aggregates.sql() + " " + from_clause(table.name, merged_joins(filters)));
  evaluation.n_rows = answer.columns()[rows_at].ints[0];
  if (is_sales) evaluation.last_day = answer.columns()[last_day_at].text_at(0);
  const std::string as_of = options.as_of.empty() ? evaluation.last_day : options.as_of;

  for (std::size_t at = 0; at < all.size(); ++at) {
    Planned& planned = all[at];
    planned.result.n_rows = evaluation.n_rows;
    if (planned.result.about_rows) {
      finish_rows(engine, answer, table, planned);
    } else {
      finish_figure(planned, answer, table, as_of, plan[at].where);
    }
    planned.result.message = result_message(planned.result);
    evaluation.results.push_back(std::move(planned.result));
  }
  return evaluation;
}

}  // namespace aisle
