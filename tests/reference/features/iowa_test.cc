// Real data by a mapping alone: the State of Iowa's liquor sales of 2021 (2.6 million lines, 1,948 stores;
// other column names, no sizes, no inventory, no opening dates).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "aisle/engine/raw_tables.h"
#include "aisle/features/build_features.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

fs::path iowa_folder() {
  const char* shared = std::getenv("AISLE_SHARED");
  return (shared != nullptr ? fs::path(shared) : fs::path(AISLE_SOURCE_DIR) / ".." / "shared") / "data" /
         "iowa";
}

Options iowa_options(const fs::path& folder) {
  Options options;
  options.tables["fact_sales"] = {.path = (folder / "sales_2021.parquet").string(),
                                  .csv = {},
                                  .columns = {{"date", "Date"},
                                              {"store_id", "Store Number"},
                                              {"product_id", "Item Number"},
                                              {"qty", "Bottles Sold"},
                                              {"sale_amount", "Sale (Dollars)"}}};
  options.tables["dim_product"] = {.path = (folder / "products.csv").string(),
                                   .csv = {},
                                   .columns = {{"product_id", "Item Number"},
                                               {"name", "Item Description"},
                                               {"category", "Category Name"},
                                               {"base_price", "State Bottle Retail"},
                                               {"cost", "State Bottle Cost"}}};
  options.tables["dim_store_management"] = {
      .path = (folder / "stores.csv").string(),
      .csv = {},
      .columns = {
          {"store_id", "Store"}, {"store_name", "Name"}, {"regional", "City"}, {"latitude", "latitude"}}};
  options.features.groups = {"mix",   "weekend",  "season",     "growth",   "volatility",
                             "price", "discount", "assortment", "turnover", "trading"};
  return options;
}

std::string why_not(const FeatureResult& result, const std::string& group) {
  const auto found = std::find_if(result.groups.begin(), result.groups.end(),
                                  [&](const GroupOutcome& outcome) { return outcome.group == group; });
  return found == result.groups.end() ? "no such group" : found->why;
}

TEST(Iowa, FeaturesByAMappingAlone) {
  const fs::path folder = fs::absolute(iowa_folder());
  if (!fs::exists(folder)) GTEST_SKIP() << "the data of Iowa are not at " << folder << " (set AISLE_SHARED)";
  const auto engine = open_duckdb({.n_threads = 2});
  const Options options = iowa_options(folder);
  const ProjectPaths paths(fs::temp_directory_path() / "aisle-no-such-project");
  const RawTables tables = open_raw_tables(*engine, options, paths);
  open_unchecked_tables(*engine, tables);
  const FeatureResult result = build_features(*engine, tables, options, paths, ignore_events);
  const Table& stores = result.store_features;
  EXPECT_EQ(stores.n_rows(), 2296u);
  EXPECT_EQ(stores.find("size_m2"), nullptr);
  EXPECT_EQ(why_not(result, "size"), "there is no dim_store_physical.size_m2");
  EXPECT_EQ(why_not(result, "growth"), "no store has a value for growth");
  EXPECT_EQ(result.until, "2021-12-31");
  // The same figures by another way: the file itself.
  const Table sales = engine->query(
      "SELECT sum(CAST(floor(\"Sale (Dollars)\" * 1e4 + 0.5) AS BIGINT)) AS units, "
      "count(DISTINCT \"Store Number\") AS n FROM read_parquet(" +
      sql_literal((folder / "sales_2021.parquet").string()) +
      ") WHERE \"Item Number\" IN (SELECT product_id FROM raw_dim_product)");
  double revenue = 0;
  std::int64_t n_selling = 0;
  std::int64_t n_silent = 0;
  for (std::size_t row = 0; row < stores.n_rows(); ++row) {
    revenue += stores.column("total_revenue").doubles[row];
    n_selling += stores.column("first_sale").null_at(row) ? 0 : 1;
    n_silent += stores.column("fit_reason").text_at(row) == "stopped selling" ? 1 : 0;
  }
  EXPECT_EQ(n_selling, sales.column("n").ints[0]);
  EXPECT_EQ(n_selling, 1948);
  EXPECT_EQ(n_silent, 73);
  EXPECT_NEAR(revenue, static_cast<double>(sales.column("units").ints[0]) / 1e4, 1e-3);
}

}  // namespace
}  // namespace aisle
