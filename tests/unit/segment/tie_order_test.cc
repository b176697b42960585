#include "aisle/segment/tie_order.h"

#include <gtest/gtest.h>

namespace aisle {
namespace {

// Values of Spark 4.1's hash() over a string.
TEST(TieOrder, HashesAsSparkDoes) {
  EXPECT_EQ(spark_hash(""), 142593372);
  EXPECT_EQ(spark_hash("a"), 1485273170);
  EXPECT_EQ(spark_hash("abc"), 1322437556);
  EXPECT_EQ(spark_hash("abcd"), -396302900);
  EXPECT_EQ(spark_hash("store_1"), -2098262252);
  EXPECT_EQ(spark_hash("é"), 2119106806);
}

TEST(TieOrder, GoesByTheStoreNotByTheRow) {
  const std::vector<std::string> ids = {"abcd", "a", "store_1", "abc", "é"};
  std::vector<std::string> ordered;
  for (const std::size_t row : tie_order(ids)) ordered.push_back(ids[row]);
  const std::vector<std::string> shuffled = {"é", "abc", "abcd", "store_1", "a"};
  std::vector<std::string> again;
  for (const std::size_t row : tie_order(shuffled)) again.push_back(shuffled[row]);
  EXPECT_EQ(ordered, again);
  // Partitions of 200: 148, 156, 100, 170, 6.
  EXPECT_EQ(ordered, (std::vector<std::string>{"é", "abcd", "store_1", "abc", "a"}));
}

}  // namespace
}  // namespace aisle
