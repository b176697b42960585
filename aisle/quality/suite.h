// Suites of expectations: what must hold of a table. First step of the checks; `evaluate.h` runs them.
//
// A suite is Great Expectations' 1.x JSON. The expectations known here, and the extra keys under `meta` that
// aisle understands, are documented in docs/checks.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/base/table.h"

namespace aisle {

enum class ExpectationKind {
  kColumnExists,
  kNotNull,
  kUnique,
  kInSet,
  kNotInSet,
  kBetween,
  kMatchRegex,
  kOfType,
  kRowCount,
  kCompoundUnique,
  kPairGreater,
  kMean,
  kMin,
  kMax,
  kForeignKey,  // in_set with meta.kind "foreign_key": the set is a column of another table
  kFreshness,   // max_to_be_between with meta.kind "freshness": age of the newest date
  kVolume,      // not_in_set with meta.kind "volume": no recent day is half loaded
  kStrayDays,   // not_in_set with meta.kind "stray_days": no few rows lie far from all other days
};

// What becomes of a row that breaks an expectation.
enum class RowAction {
  kKeep,        // it is counted and reported
  kQuarantine,  // it goes to data/quarantine and stays out of what follows
  kBlank,       // it stays, but the value counts as null in what follows
};

// Which rows a rule over several columns leaves out.
enum class IgnoreRow { kNever, kAllMissing, kAnyMissing };

// A scalar of a suite.
using SuiteValue = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct Expectation {
  ExpectationKind kind = ExpectationKind::kNotNull;
  std::string name;                  // its own name in messages and options; unique in its suite
  std::string column;                // column_A for pairs
  std::string column_b;              // pairs; either may be "TABLE.COLUMN" of another table
  std::vector<std::string> columns;  // compound columns
  std::vector<SuiteValue> value_set;
  SuiteValue min_value, max_value;  // monostate: no bound
  bool strict_min = false;
  bool strict_max = false;
  bool or_equal = false;
  IgnoreRow ignore_row = IgnoreRow::kAllMissing;
  std::string regex;
  std::string type_name;
  std::string reference_table;  // foreign key, "" when meta.ref names no table of the contract
  std::string reference_column;
  std::string join_on = "store_id";    // pairs with a column of another table: the key they share
  std::optional<double> max_age_days;  // freshness
  std::string as_of;                   // freshness: the day ages are measured on; "": the run's own
  std::optional<double> volume_drop;   // volume: "" leaves it to quality.volume_drop
  std::optional<double> mostly;        // share of rows that must pass; absent: all
  CheckSeverity severity = CheckSeverity::kCritical;
  RowAction action = RowAction::kKeep;
  std::string id;  // Great Expectations' own, kept
  std::string notes;
  std::string meta = "{}";  // JSON text of `meta` as read, kept
};

struct Suite {
  std::string name;
  std::string table;   // the table of the contract that it is about
  std::string source;  // the file, as the options name it; "" for a built-in suite
  std::string id;
  std::string meta = "{}";
  std::vector<Expectation> expectations;
};

// Great Expectations' name of a kind, e.g. "expect_column_values_to_not_be_null".
const char* expectation_type(ExpectationKind kind);
// "info", "warning" or "critical".
const char* severity_name(CheckSeverity severity);
// The reverse; throws InvalidInput naming `where`.
CheckSeverity parse_severity(const std::string& text, const std::string& where);

// Reads a suite from JSON text. `where` names it in messages; `table` is the table it is about when the
// suite's own meta.aisle.table does not say ("" when unknown). Everything in it must be understood: an
// unknown expectation type, kwarg or key, a bad severity or a `mostly` outside 0..1 throws InvalidInput that
// names the suite, the expectation and what is known. Nothing is left out in silence.
Suite parse_suite(const std::string& json, const std::string& where, const std::string& table);

// The suite of a file: `spec` is a path (relative to `root`) or TABLE=path. The table is, in this order:
// TABLE, meta.aisle.table, a file named TABLE.json. Throws InvalidInput when none of these says it, and
// EnvironmentError when the file cannot be read.
Suite load_suite(const std::filesystem::path& root, const std::string& spec);

// The suite as Great Expectations' JSON. What aisle adds stands under `meta`, so that others can load it.
std::string suite_json(const Suite& suite);
// One expectation of it: {"type", "kwargs", "meta", "id", "severity", "notes"}.
std::string expectation_json(const Expectation& expectation);

// What a name of a column type means ("VARCHAR", "int64", "DateType", ...); nullopt for an unknown one.
std::optional<ColumnType> column_type_of(const std::string& type_name);

// The tables of the contract, in the order in which they are checked.
const std::vector<std::string>& checked_tables();

}  // namespace aisle
