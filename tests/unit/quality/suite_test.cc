// Suites in Great Expectations' JSON: read whole, or refused with one clear line.
#include "aisle/quality/suite.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

std::string gx_file(const std::string& name) {
  return read_file(AISLE_SOURCE_DIR "/tests/data/gx/" + name);
}

std::string fault(const std::string& expectation) {
  try {
    parse_suite("{\"name\": \"s\", \"expectations\": [" + expectation + "]}", "my.json", "fact_sales");
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "no error";
}

std::string suite_fault(const std::string& json) {
  try {
    parse_suite(json, "my.json", "");
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "no error";
}

// Great Expectations' own file: every expectation is there again after reading and writing.
TEST(Suite, ReadsGreatExpectationsOwnFileWhole) {
  const auto before = nlohmann::json::parse(gx_file("suite.json"));
  const Suite suite = parse_suite(gx_file("suite.json"), "suite.json", "fact_sales");
  ASSERT_EQ(suite.expectations.size(), 9u);
  EXPECT_EQ(suite.name, "orders_suite");
  EXPECT_EQ(suite.id, "c92979c3-0e63-4101-8a46-cc646a3d4784");
  EXPECT_EQ(suite.expectations[3].kind, ExpectationKind::kBetween);
  EXPECT_TRUE(suite.expectations[3].strict_min);
  EXPECT_EQ(suite.expectations[3].severity, CheckSeverity::kWarning);
  EXPECT_EQ(suite.expectations[3].mostly, 0.5);
  EXPECT_EQ(suite.expectations[6].kind, ExpectationKind::kForeignKey);
  EXPECT_EQ(suite.expectations[6].reference_table, "");  // "customers" is no table of the contract
  EXPECT_EQ(suite.expectations[6].value_set.size(), 3u);
  EXPECT_TRUE(suite.expectations[7].or_equal);
  const auto after = nlohmann::json::parse(suite_json(suite));
  for (std::size_t at = 0; at < 9; ++at) {
    const auto& old_one = before["expectations"][at];
    const auto& new_one = after["expectations"][at];
    for (const char* key : {"type", "kwargs", "id", "severity"})
      EXPECT_EQ(new_one[key], old_one[key]) << at << key;
    if (old_one.contains("notes")) {
      EXPECT_EQ(new_one["notes"], old_one["notes"]);
    }
  }
  EXPECT_EQ(after["meta"]["owner"], "spike");
}

TEST(Suite, ReadsTheSmallestFileWhole) {
  const Suite suite = parse_suite(gx_file("foreign_suite.json"), "foreign_suite.json", "");
  ASSERT_EQ(suite.expectations.size(), 4u);
  EXPECT_EQ(suite.table, "");
  EXPECT_EQ(suite.expectations[0].severity, CheckSeverity::kCritical);
  EXPECT_EQ(suite.expectations[1].mostly, 0.9);
  EXPECT_EQ(suite.expectations[2].regex, "^[^@]+@");
  EXPECT_EQ(suite.expectations[3].kind, ExpectationKind::kRowCount);
  EXPECT_EQ(std::get<std::int64_t>(suite.expectations[3].min_value), 1);
  EXPECT_EQ(suite.expectations[3].max_value.index(), 0u);
}

TEST(Suite, WritesWhatItReads) {
  const std::string expectations = R"(
    {"type": "expect_column_max_to_be_between", "kwargs": {"column": "date"},
     "meta": {"kind": "freshness", "max_age_days": 3, "as_of": "2024-05-01", "mine": 1}},
    {"type": "expect_column_values_to_not_be_in_set", "kwargs": {"column": "date"},
     "meta": {"kind": "volume", "drop": 0.4, "aisle": {"quarantine": true, "name": "days"}}},
    {"type": "expect_compound_columns_to_be_unique",
     "kwargs": {"column_list": ["a", "b"], "ignore_row_if": "never"}, "severity": "info"},
    {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "store_id"},
     "meta": {"kind": "foreign_key", "ref": "dim_store_management.store_id"}},
    {"type": "expect_column_values_to_be_between", "kwargs": {"column": "x", "max_value": "2024-01-01"},
     "meta": {"aisle": {"blank": true}}})";
  const Suite suite =
      parse_suite("{\"name\": \"s\", \"expectations\": [" + expectations + "]}", "my.json", "fact_sales");
  EXPECT_EQ(suite.expectations[0].name, "max_to_be_between(date)");
  EXPECT_EQ(suite.expectations[1].name, "days");
  EXPECT_EQ(suite.expectations[1].action, RowAction::kQuarantine);
  EXPECT_EQ(suite.expectations[2].ignore_row, IgnoreRow::kNever);
  EXPECT_EQ(suite.expectations[3].reference_table, "dim_store_management");
  EXPECT_EQ(suite.expectations[4].action, RowAction::kBlank);
  const std::string written = suite_json(suite);
  EXPECT_EQ(suite_json(parse_suite(written, "again", "")), written);
}

TEST(Suite, RefusesAnUnknownExpectation) {
  EXPECT_EQ(
      fault(R"({"type": "expect_column_values_to_be_beetween", "kwargs": {"column": "x"}})"),
      "my.json: expectation 1: unknown type expect_column_values_to_be_beetween; expected one of "
      "expect_column_max_to_be_between, expect_column_mean_to_be_between, expect_column_min_to_be_between, "
      "expect_column_pair_values_a_to_be_greater_than_b, expect_column_to_exist, "
      "expect_column_values_to_be_between, expect_column_values_to_be_in_set, "
      "expect_column_values_to_be_of_type, expect_column_values_to_be_unique, "
      "expect_column_values_to_match_regex, expect_column_values_to_not_be_in_set, "
      "expect_column_values_to_not_be_null, expect_compound_columns_to_be_unique, "
      "expect_table_row_count_to_be_between; did you mean expect_column_values_to_be_between?");
}

TEST(Suite, RefusesWhatItDoesNotUnderstand) {
  const std::string where = "my.json: expectation 1 (expect_column_values_to_not_be_null): ";
  const auto not_null = [](const std::string& rest) {
    return R"({"type": "expect_column_values_to_not_be_null", )" + rest + "}";
  };
  EXPECT_EQ(fault(not_null(R"("kwargs": {"column": "x", "mostli": 0.5})")),
            where + "unknown kwarg mostli; expected one of column, mostly; did you mean mostly?");
  EXPECT_EQ(fault(not_null(R"("kwargs": {"column": "x", "mostly": 1.5})")),
            where + "mostly is 1.5; expected a number from 0 to 1");
  EXPECT_EQ(fault(not_null(R"("kwargs": {"column": "x"}, "severity": "fatal")")),
            where + "severity is \"fatal\"; expected critical, warning or info");
  EXPECT_EQ(fault(not_null(R"("kwargs": {})")),
            where + "the kwarg column is missing; expected column, mostly");
  EXPECT_EQ(fault(not_null(R"("kwargs": {"column": 3})")), where + "column is 3; expected a text");
  EXPECT_EQ(fault(not_null(R"("kwargs": {"column": "x"}, "sverity": "info")")),
            where +
                "unknown key sverity; expected one of type, kwargs, meta, id, severity, notes, description, "
                "rendered_content; did you mean severity?");
  EXPECT_EQ(fault(not_null(R"("kwargs": {"column": "x"}, "meta": {"aisle": {"quarantin": true}})")),
            where +
                "unknown key of meta.aisle: quarantin; expected one of name, quarantine, blank, join; "
                "did you mean quarantine?");
  EXPECT_EQ(fault("3"), "my.json: expectation 1: is 3; expected an object");
}

TEST(Suite, RefusesBoundsThatHoldNothing) {
  const std::string where = "my.json: expectation 1 (expect_column_values_to_be_between): ";
  const auto between = [](const std::string& kwargs) {
    return R"({"type": "expect_column_values_to_be_between", "kwargs": {"column": "x")" + kwargs + "}}";
  };
  EXPECT_EQ(fault(between("")),
            where + "neither min_value nor max_value is given; expected at least one of them");
  EXPECT_EQ(fault(between(R"(, "min_value": 3, "max_value": 2)")),
            where + "min_value is above max_value; expected min_value <= max_value");
  EXPECT_EQ(fault(between(R"(, "min_value": 3, "max_value": "2024-01-01")")),
            where + "min_value and max_value are of two kinds; expected two numbers or two dates");
}

TEST(Suite, RefusesKindsThatDoNotFit) {
  EXPECT_EQ(
      fault(R"({"type": "expect_column_values_to_be_unique", "kwargs": {"column": "x"},
                      "meta": {"kind": "foreign_key", "ref": "dim_product.product_id"}})"),
      "my.json: expectation 1 (expect_column_values_to_be_unique): meta.kind is \"foreign_key\"; expected "
      "that kind only at expect_column_values_to_be_in_set");
  EXPECT_EQ(
      fault(R"({"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "x"},
                      "meta": {"kind": "foreign_key", "ref": "customers.id"}})"),
      "my.json: expectation 1 (expect_column_values_to_be_in_set): meta.ref names the table customers; "
      "expected one of dim_product, dim_store_physical, dim_store_management, fact_sales, fact_inventory, or "
      "the keys in value_set");
  EXPECT_EQ(fault(R"({"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "x"}})"),
            "my.json: expectation 1 (expect_column_values_to_be_in_set): the kwarg value_set is missing; "
            "expected a "
            "list of texts or numbers");
  EXPECT_EQ(
      fault(R"({"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1},
                      "meta": {"aisle": {"quarantine": true}}})"),
      "my.json: expectation 1 (expect_table_row_count_to_be_between): meta.aisle asks to put rows aside; "
      "expected a rule about rows, not about the whole table; take quarantine or blank away");
}

// A whole number beyond 64 bits with a sign is not turned into a negative one.
TEST(Suite, KeepsNumbersBeyondSignedWholeNumbers) {
  const Suite suite = parse_suite(
      R"({"name": "s", "expectations": [{"type": "expect_column_values_to_be_between",
          "kwargs": {"column": "qty", "max_value": 18446744073709551615}}]})",
      "my.json", "fact_sales");
  EXPECT_EQ(suite.expectations.at(0).max_value, SuiteValue{18446744073709551615.0});
}

TEST(Suite, RefusesWhatIsNoSuite) {
  EXPECT_EQ(suite_fault("[]"), "my.json: not a JSON object; expected a suite of Great Expectations 1.x");
  EXPECT_EQ(
      suite_fault(R"({"expectation_suite_name": "old", "expectations": []})"),
      "my.json: a suite of Great Expectations 0.x (expectation_suite_name); expected Great Expectations 1.x; "
      "load and save it there once");
  EXPECT_EQ(suite_fault(R"({"name": "s"})"),
            "my.json: the suite has no expectations; expected a list under expectations");
  EXPECT_NE(suite_fault("{").find("my.json: not JSON: "), std::string::npos);
  EXPECT_NE(suite_fault("{\"name\": 1e999}").find("my.json: not JSON: "), std::string::npos);
  EXPECT_EQ(suite_fault("{\"meta\": " + std::string(200000, '[')),
            "my.json: JSON nested too deeply; expected at most 100 levels");
  EXPECT_EQ(
      suite_fault(R"({"name": "s", "expectations": [], "meta": {"aisle": {"table": "fact_sale"}}})"),
      "my.json: unknown table in meta.aisle: fact_sale; expected one of dim_product, dim_store_physical, "
      "dim_store_management, fact_sales, fact_inventory; did you mean fact_sales?");
}

}  // namespace
}  // namespace aisle
