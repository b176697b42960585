#include "aisle/base/random.h"

#include <gtest/gtest.h>
#include <math.h>

#include <cmath>
#include <functional>
#include <set>

namespace aisle {
namespace {

constexpr int kDraws = 200'000;

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments_of(const std::function<double(RandomDraws&)>& draw) {
  RandomDraws draws(7, 1, 0);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = draw(draws);
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

// The mean of kDraws values lies within five standard errors.
void expect_moments(const Moments& seen, double mean, double variance) {
  EXPECT_NEAR(seen.mean, mean, 5 * std::sqrt(variance / kDraws));
  EXPECT_NEAR(seen.variance, variance, 0.05 * variance);
}

TEST(Random, ADrawDependsOnSeedStreamAndItemAlone) {
  RandomDraws first(42, 3, 7);
  RandomDraws second(42, 3, 7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first.bits(), second.bits());
  std::set<std::uint32_t> starts;
  for (std::uint64_t item = 0; item < 100; ++item) starts.insert(RandomDraws(42, 3, item).bits());
  starts.insert(RandomDraws(43, 3, 7).bits());
  starts.insert(RandomDraws(42, 4, 7).bits());
  EXPECT_EQ(starts.size(), 102u);
}

TEST(Random, UniformStaysBelowOne) {
  expect_moments(moments_of([](RandomDraws& draws) { return draws.uniform(); }), 0.5, 1.0 / 12);
  RandomDraws draws(1, 1, 1);
  for (int i = 0; i < kDraws; ++i) {
    const double value = draws.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
  }
}

TEST(Random, BelowCoversItsRangeEvenly) {
  std::vector<int> counts(7);
  RandomDraws draws(5, 1, 1);
  for (int i = 0; i < kDraws; ++i) ++counts[draws.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, kDraws / 7.0, 5 * std::sqrt(kDraws / 7.0));
}

TEST(Random, DistributionsHaveTheirMoments) {
  expect_moments(moments_of([](RandomDraws& draws) { return draws.normal(4, 2); }), 4, 4);
  for (const double mean : {0.1, 2.5, 9.9, 10.1, 60.0, 1000.0}) {
    expect_moments(moments_of([=](RandomDraws& draws) { return draws.poisson(mean); }), mean, mean);
  }
  for (const double shape : {0.3, 1.0, 4.5}) {
    expect_moments(moments_of([=](RandomDraws& draws) { return draws.gamma(shape); }), shape, shape);
  }
}

// The sign of std::lgamma is one global of the process: threads that draw would race over it.
TEST(Random, APoissonLeavesTheGlobalSignAlone) {
  signgam = 7;
  RandomDraws draws(1, 1, 1);
  for (int i = 0; i < 1000; ++i) draws.poisson(50);
  EXPECT_EQ(signgam, 7);
}

TEST(Random, APoissonWithoutAMeanIsZero) {
  RandomDraws draws(1, 1, 1);
  EXPECT_EQ(draws.poisson(0), 0u);
  EXPECT_EQ(draws.poisson(-1), 0u);
}

}  // namespace
}  // namespace aisle
