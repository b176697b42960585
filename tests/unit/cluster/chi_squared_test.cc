#include "aisle/cluster/chi_squared.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace aisle {
namespace {

TEST(ChiSquared, TailsAreThoseOfTheTables) {
  // scipy 1.15.3: scipy.stats.chi2.sf(x, degrees).
  EXPECT_NEAR(chi_squared_tail(3.841458820694124, 1), 0.05, 1e-14);
  EXPECT_NEAR(chi_squared_tail(18.307038053275146, 10), 0.05, 1e-14);
  EXPECT_NEAR(chi_squared_tail(45.31474661812586, 20) / 0.001, 1.0, 1e-11);
  EXPECT_NEAR(chi_squared_tail(1, 2), std::exp(-0.5), 1e-15);
  EXPECT_NEAR(chi_squared_tail(400, 2) / std::exp(-200.0), 1.0, 1e-12);
}

TEST(ChiSquared, EvenDegreesHaveAFiniteSum) {
  // Q(m, y) = e^-y (1 + y + .. + y^(m-1) / (m-1)!).
  for (const int m : {1, 2, 5, 20, 60}) {
    for (const double x : {0.01, 1.0, 7.0, 40.0, 150.0}) {
      double term = 1;
      double sum = 1;
      for (int step = 1; step < m; ++step) sum += term *= x / 2 / step;
      const double expected = std::exp(-x / 2) * sum;
      EXPECT_NEAR(chi_squared_tail(x, 2.0 * m), expected, 1e-12 * expected + 1e-15) << m << " " << x;
    }
  }
}

TEST(ChiSquared, HasEnds) {
  EXPECT_EQ(chi_squared_tail(0, 3), 1.0);
  EXPECT_EQ(chi_squared_tail(-4, 3), 1.0);
  EXPECT_EQ(chi_squared_tail(std::numeric_limits<double>::infinity(), 3), 0.0);
  EXPECT_TRUE(std::isnan(chi_squared_tail(std::numeric_limits<double>::quiet_NaN(), 3)));
}

}  // namespace
}  // namespace aisle
