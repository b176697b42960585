// Expectations about a figure of the whole table.
#include "aisle/quality/figures.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

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

// Millionths: a mean is an exact sum of integers over a count, whatever the order of rows.
constexpr double kMeanScale = 1e6;
constexpr const char* kMeanLimit = "1e24";

AnswerPlaces plan_mean(const Expectation& expectation, const ColumnType type, SqlDialect dialect,
                       Aggregates& aggregates) {
  AnswerPlaces places;
  const std::string column = column_sql(expectation.column);
  if (type == ColumnType::kInt64) {
    places.figure = aggregates.add("sum(CAST(" + column + " AS DECIMAL(38, 0)))");
    places.count = aggregates.add("count(" + column + ")");
    places.considered = places.count;
    return places;
  }
  const std::string usable = fmt::format("({0} > -{1} AND {0} < {1})", column, kMeanLimit);
  places.scale = kMeanScale;
  places.figure = aggregates.add(
      fmt::format("sum(CASE WHEN {} THEN {} END)", usable, wide_units(column, "1e6", dialect)));
  places.count = aggregates.count_where(usable);
  places.considered = aggregates.add("count(" + column + ")");
  return places;
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

void finish_mean(ExpectationResult& result, const AnswerPlaces& places, const Table& answer) {
  const std::int64_t n_used = answer.columns()[places.count].ints[0];
  const std::int64_t n_values = answer.columns()[places.considered].ints[0];
  if (n_used > 0) {
    result.observed =
        answer.columns()[places.figure].number_at(0) / places.scale / static_cast<double>(n_used);
  }
  if (n_used < n_values) {
    result.reason = count_text(n_values - n_used) + " values that are NaN, infinite or beyond 1e24 left out";
    result.success = false;
  }
}

}  // namespace

std::size_t Aggregates::add(const std::string& sql) {
  const auto [found, is_new] = places_.try_emplace(sql, list_.size());
  if (is_new) list_.push_back(sql);
  return found->second;
}

std::size_t Aggregates::count_where(const std::string& condition) {
  return add(condition.empty() ? "count(*)" : "count(*) FILTER (WHERE " + condition + ")");
}

std::string Aggregates::sql() const {
  std::string text = "SELECT ";
  for (std::size_t at = 0; at < list_.size(); ++at) {
    text += fmt::format("{}{} AS a{}", at == 0 ? "" : ", ", list_[at], at);
  }
  return text;
}

AnswerPlaces plan_figure(const Expectation& expectation, const TableSchema& table, SqlDialect dialect,
                         Aggregates& aggregates, const std::string& where) {
  const ColumnType* type = table.find(expectation.column);
  AnswerPlaces places;
  switch (expectation.kind) {
    case ExpectationKind::kMean:
      if (*type != ColumnType::kInt64 && *type != ColumnType::kDouble) {
        throw InvalidInput({where, "the column " + expectation.column + " is " + column_type_name(*type),
                            "a column of numbers for a mean", ""});
      }
      return plan_mean(expectation, *type, dialect, aggregates);
    case ExpectationKind::kMin:
      places.figure = aggregates.add("min(" + column_sql(expectation.column) + ")");
      return places;
    case ExpectationKind::kFreshness:
      if (*type != ColumnType::kDate) {
        throw InvalidInput({where, "the column " + expectation.column + " is " + column_type_name(*type),
                            "a column of dates for a freshness", ""});
      }
      [[fallthrough]];
    case ExpectationKind::kMax:
      places.figure = aggregates.add("max(" + column_sql(expectation.column) + ")");
      return places;
    default:
      return places;
  }
}

void finish_figure(ExpectationResult& result, const AnswerPlaces& places, const Table& answer,
                   const TableSchema& table, const std::string& as_of, const std::string& where) {
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
      finish_mean(result, places, answer);
      break;
    default:
      result.observed = first_value(answer.columns()[places.figure]);
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

}  // namespace aisle
