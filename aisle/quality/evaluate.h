// Evaluates the expectations of one table: one aggregate query for all rules about rows and all figures,
// then the failing rows of the rules that failed. Between the rules and the documents.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/engine/engine.h"
#include "aisle/quality/rules.h"
#include "aisle/quality/suite.h"
#include "aisle/quality/volume.h"

namespace aisle {

// Failing rows that a result lists at most.
inline constexpr int kListedRows = 20;

// An expectation with where it comes from.
struct PlannedExpectation {
  Expectation expectation;
  std::string suite;  // the suite's name
  std::string where;  // for messages: "my_suite.json: values_to_be_unique(id)"
};

struct ExpectationResult {
  Expectation expectation;  // as evaluated: the bounds of a freshness, the days of a volume are filled in
  std::string suite;
  bool success = true;
  bool about_rows = false;        // the counts below are meant; else `observed`
  std::int64_t n_rows = 0;        // rows of the table
  std::int64_t n_missing = 0;     // rows that do not count because their value is null
  std::int64_t n_unexpected = 0;  // rows that break the rule
  SuiteValue observed;
  std::string reason;   // why a row fails: "qty is below 1"
  std::string message;  // the whole result in a line, for people
  RowFilter unexpected;
  std::vector<std::string> value_columns;
  std::vector<std::string> key_columns;
  Table rows;    // the first failing rows by key: the key columns, then the value columns, as v0, v1, ...
  Table counts;  // failing values and how often, the most frequent first: v0, ..., n; at most kListedRows
  std::string query;  // SQL of the failing rows
};

struct EvaluateOptions {
  std::string as_of;         // day that ages are measured on; "": the last day of the sales
  double volume_drop = 0.5;  // quality.volume_drop
  VolumeHistory recorded;    // days that earlier good runs saw, of this table
};

struct TableEvaluation {
  std::int64_t n_rows = 0;
  std::string last_day;  // of fact_sales; "" for others and where there is none
  std::vector<ExpectationResult> results;
  VolumeHistory volume;  // rows and stores a day, where a volume rule was evaluated
  std::vector<LowDay> low_days;
};

// Throws InvalidInput for a value or a regular expression of a suite that cannot be used, and what the
// engine throws. The same for any order of rows and number of threads.
TableEvaluation evaluate_table(Engine& engine, const TableSchema& table, const RuleScope& scope,
                               const std::vector<PlannedExpectation>& plan, const EvaluateOptions& options);

}  // namespace aisle
