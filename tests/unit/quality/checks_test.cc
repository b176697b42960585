// The checks of a whole project: what is written, what is put aside, what later readers see.
#include "aisle/quality/default_suites.h"
#include "tests/unit/quality/quality_project.h"

namespace aisle {
namespace {

using Lines = std::vector<std::string>;

TEST(Checks, DataWithoutAFaultPasses) {
  QualityProject project;
  const CheckOutcome outcome = project.check();
  EXPECT_EQ(failed_names(outcome), Lines{});
  EXPECT_FALSE(outcome.critical_failed);
  EXPECT_EQ(outcome.n_quarantined, 0);
  EXPECT_EQ(outcome.as_of, "2024-05-05");
  EXPECT_FALSE(std::filesystem::exists(project.paths.quarantine));
  EXPECT_EQ(outcome.message, "49 of 49 checks passed; 0 rows quarantined");
  EXPECT_EQ(describe(outcome),
            "dim_product: 4 rows, 8 of 8 checks passed\n"
            "dim_store_physical: 3 rows, 10 of 10 checks passed\n"
            "dim_store_management: 3 rows, 6 of 6 checks passed\n"
            "fact_sales: 1,512 rows, 16 of 16 checks passed\n"
            "fact_inventory: 216 rows, 9 of 9 checks passed\n"
            "49 of 49 checks passed; 0 rows quarantined\n");
}

TEST(Checks, EachDirtyRowIsQuarantinedWithItsReason) {
  QualityProject project;
  project.sql(
      "INSERT INTO raw_fact_sales VALUES "
      "(DATE '2024-02-01', 'S1', 'P9', 1, 5, 2), (DATE '2024-02-01', 'S9', 'P1', 1, 5, 2), "
      "(NULL, 'S1', 'P1', 1, 5, 2), (DATE '2024-02-02', NULL, 'P1', 1, 5, 2), "
      "(DATE '2024-02-02', 'S1', NULL, 1, 5, 2), (DATE '2024-02-03', 'S1', 'P1', 1, -5, 2), "
      "(DATE '2024-02-03', 'S1', 'P1', 1, 'nan', 2), (DATE '2024-02-03', 'S1', 'P1', 1, 'inf', 2), "
      "(DATE '2024-02-04', 'S9', 'P9', 1, '-inf', 2)");
  project.sql("INSERT INTO raw_fact_inventory VALUES (DATE '2024-02-05', 'S1', 'P1', -3)");
  const CheckOutcome outcome = project.check();
  EXPECT_FALSE(outcome.critical_failed);
  EXPECT_EQ(outcome.n_quarantined, 10);
  EXPECT_EQ(
      project.quarantined("fact_sales"),
      (Lines{
          "2024-02-01|S1|P9|1|5|2|product_id is not in dim_product",
          "2024-02-01|S9|P1|1|5|2|store_id is not in dim_store_management",
          "2024-02-02|S1|null|1|5|2|product_id is null", "2024-02-02|null|P1|1|5|2|store_id is null",
          "2024-02-03|S1|P1|1|-5|2|unit_price_at_sale is below 0",
          "2024-02-03|S1|P1|1|inf|2|unit_price_at_sale is NaN or infinite",
          "2024-02-03|S1|P1|1|nan|2|unit_price_at_sale is NaN or infinite",
          "2024-02-04|S9|P9|1|-inf|2|unit_price_at_sale is below 0; unit_price_at_sale is NaN or infinite; "
          "product_id is not in dim_product; store_id is not in dim_store_management",
          "null|S1|P1|1|5|2|date is null"}));
  EXPECT_EQ(project.quarantined("fact_inventory"), (Lines{"2024-02-05|S1|P1|-3|qty_on_hand is below 0"}));
  EXPECT_EQ(result_of(outcome, "sales_product_known").message,
            "2 of 1,521 rows: product_id is not in dim_product; quarantined");
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 1512);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_inventory"), 216);
}

TEST(Checks, ALaterProcessReadsTheSameTables) {
  QualityProject project;
  project.sql("INSERT INTO raw_fact_sales VALUES (DATE '2024-02-01', 'S1', 'P9', 1, 5, 2)");
  project.sql("UPDATE raw_dim_store_physical SET size_m2 = 'nan' WHERE store_id = 'S2'");
  project.check();
  for (const char* view :
       {"dim_product", "dim_store_physical", "dim_store_management", "fact_sales", "fact_inventory"}) {
    project.sql(std::string("DROP VIEW ") + view);
  }
  open_checked_tables(*project.engine, project.raw, project.paths);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 1512);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_inventory"), 216);
  EXPECT_EQ(project.number("SELECT count(*) FROM dim_store_physical WHERE size_m2 IS NULL"), 1);
}

TEST(Checks, CheckedTablesNeedACheckOfTheSameTables) {
  QualityProject project;
  const auto fault = [&] {
    try {
      open_checked_tables(*project.engine, project.raw, project.paths);
    } catch (const Error& error) {
      return error.kind() + std::string(" | ") + error.what();
    }
    return std::string("no error");
  };
  EXPECT_EQ(fault(),
            "EnvironmentError | data/validation/checks.json: the tables were not checked yet; run aisle "
            "check first");
  project.check();
  EXPECT_EQ(fault(), "no error");
  project.drop("fact_inventory");
  EXPECT_EQ(
      fault(),
      "DataError | data/validation/checks.json: the checks were made of other tables than there are now; run "
      "aisle check again");
}

TEST(Checks, AQuarantineWithoutRowsGoesAway) {
  QualityProject project;
  project.sql("INSERT INTO raw_fact_sales VALUES (DATE '2024-02-01', 'S1', 'P9', 1, 5, 2)");
  project.suite("dim_product", R"({"type": "expect_column_to_exist", "kwargs": {"column": "name"}})");
  project.check();
  EXPECT_TRUE(project.has_quarantine("fact_sales"));
  EXPECT_TRUE(std::filesystem::exists(project.paths.validation / "dim_product.mine_validation.json"));
  project.sql("DELETE FROM raw_fact_sales WHERE product_id = 'P9'");
  project.options.quality.suites.clear();
  project.check();
  EXPECT_FALSE(project.has_quarantine("fact_sales"));
  EXPECT_FALSE(std::filesystem::exists(project.paths.validation / "dim_product.mine_validation.json"));
}

TEST(Checks, AStoreInOneTableOnlyIsQuarantinedWithItsSales) {
  QualityProject project;
  project.sql("DELETE FROM raw_dim_store_physical WHERE store_id = 'S3'");
  project.sql("INSERT INTO raw_dim_store_physical VALUES ('S4', 10, 'Mall', 2)");
  const CheckOutcome outcome = project.check();
  EXPECT_FALSE(outcome.critical_failed);
  EXPECT_EQ(project.quarantined("dim_store_physical"),
            (Lines{"S4|10|Mall|2|store_id is not in dim_store_management"}));
  EXPECT_EQ(project.quarantined("dim_store_management"),
            (Lines{"S3|South|2021-03-01|store_id is not in dim_store_physical"}));
  EXPECT_EQ(result_of(outcome, "sales_store_known").n_unexpected, 504);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 1008);
}

TEST(Checks, CriticalFailuresAreSaidAndStillWritten) {
  QualityProject project;
  project.sql("INSERT INTO raw_dim_store_management VALUES ('S1', 'North', DATE '2020-01-01')");
  project.table("fact_inventory",
                "SELECT DATE '2024-01-01' AS snapshot_date, 'S1' AS store_id, 'P1' AS product_id, 1 AS "
                "qty_on_hand WHERE FALSE");
  const CheckOutcome outcome = project.check();
  EXPECT_TRUE(outcome.critical_failed);
  EXPECT_EQ(outcome.message,
            "dim_store_management: management_store_id_unique: 2 of 4 rows: store_id stands more than once "
            "(S1 2 times); "
            "and 1 more critical");
  EXPECT_EQ(failed_names(outcome), (Lines{"management_store_id_unique", "inventory_not_empty"}));
  EXPECT_TRUE(project.document("checks.json")["critical_failed"].get<bool>());
  EXPECT_FALSE(project.document("fact_inventory_validation.json")["success"].get<bool>());
}

TEST(Checks, ReturnsFollowTheirPolicy) {
  const auto with = [](ReturnsPolicy policy) {
    QualityProject project;
    project.options.features.returns = policy;
    project.sql("UPDATE raw_fact_sales SET qty = -1 WHERE date = DATE '2024-02-01'");
    const CheckOutcome outcome = project.check();
    return std::tuple(outcome.critical_failed, outcome.n_quarantined,
                      result_of(outcome, "sales_qty_not_negative").expectation.severity,
                      result_of(outcome, "sales_qty_at_least_1").n_unexpected);
  };
  EXPECT_EQ(with(ReturnsPolicy::kNet), std::tuple(false, 0, CheckSeverity::kInfo, 12));
  EXPECT_EQ(with(ReturnsPolicy::kDrop), std::tuple(false, 12, CheckSeverity::kWarning, 12));
  EXPECT_EQ(with(ReturnsPolicy::kRefuse), std::tuple(true, 0, CheckSeverity::kCritical, 12));
}

TEST(Checks, SizesAndValuesThatAreNoNumbersCountAsMissing) {
  QualityProject project;
  project.sql("UPDATE raw_dim_store_physical SET size_m2 = 'inf' WHERE store_id = 'S1'");
  project.sql("UPDATE raw_dim_store_physical SET size_m2 = -4 WHERE store_id = 'S2'");
  project.sql("UPDATE raw_fact_sales SET profit_at_sale = 'nan' WHERE store_id = 'S1'");
  const CheckOutcome outcome = project.check();
  EXPECT_EQ(outcome.n_quarantined, 0);
  EXPECT_EQ(failed_names(outcome),
            (Lines{"physical_size_finite", "physical_size_positive", "sales_profit_finite"}));
  EXPECT_EQ(result_of(outcome, "physical_size_finite").message,
            "1 of 3 rows: size_m2 is NaN or infinite; counted as missing");
  EXPECT_EQ(project.number("SELECT count(size_m2) FROM dim_store_physical"), 2);
  EXPECT_EQ(project.number("SELECT count(profit_at_sale) FROM fact_sales"), 1008);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 1512);
}

TEST(Checks, SalesBeforeTheOpeningAreKept) {
  QualityProject project;
  project.sql("UPDATE raw_dim_store_management SET opening_date = DATE '2024-01-03' WHERE store_id = 'S1'");
  const CheckOutcome outcome = project.check();
  EXPECT_EQ(result_of(outcome, "sales_after_opening").message,
            "8 of 1,512 rows: date is before dim_store_management.opening_date");
  EXPECT_EQ(outcome.n_quarantined, 0);
}

TEST(Checks, AHalfLoadedDayIsHeldBack) {
  QualityProject project;
  project.table("fact_sales", "SELECT t.* FROM raw_fact_sales t, range(10)");  // 120 rows a day
  project.sql("DELETE FROM raw_fact_sales WHERE date = DATE '2024-05-05' AND product_id <> 'P1'");
  const CheckOutcome outcome = project.check();
  EXPECT_EQ(result_of(outcome, "sales_daily_volume").message,
            "30 of 15,030 rows: date is a half-loaded day (2024-05-05); held back");
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales WHERE date = DATE '2024-05-05'"), 0);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 15000);
  const auto days = project.document("checks.json")["tables"][3]["low_days"];
  EXPECT_EQ(days, nlohmann::json::parse(
                      R"([{"date": "2024-05-05", "held_back": true, "rows": 30, "usual_rows": 120.0,
                           "stores": 3, "usual_stores": 3.0}])"));
  EXPECT_EQ(outcome.next_recorded.size(), 125u);
  // A good run that took the day as it is settles it.
  project.run.recorded = outcome.next_recorded;
  project.run.recorded.push_back({outcome.next_recorded.back().day + 1, 30, 3});
  EXPECT_TRUE(result_of(project.check(), "sales_daily_volume").success);
}

TEST(Checks, OptionsLeaveOutAndChangeSeverity) {
  QualityProject project;
  project.sql("INSERT INTO raw_fact_sales VALUES (DATE '2024-02-01', 'S1', 'P9', 1, 5, 2)");
  project.options.quality.severity = {{"sales_product_known", "critical"}};
  EXPECT_TRUE(project.check().critical_failed);
  project.options.quality.severity.clear();
  project.options.quality.off = {"sales_product_known"};
  EXPECT_EQ(project.check().n_failed, 0);
  project.options.quality.off = {"sales_product_knwon"};
  EXPECT_EQ(project.fault(),
            "InvalidInput | quality.off: no expectation is named sales_product_knwon; expected a name in "
            "docs/checks.md or in your suites; did you mean sales_product_known?");
  project.options.quality.off.clear();
  project.options.quality.defaults = false;
  EXPECT_EQ(project.check().n_expectations, 0);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 1513);
}

TEST(Checks, MissingTablesAndColumnsLeaveTheirChecksOut) {
  QualityProject project;
  project.drop("dim_product");
  project.drop("fact_inventory");
  project.drop("dim_store_physical");
  project.table("fact_sales", "SELECT date, store_id, qty, qty * 2.0 AS sale_amount FROM raw_fact_sales");
  const CheckOutcome outcome = project.check();
  EXPECT_EQ(outcome.n_failed, 0);
  ASSERT_EQ(outcome.tables.size(), 2u);
  EXPECT_EQ(outcome.tables[0].skipped.at(0).name, "management_store_in_physical");
  EXPECT_EQ(outcome.tables[0].skipped.at(0).why, "table dim_store_physical is not there");
  EXPECT_EQ(outcome.tables[1].skipped.at(0).why, "column product_id is not there");
  EXPECT_TRUE(result_of(outcome, "sales_amount_finite").success);
}

TEST(Checks, AUsersSuiteQuarantinesToo) {
  QualityProject project;
  project.suite(
      "fact_sales",
      R"({"type": "expect_column_values_to_be_between", "kwargs": {"column": "qty", "max_value": 2, "mostly": 0.5},
                    "severity": "info", "meta": {"aisle": {"name": "small_baskets", "quarantine": true}}})");
  const CheckOutcome outcome = project.check();
  EXPECT_TRUE(result_of(outcome, "small_baskets").success);
  EXPECT_EQ(outcome.n_quarantined, 504);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 1008);
  project.options.quality.severity = {{"small_baskets", "critical"}};
  EXPECT_EQ(result_of(project.check(), "small_baskets").expectation.severity, CheckSeverity::kCritical);
}

TEST(Checks, AUsersPairAcrossTablesQuarantines) {
  QualityProject project;
  project.sql("UPDATE raw_dim_store_management SET opening_date = DATE '2024-01-03' WHERE store_id = 'S1'");
  project.suite("fact_sales",
                R"({"type": "expect_column_pair_values_a_to_be_greater_than_b",
                    "kwargs": {"column_A": "date", "column_B": "dim_store_management.opening_date", "or_equal": true},
                    "meta": {"aisle": {"quarantine": true}}})");
  EXPECT_EQ(project.check().n_quarantined, 8);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 1504);
  open_checked_tables(*project.engine, project.raw, project.paths);
  EXPECT_EQ(project.number("SELECT count(*) FROM fact_sales"), 1504);
}

TEST(Checks, SuitesMustNameATable) {
  QualityProject project;
  write_file(project.paths.root / "mine.json", R"({"name": "mine", "expectations": []})");
  project.options.quality.suites = {"mine.json"};
  EXPECT_EQ(
      project.fault(),
      "InvalidInput | mine.json: the suite does not say which table it is about; expected one of "
      "dim_product, "
      "dim_store_physical, dim_store_management, fact_sales, fact_inventory; name it in meta.aisle.table, or "
      "write \"TABLE=mine.json\" in quality.suites");
  write_file(project.paths.root / "fact_sales.json", R"({"name": "mine", "expectations": []})");
  project.options.quality.suites = {"fact_sales.json"};
  EXPECT_EQ(project.fault(), "no error");
  project.options.quality.suites = {"fact_sales.json", "fact_sales=mine.json"};
  EXPECT_EQ(project.fault(),
            "InvalidInput | quality.suites: two suites about fact_sales are named mine; expected a name of "
            "its own for "
            "each");
}

TEST(Checks, EmitAnEventForEachExpectation) {
  QualityProject project;
  project.sql("INSERT INTO raw_fact_sales VALUES (DATE '2024-02-01', 'S1', 'P9', 1, 5, 2)");
  const CheckOutcome outcome = project.check();
  std::int64_t n_reported = 0;
  for (const RunEvent& event : project.events) {
    const auto* report = std::get_if<CheckReported>(&event);
    if (report == nullptr) continue;
    ++n_reported;
    EXPECT_EQ(report->passed, report->name != "sales_product_known");
    if (report->passed) continue;
    EXPECT_EQ(report->asset, "fact_sales");
    EXPECT_EQ(report->n_failed, 1);
    EXPECT_EQ(report->severity, CheckSeverity::kWarning);
  }
  EXPECT_EQ(n_reported, outcome.n_expectations);
}

TEST(Checks, DescribeSaysHowManyWhichAndWhy) {
  QualityProject project;
  project.sql("INSERT INTO raw_fact_sales VALUES (DATE '2024-02-01', 'S1', 'P9', 1, 5, 2)");
  const std::string text = describe(project.check());
  EXPECT_NE(
      text.find(
          "fact_sales: 1,513 rows, 15 of 16 checks passed, 1 row quarantined\n"
          "  warning   sales_product_known: 1 of 1,513 rows: product_id is not in dim_product; quarantined\n"
          "      date        store_id  product_id\n"
          "      2024-02-01  S1        P9\n"),
      std::string::npos)
      << text;
}

// The built-in expectations of the platform that aisle replaces are there by name.
TEST(DefaultSuites, HoldTheOriginalsFourExpectations) {
  std::vector<std::string> found;
  const std::vector<Suite> suites = built_in_suites(ReturnsPolicy::kNet);
  for (const Expectation& expectation : suites[3].expectations) {
    if (expectation.name == "sales_qty_at_least_1") {
      EXPECT_EQ(expectation.kind, ExpectationKind::kBetween);
      EXPECT_EQ(std::get<std::int64_t>(expectation.min_value), 1);
      found.push_back(expectation.column);
    }
    if (expectation.name == "sales_price_not_negative") {
      EXPECT_EQ(std::get<double>(expectation.min_value), 0.0);
      found.push_back(expectation.column);
    }
    if (expectation.name == "sales_store_id_not_null" || expectation.name == "sales_product_id_not_null") {
      EXPECT_EQ(expectation.kind, ExpectationKind::kNotNull);
      found.push_back(expectation.column);
    }
  }
  EXPECT_EQ(found, (Lines{"store_id", "product_id", "qty", "unit_price_at_sale"}));
}

}  // namespace
}  // namespace aisle
