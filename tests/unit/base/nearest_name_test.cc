#include "aisle/base/nearest_name.h"

#include <gtest/gtest.h>

namespace aisle {
namespace {

TEST(NearestName, FindsTheKnownNameOfATypingError) {
  const std::vector<std::string> known = {"min_samples", "min_cluster_size", "metric"};
  EXPECT_EQ(nearest_name("min_sample", known), "min_samples");
  EXPECT_EQ(nearest_name("MetriC", known), "metric");
  EXPECT_EQ(nearest_name("mertic", known), "metric");
  EXPECT_EQ(nearest_name("min_clstr_size", known), "min_cluster_size");
}

TEST(NearestName, FindsNothingForAStranger) {
  EXPECT_EQ(nearest_name("colour", {"min_samples", "metric"}), "");
  EXPECT_EQ(nearest_name("x", {}), "");
}

}  // namespace
}  // namespace aisle
