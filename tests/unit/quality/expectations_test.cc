// Each expectation passes and fails, with and without `mostly`, and says so in one line.
#include <cmath>

#include "tests/unit/quality/quality_project.h"

namespace aisle {
namespace {

// One result of one expectation on ten rows of dim_product with columns of every type.
class Expectations : public ::testing::Test {
 protected:
  Expectations() {
    project_.options.quality.defaults = false;
    project_.table("dim_product",
                   "SELECT 'P' || i AS product_id, CASE WHEN i < 9 THEN i END AS n, "
                   "CASE WHEN i = 0 THEN 'nan'::DOUBLE WHEN i = 1 THEN 'inf'::DOUBLE ELSE i / 2 END AS x, "
                   "(i / 2)::DOUBLE AS half, "
                   "CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END AS kind, "
                   "(DATE '2024-01-01' + i::INTEGER)::DATE AS day, "
                   "CASE WHEN i < 9 THEN (DATE '2024-01-05')::DATE END AS other_day, i = 3 AS is_three, "
                   "i // 5 AS fives FROM range(10) r(i)");
  }

  // `body` is what stands in the expectation beside its type.
  ExpectationResult result(const std::string& type, const std::string& kwargs, const std::string& rest = "") {
    project_.options.quality.suites.clear();
    project_.suite("dim_product",
                   "{\"type\": \"expect_" + type + "\", \"kwargs\": {" + kwargs + "}" + rest + "}");
    const CheckOutcome outcome = project_.check();
    return outcome.tables.at(0).results.at(0);
  }
  std::string says(const std::string& type, const std::string& kwargs, const std::string& rest = "") {
    const ExpectationResult one = result(type, kwargs, rest);
    return (one.success ? "pass | " : "fail | ") + one.message;
  }
  std::string refusal(const std::string& type, const std::string& kwargs, const std::string& rest = "") {
    project_.options.quality.suites.clear();
    project_.suite("dim_product",
                   "{\"type\": \"expect_" + type + "\", \"kwargs\": {" + kwargs + "}" + rest + "}");
    return project_.fault();
  }

  QualityProject project_;
};

TEST_F(Expectations, NotNull) {
  EXPECT_EQ(says("column_values_to_not_be_null", R"("column": "day")"), "pass | 10 rows pass");
  EXPECT_EQ(says("column_values_to_not_be_null", R"("column": "n")"), "fail | 1 of 10 rows: n is null");
  EXPECT_EQ(says("column_values_to_not_be_null", R"("column": "n", "mostly": 0.9)"),
            "pass | 1 of 10 rows: n is null; 90 % must pass");
  EXPECT_EQ(says("column_values_to_not_be_null", R"("column": "n", "mostly": 0.91)"),
            "fail | 1 of 10 rows: n is null; 91 % must pass");
}

TEST_F(Expectations, Unique) {
  EXPECT_EQ(says("column_values_to_be_unique", R"("column": "n")"), "pass | 10 rows pass");
  const ExpectationResult failed = result("column_values_to_be_unique", R"("column": "fives")");
  EXPECT_FALSE(failed.success);
  EXPECT_EQ(failed.n_unexpected, 10);
  EXPECT_EQ(failed.message, "10 of 10 rows: fives stands more than once (0 5 times, 1 5 times)");
  EXPECT_EQ(failed.counts.n_rows(), 2u);
  EXPECT_EQ(failed.counts.column("n").ints, (std::vector<std::int64_t>{5, 5}));
  EXPECT_TRUE(result("column_values_to_be_unique", R"("column": "fives", "mostly": 0.0)").success);
}

TEST_F(Expectations, InSet) {
  EXPECT_EQ(says("column_values_to_be_in_set", R"("column": "kind", "value_set": ["even", "odd"])"),
            "pass | 10 rows pass");
  EXPECT_EQ(says("column_values_to_be_in_set", R"("column": "kind", "value_set": ["even", "it's"])"),
            "fail | 5 of 10 rows: kind is not one of even, it's");
  EXPECT_EQ(says("column_values_to_be_in_set", R"("column": "kind", "value_set": ["even"], "mostly": 0.5)"),
            "pass | 5 of 10 rows: kind is not one of even; 50 % must pass");
  // The null counts neither way: 5 of 9 fail.
  const ExpectationResult numbers =
      result("column_values_to_be_in_set", R"("column": "n", "value_set": [0, 1, 2, 3])");
  EXPECT_EQ(numbers.n_unexpected, 5);
  EXPECT_EQ(numbers.n_missing, 1);
  EXPECT_TRUE(
      result("column_values_to_be_in_set", R"("column": "day", "value_set": ["2024-01-01"], "mostly": 0.1)")
          .success);
  EXPECT_EQ(result("column_values_to_be_in_set", R"("column": "is_three", "value_set": [true])").n_unexpected,
            9);
  EXPECT_EQ(result("column_values_to_be_in_set", R"("column": "n", "value_set": [])").n_unexpected, 9);
}

TEST_F(Expectations, NotInSet) {
  EXPECT_EQ(says("column_values_to_not_be_in_set", R"("column": "n", "value_set": [100])"),
            "pass | 10 rows pass");
  EXPECT_EQ(says("column_values_to_not_be_in_set", R"("column": "n", "value_set": [1, 2])"),
            "fail | 2 of 10 rows: n is one of 1, 2");
}

TEST_F(Expectations, BetweenNumbersAndDates) {
  const std::string type = "column_values_to_be_between";
  EXPECT_EQ(says(type, R"("column": "n", "min_value": 0, "max_value": 8)"), "pass | 10 rows pass");
  EXPECT_EQ(
      says(type, R"("column": "n", "min_value": 0, "max_value": 8, "strict_min": true, "strict_max": true)"),
      "fail | 2 of 10 rows: n is not between 0 and 8");
  EXPECT_EQ(says(type, R"("column": "n", "min_value": 1)"), "fail | 1 of 10 rows: n is below 1");
  EXPECT_EQ(says(type, R"("column": "n", "max_value": 7.5)"), "fail | 1 of 10 rows: n is above 7.5");
  EXPECT_EQ(says(type, R"("column": "n", "min_value": 0, "strict_min": true)"),
            "fail | 1 of 10 rows: n is not above 0");
  EXPECT_EQ(says(type, R"("column": "day", "min_value": "2024-01-03", "mostly": 0.8)"),
            "pass | 2 of 10 rows: day is below 2024-01-03; 80 % must pass");
  EXPECT_EQ(
      says(type,
           R"("column": "x", "min_value": -1.7976931348623157e308, "max_value": 1.7976931348623157e308)"),
      "fail | 2 of 10 rows: x is NaN or infinite");
}

TEST_F(Expectations, MatchRegex) {
  EXPECT_EQ(says("column_values_to_match_regex", R"("column": "product_id", "regex": "^P[0-9]$")"),
            "pass | 10 rows pass");
  EXPECT_EQ(says("column_values_to_match_regex", R"("column": "product_id", "regex": "[1-9]")"),
            "fail | 1 of 10 rows: product_id does not match [1-9]");
  EXPECT_EQ(says("column_values_to_match_regex", R"("column": "n", "regex": "^[0-7]$", "mostly": 0.8)"),
            "pass | 1 of 10 rows: n does not match ^[0-7]$; 80 % must pass");
  EXPECT_EQ(
      refusal("column_values_to_match_regex", R"x("column": "product_id", "regex": "(?=x)")x")
          .rfind(
              "InvalidInput | suite0.json: values_to_match_regex(product_id): the regular expression (?=x) "
              "cannot be used; expected RE2 syntax (no look-ahead, no back-reference)",
              0),
      0u);
}

TEST_F(Expectations, OfType) {
  EXPECT_EQ(says("column_values_to_be_of_type", R"("column": "n", "type_": "BIGINT")"),
            "pass | type of n is int64");
  EXPECT_EQ(says("column_values_to_be_of_type", R"("column": "day", "type_": "datetime64")"),
            "pass | type of day is date");
  EXPECT_EQ(says("column_values_to_be_of_type", R"("column": "kind", "type_": "float64")"),
            "fail | type of kind is text; expected float64");
  EXPECT_EQ(
      refusal("column_values_to_be_of_type", R"("column": "n", "type_": "quux")"),
      "InvalidInput | suite0.json: expectation 1 (expect_column_values_to_be_of_type): type_ is \"quux\"; "
      "expected a type such as VARCHAR, BIGINT, DOUBLE, BOOLEAN or DATE");
}

TEST_F(Expectations, RowCountAndColumnExists) {
  EXPECT_EQ(says("table_row_count_to_be_between", R"("min_value": 1, "max_value": 10)"),
            "pass | number of rows is 10");
  EXPECT_EQ(says("table_row_count_to_be_between", R"("min_value": 11)"),
            "fail | number of rows is 10; expected at least 11");
  EXPECT_EQ(says("column_to_exist", R"("column": "n")"), "pass | column n is there");
  EXPECT_EQ(says("column_to_exist", R"("column": "m")"), "fail | column m is not there");
}

TEST_F(Expectations, CompoundColumnsUnique) {
  EXPECT_EQ(says("compound_columns_to_be_unique", R"("column_list": ["fives", "n"])"), "pass | 10 rows pass");
  const ExpectationResult failed =
      result("compound_columns_to_be_unique", R"("column_list": ["fives", "kind"])");
  EXPECT_EQ(failed.message, "10 of 10 rows: (fives, kind) stand more than once");
  EXPECT_EQ(failed.counts.n_rows(), 4u);
  EXPECT_EQ(project_.document(
                "dim_product.mine_validation.json")["results"][0]["result"]["partial_unexpected_list"][0],
            (nlohmann::json{{"fives", 0}, {"kind", "even"}}));
  EXPECT_TRUE(
      result("compound_columns_to_be_unique", R"("column_list": ["fives", "kind"], "mostly": 0)").success);
}

TEST_F(Expectations, CompoundColumnsLeaveNullsOutAsAsked) {
  project_.table(
      "dim_product",
      "SELECT * FROM (VALUES (1, 1), (1, 2), (NULL, 2), (NULL, 2), (NULL, NULL), (NULL, NULL)) v(a, b)");
  const auto failing = [&](const std::string& ignore) {
    const ExpectationResult one = result("compound_columns_to_be_unique",
                                         R"("column_list": ["a", "b"], "ignore_row_if": ")" + ignore + "\"");
    return std::pair(one.n_unexpected, one.n_missing);
  };
  EXPECT_EQ(failing("any_value_is_missing"), std::pair(std::int64_t{0}, std::int64_t{4}));
  EXPECT_EQ(failing("all_values_are_missing"), std::pair(std::int64_t{2}, std::int64_t{2}));
  EXPECT_EQ(failing("never"), std::pair(std::int64_t{4}, std::int64_t{0}));
}

TEST_F(Expectations, PairGreater) {
  const std::string type = "column_pair_values_a_to_be_greater_than_b";
  const std::string days = R"("column_A": "day", "column_B": "other_day")";
  EXPECT_EQ(
      says(type, days + R"(, "or_equal": true, "ignore_row_if": "either_value_is_missing", "mostly": 0.5)"),
      "pass | 4 of 10 rows: day is before other_day; 50 % must pass");
  EXPECT_EQ(says(type, days + R"(, "ignore_row_if": "either_value_is_missing")"),
            "fail | 5 of 10 rows: day is not after other_day");
  // As Great Expectations: a row with one value missing fails unless it is to be ignored.
  EXPECT_EQ(result(type, days).n_unexpected, 6);
  EXPECT_EQ(says(type, R"("column_A": "n", "column_B": "fives", "or_equal": true, "mostly": 0.9)"),
            "pass | 1 of 10 rows: n is below fives; 90 % must pass");
}

TEST_F(Expectations, MeanMinMax) {
  EXPECT_EQ(says("column_mean_to_be_between", R"("column": "n", "min_value": 4, "max_value": 4)"),
            "pass | mean of n is 4");
  EXPECT_EQ(says("column_mean_to_be_between", R"("column": "half", "max_value": 2.25, "strict_max": true)"),
            "fail | mean of half is 2.25; expected below 2.25");
  EXPECT_EQ(says("column_mean_to_be_between", R"("column": "x", "min_value": 0)"),
            "fail | mean of x is 2.75 (2 values that are NaN, infinite or beyond 1e24 left out); expected at "
            "least 0");
  EXPECT_EQ(says("column_max_to_be_between", R"("column": "day", "min_value": "2024-01-10")"),
            "pass | largest day is 2024-01-10");
  EXPECT_EQ(says("column_min_to_be_between", R"("column": "n", "min_value": 0, "strict_min": true)"),
            "fail | smallest n is 0; expected above 0");
  EXPECT_EQ(
      refusal("column_mean_to_be_between", R"("column": "kind", "min_value": 0)"),
      "InvalidInput | suite0.json: mean_to_be_between(kind): the column kind is text; expected a column of "
      "numbers for a mean");
}

TEST_F(Expectations, ForeignKey) {
  project_.table("dim_store_management", "SELECT 'P' || i AS store_id FROM range(1, 20) r(i)");
  const std::string meta = R"(, "meta": {"kind": "foreign_key", "ref": "dim_store_management.store_id"})";
  EXPECT_EQ(says("column_values_to_be_in_set", R"("column": "product_id")", meta),
            "fail | 1 of 10 rows: product_id is not in dim_store_management.store_id");
  EXPECT_EQ(says("column_values_to_be_in_set", R"("column": "product_id", "mostly": 0.9)", meta),
            "pass | 1 of 10 rows: product_id is not in dim_store_management.store_id; 90 % must pass");
  project_.table("dim_store_management", "SELECT 'P' || i AS store_id FROM range(20) r(i)");
  EXPECT_EQ(says("column_values_to_be_in_set", R"("column": "product_id")", meta), "pass | 10 rows pass");
}

TEST_F(Expectations, Freshness) {
  const auto fresh = [&](const std::string& meta) {
    return says("column_max_to_be_between", R"("column": "day")",
                R"(, "meta": {"kind": "freshness", )" + meta + "}");
  };
  EXPECT_EQ(fresh(R"("max_age_days": 5, "as_of": "2024-01-15")"), "pass | newest day is 2024-01-10");
  EXPECT_EQ(
      fresh(R"("max_age_days": 4, "as_of": "2024-01-15")"),
      "fail | newest day is 2024-01-10; expected at least 2024-01-11 (at most 4 days before 2024-01-15)");
  // Without as_of it is the last day of the sales, 2024-05-05.
  EXPECT_EQ(
      fresh(R"("max_age_days": 4)"),
      "fail | newest day is 2024-01-10; expected at least 2024-05-01 (at most 4 days before 2024-05-05)");
  project_.options.features.as_of = "2024-01-12";
  EXPECT_EQ(fresh(R"("max_age_days": 4)"), "pass | newest day is 2024-01-10");
}

TEST_F(Expectations, RefuseColumnsAndValuesThatDoNotFit) {
  EXPECT_EQ(
      refusal("column_values_to_not_be_null", R"("column": "kindd")"),
      "InvalidInput | suite0.json: values_to_not_be_null(kindd): column kindd is not there; expected one of "
      "dim_product's: product_id, n, x, half, kind, day, other_day, is_three, fives; did you mean kind?");
  EXPECT_EQ(refusal("column_values_to_be_in_set", R"("column": "n", "value_set": ["a"])"),
            "InvalidInput | suite0.json: values_to_be_in_set(n): \"a\" does not fit the column n; expected "
            "values of "
            "its type, int64");
  EXPECT_EQ(refusal("column_values_to_be_between", R"("column": "day", "min_value": 3)"),
            "InvalidInput | suite0.json: values_to_be_between(day): \"3\" does not fit the column day; "
            "expected values "
            "of its type, date");
}

TEST_F(Expectations, ListTheFirstTwentyByKey) {
  project_.table("dim_product",
                 "SELECT 'P' || lpad(i::VARCHAR, 3, '0') AS product_id, -1 AS n FROM range(50) r(i)");
  const ExpectationResult failed = result("column_values_to_be_between", R"("column": "n", "min_value": 0)");
  ASSERT_EQ(failed.rows.n_rows(), 20u);
  EXPECT_EQ(failed.rows.column("product_id").texts.front(), "P000");
  EXPECT_EQ(failed.rows.column("product_id").texts.back(), "P019");
  EXPECT_EQ(failed.n_unexpected, 50);
  EXPECT_EQ(
      project_.document("dim_product.mine_validation.json")["results"][0]["result"]["unexpected_list"].size(),
      20u);
}

}  // namespace
}  // namespace aisle
