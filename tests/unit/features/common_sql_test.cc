// Every statement of the features keeps to the SQL that both engines understand alike.
#include "tests/support/common_sql.h"

#include "aisle/features/embedded_sql.h"
#include "tests/unit/features/feature_project.h"

namespace aisle {
namespace {

TEST(CommonSql, FilesOfSql) {
  ASSERT_GT(embedded_sql().size(), 15U);
  for (const EmbeddedSql& file : embedded_sql()) {
    EXPECT_EQ(testing::fault_of_common_sql(file.text), "") << file.file;
  }
}

class FeatureSql : public FeatureProject {};

// Data in which every way through the features' statements is taken: unknown products and stores, returns,
// bounds of time, stock of products that the list does not have.
TEST_F(FeatureSql, StatementsThatAreMade) {
  write_raw("dim_product", "product_id,name,category,base_price\nP1,one,A,10\nP2,two,,20\n");
  write_raw("dim_store_physical", "store_id,size_m2,storage_capacity_m2\nS1,100,20\nS2,,10\n");
  write_raw("dim_store_management",
            "store_id,regional,opening_date\nS1,N,2020-01-01\nS2,S,2021-01-01\nS3,S,\n");
  std::string sales = "date,store_id,product_id,qty,unit_price_at_sale\n";
  for (int day = 1; day <= 28; ++day) {
    for (const char* line : {"S1,P1,2,10.5", "S2,P2,1,19.99", "S2,P9,1,3", "S9,P1,1,2", "S1,P2,-1,20"}) {
      sales += "2024-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + "," + line + "\n";
    }
  }
  write_raw("fact_sales", sales);
  write_raw("fact_inventory",
            "snapshot_date,store_id,product_id,qty_on_hand\n2024-01-05,S1,P1,4\n2024-01-05,S2,P7,3\n");
  options_.features.from = "2024-01-02";
  options_.features.until = "2024-01-27";
  options_.features.returns = ReturnsPolicy::kDrop;
  options_.scope.sales = "qty < 1000";
  options_.scope.stores = "regional IN ('N', 'S')";
  options_.scope.products = "category IS NULL OR category = 'A' OR true";
  options_.features.groups = {"mix",   "weekend",  "season",     "growth",   "volatility",
                              "price", "discount", "assortment", "turnover", "trading"};
  testing::RecordingEngine recording(*engine_);
  const RawTables tables = open_raw_tables(recording, options_, paths_);
  open_unchecked_tables(recording, tables);
  const FeatureResult result = build_features(recording, tables, options_, paths_, [](const RunEvent&) {});
  EXPECT_EQ(result.lost.size(), 6U) << "not every way was taken";
  ASSERT_GT(recording.statements.size(), 40U);
  for (const std::string& statement : recording.statements) {
    EXPECT_EQ(testing::fault_of_common_sql(statement), "") << statement;
  }
}

}  // namespace
}  // namespace aisle
