// Where the SQL of the two engines differs: all of it is here.
//
// The program's SQL (sql/, and what quality and features make) is written once, in the subset that DuckDB
// runs as it stands and Spark runs after spark_sql(). Few things cannot be said in that subset; they have a
// function below. docs/engines.md lists the subset; a test holds every statement to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

enum class SqlDialect { kDuckdb, kSpark };

enum class SqlTokenKind {
  kSpace,   // blanks and comments
  kWord,    // a keyword, a function, a bare name
  kName,    // "quoted name"
  kText,    // 'text literal'
  kNumber,  // 12, 1.5, 1e4
  kMark     // an operator or a bracket
};

struct SqlToken {
  SqlTokenKind kind;
  std::string_view text;  // as it stands in the statement
};

// The tokens of a statement of the common subset; joined they are the statement. What never ends (a quote, a
// comment) ends with the text.
std::vector<SqlToken> sql_tokens(std::string_view sql);

// A statement of the common subset as Spark (ANSI mode) reads it: its quotes and escapes, its names of types
// and functions, DIV for //. Lines stay where they are.
std::string spark_sql(std::string_view sql);

// What Spark calls a type that DuckDB names so; "" for those that it does not read alike from a Parquet file.
std::string spark_type(const std::string& duckdb_type);

// `value` (a DOUBLE, or null) in whole units of 1 / `per_unit`, halves up, as BIGINT: sums of them are exact
// in any order. A value of 9e18 units and more, NaN or infinity ends the query with a message that contains
// kTooLargeForUnits. Spark's own floor() would saturate in silence.
std::string whole_units(const std::string& value, const std::string& per_unit, SqlDialect dialect);
inline constexpr const char* kTooLargeForUnits = "can't be cast";

// The same as DECIMAL(38, 0), for values up to 1e31 units.
std::string wide_units(const std::string& value, const std::string& per_unit, SqlDialect dialect);

}  // namespace aisle
