// Values and shapes of chains that real files bring: what is counted, quarantined or refused, and said.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

class BadValues : public RetailerProject {
 protected:
  void SetUp() override { run_well(); }

  void set_first_sales(const std::string& column, const std::string& value, int n = 5) {
    for (int row = 0; row < n; ++row) retailer_.at("fact_sales", row, column) = value;
  }

  // Every store becomes a copy of the first.
  void make_all_alike() {
    SmallRetailer one(1, 60);
    for (auto& [table, rows] : one.tables) {
      if (table == "dim_product") continue;
      CsvRows copies = {rows[0]};
      const auto at = std::find(rows[0].begin(), rows[0].end(), "store_id") - rows[0].begin();
      for (int store = 0; store < 16; ++store) {
        for (std::size_t row = 1; row < rows.size(); ++row) {
          copies.push_back(rows[row]);
          copies.back()[static_cast<std::size_t>(at)] = fmt::format("S{:03}", store);
        }
      }
      rows = std::move(copies);
    }
    retailer_ = one;
  }
};

TEST_F(BadValues, ADuplicateStoreIdIsCriticalAndItsResultsAreWritten) {
  retailer_.add_row_like("dim_store_management", 3);
  expect_data_refused(
      "data checks: dim_store_management: management_store_id_unique: 2 of 17 rows: store_id stands more "
      "than "
      "once (S003 2 times); `aisle check` shows the rows");
  const std::string validation = read_text(project_ / "data/validation/dim_store_management_validation.json");
  EXPECT_NE(validation.find("\"success\": false"), std::string::npos);
  EXPECT_NE(validation.find("S003"), std::string::npos);
  const ProgramResult check = run({"check"});
  EXPECT_EQ(check.exit_code, 3);
  EXPECT_NE((check.out + check.err).find("S003"), std::string::npos) << check.out << check.err;
}

TEST_F(BadValues, ADuplicateProductIdIsCritical) {
  retailer_.add_row_like("dim_product", 3);
  expect_data_refused(
      "data checks: dim_product: products_product_id_unique: 2 of 13 rows: product_id stands more than once "
      "(P03 2 times); "
      "`aisle check` shows the rows");
}

TEST_F(BadValues, SalesOfUnknownStoresAreQuarantined) {
  set_first_sales("store_id", "S999");
  expect_well({"! fact_sales      5 of " + n_rows("fact_sales") +
               " rows: store_id is not in dim_store_management; quarantined"});
  EXPECT_NE(files_below(project_ / "data/quarantine").size(), 0u);
}

TEST_F(BadValues, WhereEverySaleIsQuarantinedTheMessageSaysWhereTheyAre) {
  for (int row = 0; row + 1 < static_cast<int>(retailer_.tables["fact_sales"].size()); ++row) {
    retailer_.at("fact_sales", row, "store_id").insert(0, "X");
  }
  expect_data_refused(
      "fact_sales: no sale is left after the checks and the scope; expected sales with a day; look at "
      "data/quarantine, at [scope] and at the mapping");
}

TEST_F(BadValues, SalesOfUnknownProductsAreQuarantined) {
  set_first_sales("product_id", "P99");
  expect_well({"! fact_sales      5 of " + n_rows("fact_sales") +
               " rows: product_id is not in dim_product; quarantined"});
}

TEST_F(BadValues, AStoreInOneTableOnly) {
  retailer_.tables["dim_store_physical"].pop_back();
  expect_well({"! dim_store_management 1 of 16 rows: store_id is not in dim_store_physical; quarantined"});
}

TEST_F(BadValues, NanAndInfinityInAPriceAreQuarantined) {
  retailer_.at("fact_sales", 7, "unit_price_at_sale") = "NaN";
  retailer_.at("fact_sales", 8, "unit_price_at_sale") = "inf";
  expect_well({"! fact_sales      2 of " + n_rows("fact_sales") +
               " rows: unit_price_at_sale is NaN or infinite; quarantined"});
}

TEST_F(BadValues, InfinityInASizeCountsAsMissing) {
  retailer_.at("dim_store_physical", 7, "size_m2") = "inf";
  expect_well({"! dim_store_physical 1 of 16 rows: size_m2 is NaN or infinite; counted as missing",
               "! store_features  The size of 1 of 16 stores was imputed from their storage area."});
}

TEST_F(BadValues, AnAmountTooLargeToCount) {
  retailer_.at("fact_sales", 7, "unit_price_at_sale") = "1e30";
  expect_data_refused("fact_sales: unit_price_at_sale is 1e+30 (store " +
                      retailer_.at("fact_sales", 7, "store_id") + ", " +
                      retailer_.at("fact_sales", 7, "date") +
                      "); expected amounts under 1e14; mend the rows, or leave them out by scope.sales");
}

TEST_F(BadValues, AMistypedDayIsQuarantinedAndMovesNothing) {
  expect_well({});
  const auto end_of_sales = [this] {
    const std::string json = read_text(project_ / "data/processed/store_features.json");
    return json.substr(json.find("\"until\""), 24);
  };
  const std::string until = end_of_sales();
  retailer_.at("fact_sales", 7, "date") = "2204-01-31";
  retailer_.at("fact_sales", 8, "date") = "1924-01-31";
  expect_well({"! fact_sales      2 of " + n_rows("fact_sales") +
               " rows: date is over 90 days from nearly all rows (1924-01-31, 2204-01-31); quarantined"});
  EXPECT_EQ(end_of_sales(), until);
}

TEST_F(BadValues, SalesAfterUntilAreLeftOutAndCounted) {
  int n_late = 0;
  for (const auto& row : retailer_.tables["fact_sales"]) n_late += row[0] > "2024-02-15" && row[0] != "date";
  expect_well({fmt::format("! store_features  {} sale lines after features.until (2024-02-15) are left out.",
                           n_late)},
              "[features]\nuntil = \"2024-02-15\"\n");
}

TEST_F(BadValues, NoSaleBeforeUntil) {
  expect_options_refused(3, "[features]\nuntil = \"2020-03-31\"\n",
                         "fact_sales: no sale lies between features.from and features.until; expected sales "
                         "with a day; widen the window");
}

TEST_F(BadValues, ReturnsAreNettedByDefault) {
  set_first_sales("qty", "-2");
  expect_well({"! fact_sales      5 of " + n_rows("fact_sales") + " rows: qty is below 1"});
}

TEST_F(BadValues, ReturnsAreDroppedAndCounted) {
  set_first_sales("qty", "-2");
  expect_well({"! fact_sales      5 of " + n_rows("fact_sales") + " rows: qty is below 0; quarantined"},
              "[features]\nreturns = \"drop\"\n");
}

TEST_F(BadValues, ReturnsAreRefused) {
  set_first_sales("qty", "-2");
  expect_options_refused(3, "[features]\nreturns = \"refuse\"\n",
                         "data checks: fact_sales: sales_qty_not_negative: 5 of " + n_rows("fact_sales") +
                             " rows: qty is below 0; `aisle check` shows the rows");
}

TEST_F(BadValues, ANullOpeningDate) {
  retailer_.at("dim_store_management", 5, "opening_date") = "";
  expect_well({"! dim_store_management 1 of 16 rows: opening_date is null",
               "! store_features  1 of 16 stores have no opening date: their age is unknown."});
}

TEST_F(BadValues, AConstantColumn) {
  for (int store = 0; store < 16; ++store) retailer_.at("dim_store_management", store, "regional") = "North";
  EXPECT_EQ(expect_well({}).out.rfind("16 stores fall into 2 clusters.", 0), 0u);
}

TEST_F(BadValues, ACategoryWithOneMember) {
  retailer_.at("dim_store_management", 4, "regional") = "Island";
  EXPECT_EQ(expect_well({}).out.rfind("16 stores fall into 2 clusters.", 0), 0u);
}

TEST_F(BadValues, AllStoresEqualMakeNoCluster) {
  make_all_alike();
  const ProgramResult result =
      expect_well({"! cluster_model   total_revenue is the same for every store and tells none apart"});
  EXPECT_EQ(result.out.rfind("16 stores fall into no cluster.", 0), 0u) << result.out;
  EXPECT_NE(result.out.find("No cluster was found: no group of stores stands apart."), std::string::npos);
}

TEST_F(BadValues, AllNoiseIsAResultAndIsSaid) {
  const ProgramResult result =
      expect_well({}, "[hdbscan]\nmin_cluster_size = 12\ncluster_selection_epsilon = 0.0\n");
  EXPECT_EQ(result.out.rfind("16 stores fall into no cluster.", 0), 0u) << result.out;
  EXPECT_NE(result.out.find("100 % of the stores (16) fit no cluster by themselves."), std::string::npos);
}

TEST_F(BadValues, AScopeOfFewStoresIsNoHalfLoadedDay) {
  const ProgramResult result =
      expect_well({}, "[scope]\nstores = \"store_id <= 'S004'\"\n[hdbscan]\nmin_cluster_size = 2\n");
  EXPECT_NE(result.err.find("rows: date is a half-loaded day (2024-01-01, 2024-01-02, 2024-01-03"),
            std::string::npos)
      << result.err;
  EXPECT_EQ(result.err.find("held back"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace aisle::testing
