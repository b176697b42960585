// Bad options, mappings, files of the user's own and command lines, each with its exact message.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

class BadOptions : public RetailerProject {
 protected:
  void SetUp() override { run_well(); }
};

TEST_F(BadOptions, AnUnknownKeyOfTheOptions) {
  expect_options_refused(2, "[hdbscan]\nmin_cluster_sise = 4\n",
                         "aisle.toml:5: unknown key 'hdbscan.min_cluster_sise'; did you mean "
                         "'hdbscan.min_cluster_size'?");
}

TEST_F(BadOptions, AnUnknownTableOfTheOptions) {
  expect_options_refused(2, "[tables.fact_sale]\npath = \"x.csv\"\n",
                         "aisle.toml:5: unknown table 'tables.fact_sale'; did you mean 'tables.fact_sales'?");
}

TEST_F(BadOptions, AnUnknownColumnOfTheContract) {
  expect_options_refused(2, "[tables.fact_sales.columns]\nquantity = \"qty\"\n",
                         "aisle.toml:5: unknown column 'tables.fact_sales.columns.quantity'; known are date, "
                         "store_id, product_id, qty, unit_price_at_sale, sale_amount or profit_at_sale");
}

TEST_F(BadOptions, AWordForANumber) {
  expect_options_refused(2, "[hdbscan]\nmin_cluster_size = \"four\"\n",
                         "aisle.toml:5: hdbscan.min_cluster_size is 'four'; expected a whole number of at "
                         "least 0");
}

TEST_F(BadOptions, AnOptionsFileThatIsNotToml) {
  expect_options_refused(
      2, "[hdbscan\nmin_cluster_size = 4\n",
      "aisle.toml:4: this is not TOML: Error while parsing table header: expected ']', saw "
      "'\\n'");
}

TEST_F(BadOptions, AWindowThatEndsBeforeItBegins) {
  expect_options_refused(2, "[features]\nfrom = \"2024-04-01\"\nuntil = \"2024-03-31\"\n",
                         "aisle.toml:6: features.until is 2024-03-31, before features.from; expected a day "
                         "from 2024-04-01 on");
}

TEST_F(BadOptions, APolicyOfReturnsThatIsNotThere) {
  expect_options_refused(2, "[features]\nreturns = \"keep\"\n",
                         "aisle.toml:5: features.returns is 'keep'; expected net, drop or refuse");
}

TEST_F(BadOptions, AMappingWithAnSqlError) {
  expect_options_refused(
      3, "[tables.fact_sales.columns]\nqty = \"qty + * 2\"\n",
      "tables.fact_sales.columns.qty: 'qty + * 2' is neither a column of the file nor SQL that works (Parser "
      "Error: syntax error at or near \"2\"); expected one of date, store_id, product_id, qty, "
      "unit_price_at_sale, profit_at_sale, or an SQL expression over them; mend it in aisle.toml");
}

TEST_F(BadOptions, AMappingToAColumnThatIsNotThere) {
  expect_options_refused(
      3, "[tables.fact_sales.columns]\nqty = \"Menge\"\n",
      "tables.fact_sales.columns.qty: 'Menge' is neither a column of the file nor SQL that works (Binder "
      "Error: Referenced column \"Menge\" not found in FROM clause!); expected one of date, store_id, "
      "product_id, qty, unit_price_at_sale, profit_at_sale, or an SQL expression over them; mend it in "
      "aisle.toml");
}

TEST_F(BadOptions, AScopeThatLeavesNothing) {
  expect_options_refused(2, "[scope]\nstores = \"state = 'XX'\"\n",
                         "scope.stores: nothing meets 'state = 'XX''; expected a condition that leaves "
                         "something");
}

TEST_F(BadOptions, AFeatureOfTheUsersWithoutStores) {
  write_text(project_ / "sql/mine.sql", "SELECT 1 AS a\n");
  expect_refused(3,
                 "sql/mine.sql: the query returns no column store_id; expected store_id and the features; "
                 "docs/how-to-add-a-feature.md shows the form");
}

TEST_F(BadOptions, AFeatureOfTheUsersWithAStoreTwice) {
  write_text(project_ / "sql/mine.sql", "SELECT store_id, 1 AS a FROM sale_lines\n");
  expect_refused(3,
                 "sql/mine.sql: store S000 is in two rows; expected one row a store; "
                 "docs/how-to-add-a-feature.md shows the form");
}

TEST_F(BadOptions, SqlOfTheUsersReadsTheTablesAlone) {
  const std::string alone =
      "; expected SQL over the tables alone: no clock, no random numbers, no files, no settings";
  const auto expect_query_refused = [&](const std::string& query, const std::string& fault) {
    write_text(project_ / "sql/mine.sql", query + "\n");
    expect_refused(
        3, "sql/mine.sql: the query " + fault + alone + "; docs/how-to-add-a-feature.md shows the form");
    std::filesystem::remove(project_ / "sql/mine.sql");
  };
  expect_query_refused("SELECT store_id, Random() AS a FROM stores", "calls random()");
  expect_query_refused("SELECT store_id, (SELECT current_date - DATE '2024-01-01') AS a FROM stores",
                       "asks for the clock (current_date)");
  expect_query_refused("SELECT store_id, date_diff('day', opening_date, today()) AS a FROM stores",
                       "asks for the clock (today())");
  expect_query_refused("SELECT store_id, x AS a FROM stores JOIN read_csv('x.csv') ON true",
                       "reads read_csv()");
  expect_query_refused("WITH f AS (SELECT * FROM 'x.parquet') SELECT store_id, 1 AS a FROM f",
                       "reads a file ('x.parquet')");
  expect_query_refused("SELECT store_id, 1 AS a FROM stores USING SAMPLE 3", "draws a sample");
  expect_query_refused("ATTACH 'x.db'", "is no single query");
  expect_query_refused("SELECT 1; SELECT 2", "is no single query");
  expect_options_refused(3, "[tables.fact_sales.columns]\nqty = \"qty + CAST(now() IS NULL AS INTEGER)\"\n",
                         "tables.fact_sales.columns.qty: 'qty + CAST(now() IS NULL AS INTEGER)' asks for the "
                         "clock (now())" +
                             alone);
  expect_options_refused(2, "[scope]\nsales = \"date < current_date\"\n",
                         "scope.sales: 'date < current_date' asks for the clock (current_date)" + alone);
}

TEST_F(BadOptions, ASuiteWithAnUnknownExpectation) {
  write_text(project_ / "suites/fact_sales.json",
             R"({"name": "mine", "expectations": [{"type": "expect_column_values_to_be_lovely",
                "kwargs": {"column": "qty"}}], "meta": {}})");
  retailer_.write(project_.path(), "[quality]\nsuites = [\"suites/fact_sales.json\"]\n");
  expect_refused(
      2,
      "suites/fact_sales.json: expectation 1: unknown type expect_column_values_to_be_lovely; expected one "
      "of "
      "expect_column_max_to_be_between, expect_column_mean_to_be_between, expect_column_min_to_be_between, "
      "expect_column_pair_values_a_to_be_greater_than_b, expect_column_to_exist, "
      "expect_column_values_to_be_between, expect_column_values_to_be_in_set, "
      "expect_column_values_to_be_of_type, expect_column_values_to_be_unique, "
      "expect_column_values_to_match_regex, expect_column_values_to_not_be_in_set, "
      "expect_column_values_to_not_be_null, expect_compound_columns_to_be_unique, "
      "expect_table_row_count_to_be_between; did you mean expect_column_values_to_be_between?");
}

TEST_F(BadOptions, ASuiteThatIsNotThere) {
  expect_options_refused(
      2, "[quality]\nsuites = [\"suites/nothing.json\"]\n",
      "quality.suites: 'suites/nothing.json' is not there; expected an expectation suite, its "
      "path from the project's folder; mend it in aisle.toml");
}

TEST_F(BadOptions, WrongValuesForSet) {
  expect_refused(2,
                 "--set hdbscan.min_cluster_size=abc: hdbscan.min_cluster_size is 'abc'; expected a whole "
                 "number of at least 0",
                 {"run", "--set", "hdbscan.min_cluster_size=abc"});
  expect_refused(2,
                 "--set hdbscan.min_cluster_sise=4: unknown key 'hdbscan.min_cluster_sise'; did you mean "
                 "'hdbscan.min_cluster_size'?",
                 {"run", "--set", "hdbscan.min_cluster_sise=4"});
  expect_refused(2, "--set hdbscan.min_cluster_size: there is no key and value; expected section.key=value",
                 {"run", "--set", "hdbscan.min_cluster_size"});
  expect_refused(2,
                 "--set features.until=2024-02-31: features.until is '2024-02-31'; expected a day as "
                 "YYYY-MM-DD, or empty",
                 {"run", "--set", "features.until=2024-02-31"});
}

TEST_F(BadOptions, UnknownVerbsAssetsAndFlags) {
  expect_refused(2, "there is no verb 'runn'; did you mean 'run'?", {"runn"});
  expect_refused(2, "unknown asset 'store_featurs'; did you mean 'store_features'?",
                 {"run", "--only", "store_featurs"});
  expect_refused(2,
                 "unknown asset 'model2'; expected one of dim_product, dim_store_physical, "
                 "dim_store_management, fact_sales, fact_inventory, data_checks, store_features, "
                 "cluster_model, cluster_stability, segments, insight, store_map, report",
                 {"run", "--from", "model2"});
  expect_refused(2, "The following argument was not expected: --verbos; aisle run --help shows what it takes",
                 {"run", "--verbos"});
}

class BadProject : public RetailerProject {};

TEST_F(BadProject, AProjectWithoutOptionsSaysHowToMakeThem) {
  expect_refused(2, project_.path().string() +
                        ": this folder has no aisle.toml; go to your project, name it with "
                        "--project, or make one with `aisle init`");
}

TEST_F(BadProject, AProjectFolderThatIsNotThere) {
  const std::string folder = (project_ / "nowhere").string();
  const ProgramResult result = run_aisle({"run", "--project", folder});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err,
            "aisle: " + folder +
                ": there is no such folder; name your project's folder with --project, or make one with "
                "`aisle init`\n");
  EXPECT_TRUE(files_below(folder).empty());
}

// What is said of stores that fall into no cluster, after its first sentence.
std::string no_cluster_words(int n_stores, const std::filesystem::path& project) {
  return "Verdict: weak. The clusters should not be acted on as they are; what is weak: clusters.\n"
         "  weak    No cluster was found: no group of stores stands apart.\n"
         "  weak    Separation cannot be measured without two clusters.\n"
         "  weak    Cohesion cannot be measured without two clusters.\n"
         "  weak    100 % of the stores (" +
         std::to_string(n_stores) +
         ") fit no cluster by themselves.\n"
         "  weak    There is no smallest cluster.\n"
         "  weak    There are no clusters to compare with the given columns.\n\n"
         "What to do:\n"
         "  - Lower hdbscan.min_cluster_size or hdbscan.cluster_selection_epsilon, or give the model "
         "columns\n"
         "    in which the stores differ.\n\n"
         "Report: " +
         (project / "data/artifacts/report.html").string() + "\n";
}

TEST_F(BadProject, OneStoreIsSaid) {
  retailer_ = SmallRetailer(1, 60);
  EXPECT_EQ(expect_well({}).out, "1 store falls into no cluster.\n\n" + no_cluster_words(1, project_.path()));
}

TEST_F(BadProject, TwoStoresAreSaid) {
  retailer_ = SmallRetailer(2, 60);
  EXPECT_EQ(expect_well({}).out, "2 stores fall into no cluster.\n\n" + no_cluster_words(2, project_.path()));
}

}  // namespace
}  // namespace aisle::testing
