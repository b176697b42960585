// What holds a point apart: shares by hand, sums that must hold, noise, refusals.
#include "aisle/cluster/explanation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

Matrix rows(std::initializer_list<std::vector<double>> values) {
  Matrix matrix(values.size(), values.begin()->size());
  std::size_t row = 0;
  for (const auto& given : values) std::copy(given.begin(), given.end(), matrix.row(row++).begin());
  return matrix;
}

struct Sample {
  Matrix points;
  std::vector<std::int32_t> labels;
};

Sample groups(std::size_t n_rows) {
  Sample sample{Matrix(n_rows, 4), std::vector<std::int32_t>(n_rows)};
  for (std::size_t row = 0; row < n_rows; ++row) {
    RandomDraws draws(71, 1, row);
    sample.labels[row] = static_cast<std::int32_t>(draws.below(4)) - 1;
    for (double& value : sample.points.row(row)) value = draws.normal(3 * sample.labels[row]);
  }
  return sample;
}

// The cluster {(0, 0), (2, 0), (1, 6)} has the typical member (1, 0); the other one is at (10, 0).
TEST(Explanation, SharesAndMarginsByHand) {
  const Matrix points = rows({{0, 0}, {2, 0}, {1, 6}, {10, 0}, {10, 0}, {4, -4}});
  const std::vector<std::int32_t> labels = {0, 0, 0, 1, 1, -1};
  const PointExplanations found = explain_points(points, labels, Metric::kEuclidean);
  EXPECT_EQ(found.typical(0, 0), 1);
  EXPECT_EQ(found.typical(0, 1), 0);
  EXPECT_EQ(found.clusters, (std::vector<std::int32_t>{0, 0, 0, 1, 1, 0})) << "noise goes to the nearest";
  EXPECT_EQ(found.next_clusters, (std::vector<std::int32_t>{1, 1, 1, 0, 0, 1}));
  EXPECT_EQ(found.shares(0, 0), -1.0);
  EXPECT_EQ(found.shares(2, 1), 1.0);
  EXPECT_EQ(found.shares(3, 0), 0.0);
  EXPECT_DOUBLE_EQ(found.shares(5, 0), 9.0 / 25);
  EXPECT_DOUBLE_EQ(found.shares(5, 1), -16.0 / 25);
  EXPECT_DOUBLE_EQ(found.margins(5, 0), (36.0 - 9) / 81);
  EXPECT_EQ(found.margins(5, 1), 0.0);
  EXPECT_EQ(found.margins(3, 0), 1.0);
  const PointExplanations manhattan = explain_points(points, labels, Metric::kManhattan);
  EXPECT_DOUBLE_EQ(manhattan.shares(5, 0), 3.0 / 7);
  EXPECT_DOUBLE_EQ(manhattan.shares(5, 1), -4.0 / 7);
  EXPECT_DOUBLE_EQ(manhattan.margins(5, 0), 3.0 / 9);
}

TEST(Explanation, SharesAddUpToOneAndMarginsToTheGapOfDistances) {
  const Sample sample = groups(500);
  for (const Metric metric : {Metric::kEuclidean, Metric::kManhattan}) {
    const auto distance = [&](MatrixView a, std::size_t row, MatrixView b, std::size_t other) {
      double sum = 0;
      for (std::size_t col = 0; col < 4; ++col) {
        sum += std::pow(std::abs(a(row, col) - b(other, col)), metric == Metric::kEuclidean ? 2 : 1);
      }
      return sum;
    };
    const PointExplanations found = explain_points(sample.points, sample.labels, metric);
    for (std::size_t row = 0; row < 500; ++row) {
      const auto own = static_cast<std::size_t>(found.clusters[row]);
      const auto next = static_cast<std::size_t>(found.next_clusters[row]);
      if (sample.labels[row] >= 0) {
        EXPECT_EQ(found.clusters[row], sample.labels[row]);
      }
      double shares = 0;
      double margins = 0;
      for (std::size_t col = 0; col < 4; ++col) {
        shares += std::abs(found.shares(row, col));
        margins += found.margins(row, col);
      }
      EXPECT_NEAR(shares, 1, 1e-12);
      for (std::size_t label = 0; label < 3; ++label) {
        if (label == own) continue;
        EXPECT_LE(distance(sample.points, row, found.typical, next),
                  distance(sample.points, row, found.typical, label) + 1e-12);
      }
      EXPECT_NEAR(margins,
                  (distance(sample.points, row, found.typical, next) -
                   distance(sample.points, row, found.typical, own)) /
                      distance(found.typical, own, found.typical, next),
                  1e-12);
    }
  }
}

TEST(Explanation, FewerThanTwoClustersAndEmptyLabels) {
  const Matrix points = rows({{0, 0}, {1, 2}, {5, 5}});
  const PointExplanations noise =
      explain_points(points, std::vector<std::int32_t>{-1, -1, -1}, Metric::kEuclidean);
  EXPECT_EQ(noise.clusters, std::vector<std::int32_t>(3, -1));
  EXPECT_EQ(noise.shares(2, 0), 0.0);
  const PointExplanations one =
      explain_points(points, std::vector<std::int32_t>{2, 2, -1}, Metric::kEuclidean);
  EXPECT_TRUE(std::isnan(one.typical(0, 0)));
  EXPECT_EQ(one.typical(2, 1), 1.0);
  EXPECT_EQ(one.clusters, (std::vector<std::int32_t>{2, 2, 2}));
  EXPECT_EQ(one.next_clusters, std::vector<std::int32_t>(3, -1));
  EXPECT_EQ(one.margins(0, 0), 0.0);
  EXPECT_TRUE(explain_points(Matrix(), {}, Metric::kEuclidean).clusters.empty());
}

TEST(Explanation, NeitherThreadsNorRowOrderChangeABit) {
  const Sample sample = groups(5000);
  const auto explain = [&](const Sample& given) {
    return explain_points(given.points, given.labels, Metric::kManhattan);
  };
  const auto same = [](const PointExplanations& a, const PointExplanations& b) {
    return a.clusters == b.clusters && a.next_clusters == b.next_clusters &&
           testing::same_values(a.typical, b.typical) && testing::same_values(a.shares, b.shares) &&
           testing::same_values(a.margins, b.margins);
  };
  testing::expect_same_for_any_threads([&] { return explain(sample); }, same);
  Sample reversed = sample;
  for (std::size_t row = 0; row < 5000; ++row) {
    reversed.labels[row] = sample.labels[4999 - row];
    std::copy_n(sample.points.row(4999 - row).begin(), 4, reversed.points.row(row).begin());
  }
  const PointExplanations first = explain(sample);
  const PointExplanations again = explain(reversed);
  EXPECT_TRUE(testing::same_values(first.typical, again.typical));
  for (std::size_t row = 0; row < 5000; ++row) {
    EXPECT_TRUE(std::equal(first.shares.row(row).begin(), first.shares.row(row).end(),
                           again.shares.row(4999 - row).begin()));
  }
}

TEST(Explanation, RefusesWhatItCannotUse) {
  Matrix points = rows({{0, 0}, {1, 2}});
  const std::vector<std::int32_t> labels = {0, -1};
  EXPECT_THROW(explain_points(points, std::vector<std::int32_t>{0}, Metric::kEuclidean), InvalidInput);
  EXPECT_THROW(explain_points(points, std::vector<std::int32_t>{0, -2}, Metric::kEuclidean), InvalidInput);
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(explain_points(points, labels, Metric::kEuclidean, &cancel), Cancelled);
  points(1, 1) = std::numeric_limits<double>::infinity();
  EXPECT_THROW(explain_points(points, labels, Metric::kEuclidean), InvalidInput) << "of noise too";
}

}  // namespace
}  // namespace aisle
