// A user's own SQL files: their shape is checked, and a fault names the file.
#include <gtest/gtest.h>

#include "feature_project.h"

namespace aisle {
namespace {

class UserFeatures : public FeatureProject {
 protected:
  void SetUp() override {
    write_raw("fact_sales", "date,store_id,qty,unit_price_at_sale\n2024-01-01,a,2,10\n2024-01-02,b,1,4\n");
  }
  std::string fault_of(const std::string& sql) {
    write(paths_.sql / "big.sql", sql);
    return fault();
  }
};

constexpr const char* kForm = "; docs/how-to-add-a-feature.md shows the form";

TEST_F(UserFeatures, AFileWithoutAHeadIsEnough) {
  write(paths_.sql / "big_lines.sql",
        "-- lines of more than one unit\nSELECT store_id, count(*) AS big_lines, 'x' AS mark FROM sale_lines "
        "WHERE qty "
        "> 1 GROUP BY store_id;\n");
  const FeatureResult result = build();
  EXPECT_EQ(value(result, "big_lines", 0), 1.0);
  EXPECT_TRUE(result.store_features.column("big_lines").null_at(1));
  EXPECT_EQ(result.store_features.column("mark").text_at(0), "x");
  EXPECT_EQ(result.groups.back().group, "big_lines");
}

TEST_F(UserFeatures, AHeadSaysWhatIsMissingAndWhatAbsenceMeans) {
  write(paths_.sql / "a.sql",
        "-- group: big\n-- missing: 0\nSELECT store_id, count(*) AS big_lines FROM sale_lines WHERE qty > 1 "
        "GROUP BY "
        "store_id\n");
  write(
      paths_.sql / "b.sql",
      "-- group: margin\n-- needs: fact_sales.profit_at_sale\nSELECT store_id, sum(profit_at_sale) AS p FROM "
      "fact_sales GROUP BY store_id\n");
  const FeatureResult result = build();
  EXPECT_EQ(value(result, "big_lines", 1), 0.0);
  EXPECT_FALSE(result.store_features.column("big_lines").null_at(1));
  EXPECT_EQ(result.groups.back().why, "there is no fact_sales.profit_at_sale");
}

TEST_F(UserFeatures, RowsOfOtherStoresAreSaid) {
  write(paths_.sql / "x.sql", "SELECT 'zz' AS store_id, 1 AS v UNION ALL SELECT 'a', 2");
  EXPECT_EQ(value(build(), "v", 0), 2.0);
  EXPECT_EQ(warnings_.back(), "sql/x.sql: 1 rows are of stores that are not in the store list.");
}

TEST_F(UserFeatures, FaultsNameTheFile) {
  EXPECT_EQ(
      fault_of("SELECT store_id, nothing AS x FROM sale_lines"),
      "DataError | sql/big.sql: Binder Error: Referenced column \"nothing\" not found in FROM clause!; "
      "Candidate bindings: \"product_id\"; expected a query that works on the tables of docs/features.md");
  EXPECT_EQ(
      fault_of("SELECT 1 AS x"),
      std::string("DataError | sql/big.sql: the query returns no column store_id; expected store_id and the "
                  "features") +
          kForm);
  EXPECT_EQ(fault_of("SELECT 1 AS store_id, 2 AS x"),
            std::string("DataError | sql/big.sql: store_id is int64; expected text, as in the store tables") +
                kForm);
  EXPECT_EQ(
      fault_of("SELECT store_id FROM stores"),
      std::string("DataError | sql/big.sql: the query returns store_id alone; expected store_id and the "
                  "features") +
          kForm);
  EXPECT_EQ(fault_of("SELECT store_id, 1 AS x FROM stores UNION ALL SELECT 'b', 2"),
            std::string("DataError | sql/big.sql: store b is in two rows; expected one row a store") + kForm);
  EXPECT_EQ(
      fault_of("SELECT CAST(NULL AS VARCHAR) AS store_id, 1 AS x"),
      std::string("DataError | sql/big.sql: a row has no store_id; expected a store in each row") + kForm);
  EXPECT_EQ(fault_of("SELECT store_id, 1 AS total_revenue FROM stores"),
            "DataError | sql/big.sql: there is a column total_revenue already; expected a name of its own; "
            "rename it "
            "in the query");
}

}  // namespace
}  // namespace aisle
