// Evaluates the expectations of one table.
#include "aisle/quality/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/quality/figures.h"
#include "aisle/quality/messages.h"
#include "aisle/quality/value_counts.h"

namespace aisle {
namespace {

// One evaluation of one table, from the plan to the results.
struct Evaluation {
  Engine& engine;
  const TableSchema& table;
  const RuleScope& scope;
  Aggregates aggregates;
  ValueCounts values;
  std::map<std::string, std::vector<std::int64_t>> stray;  // by column, where a rule looks for such days
};

struct Planned {
  ExpectationResult result;
  RowRule rule;
  AnswerPlaces places;
};

bool is_reference(const Expectation& expectation) {
  return expectation.kind == ExpectationKind::kForeignKey && !expectation.reference_table.empty();
}

bool looks_at_days(const Expectation& expectation) {
  return expectation.kind == ExpectationKind::kVolume || expectation.kind == ExpectationKind::kStrayDays;
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

bool equal_cells(const Column& column, std::size_t left, std::size_t right) {
  return column.null_at(left) == column.null_at(right) && column.text_at(left) == column.text_at(right);
}

// The values of pairs are counted among the listed rows: one of them may be another table's.
Table counts_of_listed(const Table& rows) {
  std::vector<std::size_t> firsts;
  std::vector<std::int64_t> counts;
  const Column& a = rows.column("v0");
  const Column& b = rows.column("v1");
  for (std::size_t row = 0; row < rows.n_rows(); ++row) {
    const auto same = std::find_if(firsts.begin(), firsts.end(), [&](std::size_t first) {
      return equal_cells(a, first, row) && equal_cells(b, first, row);
    });
    if (same == firsts.end()) {
      firsts.push_back(row);
      counts.push_back(1);
    } else {
      ++counts[static_cast<std::size_t>(same - firsts.begin())];
    }
  }
  Table values;
  values.add(a);
  values.add(b);
  Table found = values.take(firsts);
  found.add(int_column("n", counts));
  std::vector<std::size_t> order(firsts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return counts[left] > counts[right]; });
  return found.take(order);
}

// How often each failing value stands there, of a rule over columns of the table itself.
Table fetch_counts(Engine& engine, const TableSchema& table, const Planned& planned) {
  const ExpectationResult& result = planned.result;
  std::string values, list;
  for (std::size_t at = 0; at < planned.rule.value_sql.size(); ++at) {
    list += fmt::format("{}v{}", at == 0 ? "" : ", ", at);
    values += fmt::format(", v{} NULLS LAST", at);
  }
  return engine.query(
      fmt::format("SELECT {}, count(*) AS n {} WHERE {} GROUP BY {} ORDER BY n DESC{} LIMIT {}",
                  numbered(planned.rule.value_sql, "v"), from_clause(table.name, result.unexpected.joins),
                  result.unexpected.condition, list, values, kListedRows));
}

// The failing values of a foreign key are known from the counts. Few of them become a plain list: that is
// what a later reader filters by, at no cost.
void take_unknown_keys(Planned& planned, const ValueCounts& values) {
  constexpr std::size_t kKeysInList = 1000;
  ExpectationResult& result = planned.result;
  const Expectation& expectation = result.expectation;
  const Table unknown =
      values.unknown(expectation.column, expectation.reference_table, expectation.reference_column);
  result.n_missing = values.n_null(expectation.column);
  for (const std::int64_t count : unknown.column("n").ints) result.n_unexpected += count;
  std::vector<std::size_t> first(std::min<std::size_t>(unknown.n_rows(), kListedRows));
  for (std::size_t row = 0; row < first.size(); ++row) first[row] = row;
  result.counts = unknown.take(first);
  if (unknown.n_rows() > kKeysInList || unknown.column("v0").type != ColumnType::kText) return;
  std::vector<std::string> keys = unknown.column("v0").texts;
  std::sort(keys.begin(), keys.end());
  std::string list;
  for (const std::string& key : keys) list += (list.empty() ? "" : ", ") + sql_literal(key);
  result.unexpected = {{}, column_sql(expectation.column) + " IN (" + list + ")"};
}

// Rows whose values stand more than once. A single column is counted only where its values and its
// different values are not as many.
std::int64_t count_twice(Evaluation& evaluation, const Planned& planned, const Table& answer) {
  if (planned.result.expectation.kind == ExpectationKind::kUnique &&
      answer.columns()[planned.places.considered].ints[0] ==
          answer.columns()[planned.places.unexpected].ints[0]) {
    return 0;
  }
  return evaluation.engine.query(planned.rule.count_sql).columns().front().ints.at(0);
}

void finish_rows(Evaluation& evaluation, const Table& answer, Planned& planned) {
  ExpectationResult& result = planned.result;
  const Expectation& expectation = result.expectation;
  const auto answered = [&](std::size_t place) { return answer.columns()[place].ints[0]; };
  if (is_reference(expectation)) {
    take_unknown_keys(planned, evaluation.values);
  } else if (expectation.kind == ExpectationKind::kNotNull) {
    result.n_unexpected = evaluation.values.has(expectation.column)
                              ? evaluation.values.n_null(expectation.column)
                              : result.n_rows - answered(planned.places.unexpected);
  } else {
    result.n_missing = result.n_rows - answered(planned.places.considered);
    result.n_unexpected = planned.rule.count_sql.empty() ? answered(planned.places.unexpected)
                                                         : count_twice(evaluation, planned, answer);
  }
  result.success = passes_mostly(result);
  if (result.n_unexpected == 0) return;
  fetch_rows(evaluation.engine, evaluation.table, planned);
  if (expectation.kind == ExpectationKind::kPairGreater) {
    result.counts = counts_of_listed(result.rows);
  } else if (!is_reference(expectation)) {
    result.counts = fetch_counts(evaluation.engine, evaluation.table, planned);
  }
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

// The days of a column without the stray ones.
VolumeHistory plausible_days(const Evaluation& evaluation, const std::string& column) {
  VolumeHistory days = evaluation.values.days(column);
  const auto stray = evaluation.stray.find(column);
  if (stray == evaluation.stray.end()) return days;
  std::erase_if(days, [&](const DayVolume& day) {
    return std::binary_search(stray->second.begin(), stray->second.end(), day.day);
  });
  return days;
}

std::string last_day_of(const VolumeHistory& days) {
  return days.empty() ? "" : format_date(days.back().day);
}

// Rows and stores a day; the stores only of the days where they decide.
VolumeHistory count_days(const Evaluation& evaluation, const std::string& column) {
  VolumeHistory days = plausible_days(evaluation, column);
  if (days.empty() || evaluation.table.find("store_id") == nullptr) return days;
  const std::string day = column_sql(column);
  const std::string first = format_date(first_day_of_stores(days.back().day));
  const Table stores = evaluation.engine.query("SELECT " + day + " AS day, count(DISTINCT t.store_id) AS n " +
                                               from_clause(evaluation.table.name, {}) + " WHERE " + day +
                                               " BETWEEN DATE '" + first + "' AND DATE '" +
                                               format_date(days.back().day) + "' GROUP BY 1 ORDER BY 1");
  const std::size_t offset = days.size() - stores.n_rows();
  for (std::size_t row = 0; row < stores.n_rows(); ++row)
    days[offset + row].n_stores = stores.column("n").ints[row];
  return days;
}

// The days that are held back become the volume rule's set.
// Where the data changed as a whole, all low days do, and stay in.
void fill_volume(const Evaluation& evaluation, const EvaluateOptions& options, Expectation& expectation,
                 TableEvaluation& done) {
  const double drop = expectation.volume_drop.value_or(options.volume_drop);
  done.volume = count_days(evaluation, expectation.column);
  done.low_days = low_days(done.volume, options.recorded, drop);
  const bool all_changed = most_days_shrank(done.volume, options.recorded, drop);
  if (all_changed) expectation.action = RowAction::kKeep;
  expectation.value_set.clear();
  for (const LowDay& day : done.low_days) {
    if (day.held_back || all_changed) expectation.value_set.emplace_back(format_date(day.day));
  }
}

void fill_stray(const Evaluation& evaluation, Expectation& expectation) {
  expectation.value_set.clear();
  for (const std::int64_t day : evaluation.stray.at(expectation.column)) {
    expectation.value_set.emplace_back(format_date(day));
  }
}

void plan_rows(Evaluation& evaluation, Planned& planned, const std::string& where) {
  ExpectationResult& result = planned.result;
  const Expectation& expectation = result.expectation;
  if (expectation.kind == ExpectationKind::kMatchRegex) check_regex(evaluation.engine, expectation, where);
  planned.rule = row_rule(expectation, evaluation.table, evaluation.scope, where);
  result.about_rows = true;
  result.reason = planned.rule.reason;
  result.unexpected = planned.rule.unexpected;
  result.value_columns = planned.rule.value_columns;
  result.key_columns = key_columns(evaluation.table);
  Aggregates& aggregates = evaluation.aggregates;
  if (is_reference(expectation)) return;
  if (expectation.kind == ExpectationKind::kNotNull) {
    if (!evaluation.values.has(expectation.column)) {
      planned.places.unexpected = aggregates.add("count(" + column_sql(expectation.column) + ")");
    }
    return;
  }
  planned.places.considered = aggregates.add(planned.rule.considered);
  if (planned.rule.count_sql.empty()) {
    planned.places.unexpected = aggregates.count_where(planned.rule.unexpected.condition);
  } else if (expectation.kind == ExpectationKind::kUnique) {
    planned.places.unexpected = aggregates.add("count(DISTINCT " + column_sql(expectation.column) + ")");
  }
}

// Keys and days are counted first: other rules are answered by the same counts.
void count_values(Evaluation& evaluation, const std::vector<PlannedExpectation>& plan) {
  for (const PlannedExpectation& planned : plan) {
    const Expectation& expectation = planned.expectation;
    if (is_reference(expectation)) {
      evaluation.values.add_reference(expectation.column, expectation.reference_table,
                                      expectation.reference_column);
    } else if (looks_at_days(expectation)) {
      const ColumnType type = *evaluation.table.find(expectation.column);
      if (type != ColumnType::kDate) {
        throw InvalidInput({planned.where,
                            "the column " + expectation.column + " is " + column_type_name(type),
                            "a column of dates", ""});
      }
      evaluation.values.add_column(expectation.column);
    }
  }
  evaluation.values.run(evaluation.engine, evaluation.table, evaluation.scope);
  for (const PlannedExpectation& planned : plan) {
    if (planned.expectation.kind != ExpectationKind::kStrayDays) continue;
    const std::string& column = planned.expectation.column;
    evaluation.stray[column] = stray_days(evaluation.values.days(column));
  }
}

// The joins that the aggregate query itself needs.
std::vector<RuleJoin> answer_joins(const std::vector<Planned>& all) {
  std::vector<const RowFilter*> filters;
  for (const Planned& planned : all) {
    if (!is_reference(planned.result.expectation) && planned.rule.count_sql.empty()) {
      filters.push_back(&planned.rule.unexpected);
    }
  }
  return merged_joins(filters);
}

}  // namespace

TableEvaluation evaluate_table(Engine& engine, const TableSchema& table, const RuleScope& scope,
                               const std::vector<PlannedExpectation>& plan, const EvaluateOptions& options) {
  TableEvaluation done;
  Evaluation evaluation{engine, table, scope, {}, {}, {}};
  const std::size_t rows_at = evaluation.aggregates.count_where("");
  const bool is_sales = table.name == "fact_sales" && table.find("date") != nullptr;
  const std::size_t last_day_at = is_sales ? evaluation.aggregates.add("max(t.date)") : 0;

  count_values(evaluation, plan);
  std::vector<Planned> all;
  for (const PlannedExpectation& source : plan) {
    Planned planned;
    planned.result.expectation = source.expectation;
    planned.result.suite = source.suite;
    if (source.expectation.kind == ExpectationKind::kVolume) {
      fill_volume(evaluation, options, planned.result.expectation, done);
    } else if (source.expectation.kind == ExpectationKind::kStrayDays) {
      fill_stray(evaluation, planned.result.expectation);
    }
    if (is_row_rule(source.expectation.kind)) {
      plan_rows(evaluation, planned, source.where);
    } else {
      planned.places =
          plan_figure(source.expectation, table, engine.dialect(), evaluation.aggregates, source.where);
    }
    all.push_back(std::move(planned));
  }

  const Table answer =
      engine.query(evaluation.aggregates.sql() + " " + from_clause(table.name, answer_joins(all)));
  done.n_rows = answer.columns()[rows_at].ints[0];
  if (is_sales) {
    done.last_day = evaluation.stray.contains("date") ? last_day_of(plausible_days(evaluation, "date"))
                                                      : answer.columns()[last_day_at].text_at(0);
  }
  const std::string as_of = options.as_of.empty() ? done.last_day : options.as_of;

  for (std::size_t at = 0; at < all.size(); ++at) {
    Planned& planned = all[at];
    planned.result.n_rows = done.n_rows;
    if (planned.result.about_rows) {
      finish_rows(evaluation, answer, planned);
    } else {
      finish_figure(planned.result, planned.places, answer, table, as_of, plan[at].where);
    }
    planned.result.message = result_message(planned.result);
    done.results.push_back(std::move(planned.result));
  }
  return done;
}

}  // namespace aisle
