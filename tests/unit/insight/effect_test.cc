// Expected figures by scipy: stats.norm.ppf, stats.hypergeom.
#include "aisle/insight/effect.h"

#include <gtest/gtest.h>

#include <numbers>

namespace aisle {
namespace {

TEST(Effect, NormalQuantileIsScipys) {
  EXPECT_NEAR(normal_quantile(0.5), 0.0, 1e-14);
  EXPECT_NEAR(normal_quantile(0.025), -1.9599639845400545, 1e-12);
  EXPECT_NEAR(normal_quantile(0.9), 1.2815515655446004, 1e-12);
  EXPECT_NEAR(normal_quantile(0.3), -0.5244005127080409, 1e-12);
  EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-10);
  EXPECT_NEAR(normal_quantile(1e-300), -37.0470962993612, 1e-9);
}

TEST(Effect, VTestOfAMeanIsItsDistanceInStandardErrorsWithoutReplacement) {
  EXPECT_NEAR(v_test_of_mean(5, 3, 2, 10, 100), 3.3166247903554, 1e-12);
  EXPECT_NEAR(v_test_of_mean(1, 3, 2, 10, 100), -3.3166247903554, 1e-12);
  EXPECT_EQ(v_test_of_mean(3, 3, 0, 10, 100), 0);
  EXPECT_EQ(v_test_of_mean(3, 3, 2, 100, 100), 0);
}

TEST(Effect, VTestOfAShareIsTheHypergeometricQuantile) {
  EXPECT_NEAR(v_test_of_share(10, 12, 20, 100), 4.997219607096485, 1e-9);
  EXPECT_NEAR(v_test_of_share(0, 12, 20, 100), -1.9005974785945328, 1e-9);
  EXPECT_NEAR(v_test_of_share(3, 15, 20, 100), -0.043015839698512526, 1e-9);
  EXPECT_NEAR(v_test_of_share(300, 400, 1000, 2000), 11.36901790754906, 1e-6);
  EXPECT_EQ(v_test_of_share(5, 100, 5, 100), 0);
}

TEST(Effect, CohensHRunsFromMinusPiToPi) {
  EXPECT_NEAR(effect_of_share(1, 0), std::numbers::pi, 1e-15);
  EXPECT_NEAR(effect_of_share(0, 1), -std::numbers::pi, 1e-15);
  EXPECT_EQ(effect_of_share(0.3, 0.3), 0);
}

}  // namespace
}  // namespace aisle
