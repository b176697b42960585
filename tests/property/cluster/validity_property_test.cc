// DBCV, silhouette and the adjusted Rand index against their definitions, over hundreds of random sets.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/cluster/density_tree.h"
#include "aisle/cluster/validity.h"
#include "tests/property/cluster/validity_oracles.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

enum class Shape { kContinuous, kDuplicates, kGrid, kCollinear, kConstant, kFarAway };
constexpr Shape kShapes[] = {Shape::kContinuous, Shape::kDuplicates, Shape::kGrid,
                             Shape::kCollinear,  Shape::kConstant,   Shape::kFarAway};
constexpr Metric kMetrics[] = {Metric::kEuclidean, Metric::kManhattan};

struct Sample {
  Matrix points;
  std::vector<std::int32_t> labels;
  Metric metric = Metric::kEuclidean;
  Shape shape = Shape::kContinuous;
};

void fill_point(Sample& sample, std::size_t row, RandomDraws& draws) {
  const auto point = sample.points.row(row);
  const double centre = 2.0 * sample.labels[row];
  for (std::size_t col = 0; col < point.size(); ++col) {
    switch (sample.shape) {
      case Shape::kGrid:
        point[col] = draws.below(4) + (sample.labels[row] > 0 ? 1 : 0);
        break;
      case Shape::kCollinear:
        point[col] = col == 0 ? draws.normal(centre) : point[0];
        break;
      case Shape::kConstant:
        point[col] = 0.1;
        break;
      case Shape::kFarAway:
        point[col] = 1e6 + draws.normal(centre);
        break;
      default:
        point[col] = draws.normal(centre);
    }
  }
}

// 2 to 150 points in 1 to 12 (at times 30) columns, 1 to 6 labels besides noise, some of one or no point.
Sample random_sample(std::uint64_t number) {
  RandomDraws draws(11, 1, number);
  const std::size_t n_rows = 2 + draws.below(number % 4 == 0 ? 150 : 40);
  const std::size_t n_cols = number % 13 == 0 ? 30 : 1 + draws.below(12);
  const std::uint32_t n_labels = 1 + draws.below(6);
  Sample sample{Matrix(n_rows, n_cols), std::vector<std::int32_t>(n_rows), kMetrics[number % 2],
                kShapes[number / 2 % std::size(kShapes)]};
  for (std::size_t row = 0; row < n_rows; ++row) {
    sample.labels[row] = static_cast<std::int32_t>(draws.below(n_labels + 1)) - 1;
    fill_point(sample, row, draws);
    if (sample.shape == Shape::kDuplicates && row > 0 && draws.below(2) == 0) {
      const auto source = sample.points.row(draws.below(static_cast<std::uint32_t>(row)));
      std::copy(source.begin(), source.end(), sample.points.row(row).begin());
    }
  }
  return sample;
}

std::vector<std::int32_t> narrow(const std::vector<std::size_t>& rows) {
  return {rows.begin(), rows.end()};
}

void expect_equal_or_both_nan(double actual, double expected, double tolerance) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << actual;
  } else {
    EXPECT_NEAR(actual, expected, tolerance);
  }
}

TEST(DbcvProperty, CoreDistancesAreTheTextbooks) {
  for (std::uint64_t number = 0; number < 400; ++number) {
    const Sample sample = random_sample(number);
    for (const auto& [label, rows] : oracle::rows_by_label(sample.labels)) {
      const auto cores = all_points_core_distances(sample.points, narrow(rows), sample.metric, nullptr);
      for (std::size_t place = 0; place < rows.size(); ++place) {
        const double expected =
            oracle::all_points_core_distance(sample.points, sample.metric, rows, rows[place]);
        ASSERT_NEAR(cores[place], expected, 1e-11 * (1 + expected)) << "sample " << number;
      }
    }
  }
}

TEST(DbcvProperty, EqualsItsDefinition) {
  for (std::uint64_t number = 0; number < 400; ++number) {
    SCOPED_TRACE(number);
    const Sample sample = random_sample(number);
    // Where equal core distances decide the tree, the definition takes ours, which the test above holds.
    const double expected = sample.shape == Shape::kGrid
                                ? oracle::dbcv(sample.points, sample.labels, sample.metric,
                                               [&](const auto& rows) {
                                                 return all_points_core_distances(sample.points, narrow(rows),
                                                                                  sample.metric, nullptr);
                                               })
                                : oracle::dbcv(sample.points, sample.labels, sample.metric);
    const Dbcv actual = dbcv(sample.points, sample.labels, sample.metric);
    expect_equal_or_both_nan(actual.index, expected, 1e-9);
    if (!std::isnan(actual.index)) {
      EXPECT_LE(std::abs(actual.index), 1.0);
    }
  }
}

TEST(SilhouetteProperty, EqualsItsDefinition) {
  for (std::uint64_t number = 0; number < 400; ++number) {
    SCOPED_TRACE(number);
    const Sample sample = random_sample(number);
    expect_equal_or_both_nan(silhouette(sample.points, sample.labels, sample.metric),
                             oracle::silhouette(sample.points, sample.labels, sample.metric),
                             sample.shape == Shape::kFarAway ? 1e-9 : 1e-12);
  }
}

// Many clusters far apart: most pairs of clusters are never summed.
TEST(SilhouetteProperty, LeavingOutFarClustersChangesNothing) {
  for (std::uint64_t number = 0; number < 20; ++number) {
    RandomDraws draws(12, 1, number);
    constexpr std::size_t kRows = 600;
    Matrix points(kRows, 4);
    std::vector<std::int32_t> labels(kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      labels[row] = static_cast<std::int32_t>(draws.below(40));
      RandomDraws centre(13, 1, static_cast<std::uint64_t>(labels[row]));
      for (double& value : points.row(row)) value = centre.normal(0, 8) + draws.normal();
    }
    const Metric metric = kMetrics[number % 2];
    EXPECT_NEAR(silhouette(points, labels, metric), oracle::silhouette(points, labels, metric), 1e-12);
  }
}

Sample large_sample() {
  RandomDraws draws(14, 1, 0);
  constexpr std::size_t kRows = 4000;
  Sample sample{Matrix(kRows, 7), std::vector<std::int32_t>(kRows), Metric::kManhattan, Shape::kContinuous};
  for (std::size_t row = 0; row < kRows; ++row) {
    // One cluster of some 2,000 points, so that tiles and repacking take part.
    sample.labels[row] = draws.below(2) == 0 ? 0 : static_cast<std::int32_t>(draws.below(9)) - 1;
    fill_point(sample, row, draws);
  }
  return sample;
}

// Regression: a repack of Prim once left old distances in the slots that fill the last group.
TEST(DbcvProperty, LargeClustersEqualTheirDefinition) {
  RandomDraws draws(15, 1, 0);
  constexpr std::size_t kRows = 1500;
  Sample sample{Matrix(kRows, 5), std::vector<std::int32_t>(kRows), Metric::kManhattan, Shape::kContinuous};
  for (std::size_t row = 0; row < kRows; ++row) {
    sample.labels[row] = draws.below(8) == 0 ? 1 : 0;
    fill_point(sample, row, draws);
  }
  std::vector<std::size_t> rows = oracle::rows_by_label(sample.labels)[0];
  rows.resize(1100);  // above one tile of 1,024
  const oracle::DbcvCluster expected = oracle::dbcv_cluster(sample.points, sample.metric, rows);
  const DensityTree actual = density_tree(sample.points, narrow(rows), sample.metric, nullptr);
  EXPECT_NEAR(actual.sparseness, expected.sparseness, 1e-12);
  ASSERT_EQ(actual.inner_rows.size(), expected.inner.size());
  for (std::size_t place = 0; place < expected.inner.size(); ++place) {
    EXPECT_EQ(static_cast<std::size_t>(actual.inner_rows[place]), rows[expected.inner[place]]);
  }
}

TEST(ValidityProperty, TheSameBitsForAnyNumberOfThreads) {
  const Sample sample = large_sample();
  for (const Metric metric : kMetrics) {
    const auto make = [&] {
      return std::pair(dbcv(sample.points, sample.labels, metric).index,
                       silhouette(sample.points, sample.labels, metric));
    };
    testing::expect_same_for_any_threads(make, std::equal_to<>());
  }
}

TEST(RandIndexProperty, EqualsItsDefinitionAndIsSymmetric) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomDraws draws(16, 1, number);
    const std::size_t n_rows = 2 + draws.below(60);
    std::vector<std::int32_t> a(n_rows);
    std::vector<std::int32_t> b(n_rows);
    const std::uint32_t n_labels = 1 + draws.below(5);
    for (std::size_t row = 0; row < n_rows; ++row) {
      a[row] = static_cast<std::int32_t>(draws.below(n_labels)) - 1;
      b[row] = draws.below(3) == 0 ? static_cast<std::int32_t>(draws.below(4)) : a[row];
    }
    EXPECT_NEAR(adjusted_rand_index(a, b), oracle::adjusted_rand_index(a, b), 1e-12) << number;
    EXPECT_NEAR(adjusted_rand_index(a, b), adjusted_rand_index(b, a), 1e-12) << number;
    EXPECT_EQ(adjusted_rand_index(a, a), 1.0);
  }
}

}  // namespace
}  // namespace aisle
