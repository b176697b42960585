// Names of what suites are made of.
#include "aisle/quality/suite.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "aisle/base/errors.h"

namespace aisle {

const char* expectation_type(ExpectationKind kind) {
  switch (kind) {
    case ExpectationKind::kColumnExists:
      return "expect_column_to_exist";
    case ExpectationKind::kNotNull:
      return "expect_column_values_to_not_be_null";
    case ExpectationKind::kUnique:
      return "expect_column_values_to_be_unique";
    case ExpectationKind::kInSet:
    case ExpectationKind::kForeignKey:
      return "expect_column_values_to_be_in_set";
    case ExpectationKind::kNotInSet:
    case ExpectationKind::kVolume:
    case ExpectationKind::kStrayDays:
      return "expect_column_values_to_not_be_in_set";
    case ExpectationKind::kBetween:
      return "expect_column_values_to_be_between";
    case ExpectationKind::kMatchRegex:
      return "expect_column_values_to_match_regex";
    case ExpectationKind::kOfType:
      return "expect_column_values_to_be_of_type";
    case ExpectationKind::kRowCount:
      return "expect_table_row_count_to_be_between";
    case ExpectationKind::kCompoundUnique:
      return "expect_compound_columns_to_be_unique";
    case ExpectationKind::kPairGreater:
      return "expect_column_pair_values_a_to_be_greater_than_b";
    case ExpectationKind::kMean:
      return "expect_column_mean_to_be_between";
    case ExpectationKind::kMin:
      return "expect_column_min_to_be_between";
    case ExpectationKind::kMax:
    case ExpectationKind::kFreshness:
      return "expect_column_max_to_be_between";
  }
  throw InternalError({"expectation_type", "unknown kind", "", ""});
}

const char* severity_name(CheckSeverity severity) {
  switch (severity) {
    case CheckSeverity::kInfo:
      return "info";
    case CheckSeverity::kWarning:
      return "warning";
    case CheckSeverity::kCritical:
      return "critical";
  }
  throw InternalError({"severity_name", "unknown severity", "", ""});
}

CheckSeverity parse_severity(const std::string& text, const std::string& where) {
  for (const CheckSeverity severity :
       {CheckSeverity::kInfo, CheckSeverity::kWarning, CheckSeverity::kCritical}) {
    if (text == severity_name(severity)) return severity;
  }
  throw InvalidInput({where, "severity is \"" + text + "\"", "critical, warning or info", ""});
}

std::optional<ColumnType> column_type_of(const std::string& type_name) {
  static const std::map<std::string, ColumnType> types = [] {
    std::map<std::string, ColumnType> map;
    for (const char* name : {"varchar", "text", "string", "str", "char", "object", "stringtype"}) {
      map[name] = ColumnType::kText;
    }
    for (const char* name : {"tinyint", "smallint", "integer", "int", "bigint", "int8", "int16", "int32",
                             "int64", "integertype", "longtype"}) {
      map[name] = ColumnType::kInt64;
    }
    for (const char* name : {"float", "real", "double", "float32", "float64", "floattype", "doubletype"}) {
      map[name] = ColumnType::kDouble;
    }
    for (const char* name : {"boolean", "bool", "booleantype"}) map[name] = ColumnType::kBool;
    for (const char* name : {"date", "datetime", "timestamp", "datetime64", "datetime64[ns]",
                             "datetime64[us]", "datetype", "timestamptype"}) {
      map[name] = ColumnType::kDate;
    }
    return map;
  }();
  std::string lower = type_name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  const auto found = types.find(lower);
  if (found == types.end()) return std::nullopt;
  return found->second;
}

const std::vector<std::string>& checked_tables() {
  static const std::vector<std::string> names = {"dim_product", "dim_store_physical", "dim_store_management",
                                                 "fact_sales", "fact_inventory"};
  return names;
}

}  // namespace aisle
