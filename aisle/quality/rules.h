// Expectations as SQL: for each rule about rows, the condition that a row breaks it. Between the suites and
// their evaluation.
//
// Every statement names the checked table `t`; a rule that looks at another table joins that table's keys,
// grouped so that no key stands twice and the join adds no rows.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/quality/suite.h"

namespace aisle {

// The columns of a raw view and their types.
struct TableSchema {
  std::string name;
  std::vector<std::string> columns;
  std::vector<ColumnType> types;

  // Null when there is no such column.
  const ColumnType* find(const std::string& column) const;
};

// What rules may look at: every raw view there is, and which tables are checked already (their views without
// quarantined rows stand under the plain name).
struct RuleScope {
  std::map<std::string, TableSchema> schemas;
  std::set<std::string> checked;

  const TableSchema* find(const std::string& table) const;
  // The view to read a table's keys from: "dim_product" once that is checked, else "raw_dim_product".
  std::string view_of(const std::string& table) const;
};

// "LEFT JOIN (...) AS alias ON ...". Rules share joins of one alias.
struct RuleJoin {
  std::string alias;
  std::string sql;
};

// Rows of a table that break a rule: FROM raw view AS t, the joins, WHERE condition.
struct RowFilter {
  std::vector<RuleJoin> joins;
  std::string condition;
};

struct RowRule {
  std::string considered = "count(*)";  // SQL aggregate: how many rows count at all
  RowFilter unexpected;
  std::string count_sql;  // a query that counts those rows, where it is cheaper than the filter
  std::string reason;     // "qty is below 1"
  std::vector<std::string> value_columns;  // names of the columns that the rule is about
  std::vector<std::string> value_sql;      // and how to read them
};

// Whether the kind says for each row whether it breaks the rule.
bool is_row_rule(ExpectationKind kind);

// Columns or tables that the expectation needs and that are not there, as "column sale_amount"; "" when all
// are there.
std::string missing_part(const Expectation& expectation, const TableSchema& table, const RuleScope& scope);

// The rule of an expectation. `where` names the expectation in messages. Throws InvalidInput when a value of
// the suite does not fit the type of its column. Volume rules take their days from value_set.
RowRule row_rule(const Expectation& expectation, const TableSchema& table, const RuleScope& scope,
                 const std::string& where);

// Columns that say which row it is, those of the key first.
std::vector<std::string> key_columns(const TableSchema& table);

// FROM raw view AS t and the joins (each alias once).
std::string from_clause(const std::string& table, const std::vector<RuleJoin>& joins);
// The joins of several rules, each alias once.
std::vector<RuleJoin> merged_joins(const std::vector<const RowFilter*>& filters);

// A column of the checked table in SQL: t."name".
std::string column_sql(const std::string& column);
// A value for people: "1", "2024-01-31", "abc".
std::string value_text(const SuiteValue& value);
// "174,282".
std::string count_text(std::int64_t count);

}  // namespace aisle
