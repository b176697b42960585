// The same data give the same bytes: 1, 2 and 7 threads, rows and files in any order.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "aisle/base/digest.h"
#include "feature_project.h"

namespace aisle {
namespace {

class SameBytes : public FeatureProject {
 protected:
  // Sales and stock of 37 stores over two years, split over files by `part` and ordered by `order`.
  void write_facts(const std::string& part, const std::string& order) {
    std::filesystem::remove_all(paths_.raw);
    const std::string sales =
        "SELECT DATE '2022-01-01' + CAST(hash(i, 1) % 730 AS INTEGER) AS date, 's' || (hash(i, 2) % 37) AS "
        "store_id, "
        "'p' || (hash(i, 3) % 53) AS product_id, CAST(hash(i, 4) % 5 AS BIGINT) - 1 AS qty, (hash(i, 5) % "
        "100000) / "
        "1000.0 AS unit_price_at_sale, i FROM (SELECT unnest(range(60000)) AS i)";
    const std::string stock =
        "SELECT DATE '2022-01-01' + CAST(hash(i, 6) % 730 AS INTEGER) AS snapshot_date, 's' || (hash(i, 7) % "
        "37) AS "
        "store_id, 'p' || (hash(i, 8) % 53) AS product_id, CAST(hash(i, 9) % 50 AS BIGINT) AS qty_on_hand, i "
        "FROM "
        "(SELECT unnest(range(60000)) AS i)";
    for (int file = 0; file < 3; ++file) {
      const std::string where = " WHERE (" + part + ") % 3 = " + std::to_string(file) + " ORDER BY " + order;
      std::filesystem::create_directories(paths_.raw / "fact_sales");
      std::filesystem::create_directories(paths_.raw / "fact_inventory");
      const std::string name = std::to_string(file) + ".parquet";
      engine_->write_parquet("SELECT * EXCLUDE (i) FROM (" + sales + ")" + where,
                             paths_.raw / "fact_sales" / name);
      engine_->write_parquet("SELECT * EXCLUDE (i) FROM (" + stock + ")" + where,
                             paths_.raw / "fact_inventory" / name);
    }
    engine_->write_parquet(
        "SELECT 'p' || i AS product_id, 'c' || (i % 7) AS category, 50.0 + i AS base_price FROM (SELECT "
        "unnest(range(53)) AS i) ORDER BY hash(i, '" +
            order + "')",
        paths_.raw / "dim_product.parquet");
    engine_->write_parquet(
        "SELECT 's' || i AS store_id, CASE WHEN i % 5 > 0 THEN 20.0 + i * 1.7 END AS size_m2, 3 + sqrt(i) AS "
        "storage_capacity_m2 FROM (SELECT unnest(range(37)) AS i) ORDER BY hash(i, '" +
            order + "')",
        paths_.raw / "dim_store_physical.parquet");
  }
  std::string digest(int n_threads) {
    open_engine(n_threads);
    const FeatureResult result = build();
    write_table(*engine_, result.store_features, folder_ / "out.parquet");
    return digest_of_file(folder_ / "out.parquet");
  }
};

TEST_F(SameBytes, WhateverTheThreadsRowsAndFiles) {
  options_.features.groups = {"mix",   "weekend",  "season",     "growth",   "volatility",
                              "price", "discount", "assortment", "turnover", "trading"};
  write_facts("i", "i");
  const std::string first = digest(1);
  EXPECT_EQ(digest(2), first);
  EXPECT_EQ(digest(7), first);
  write_facts("hash(i, 11)", "hash(i, 12)");
  EXPECT_EQ(digest(2), first) << "rows in another order, in other files";
  EXPECT_EQ(digest(7), first);
  write_facts("i * 0", "i DESC");
  EXPECT_EQ(digest(1), first) << "all rows in one file";
}

}  // namespace
}  // namespace aisle
