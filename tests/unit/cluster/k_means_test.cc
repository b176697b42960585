#include "aisle/cluster/k_means.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/cluster/k_means_parts.h"
#include "aisle/cluster/validity.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

// `n` rows around `k` random middles; `spread` is the groups' deviation.
struct Blobs {
  Matrix points;
  std::vector<std::int32_t> truth;

  Blobs(std::size_t n, std::size_t n_cols, std::uint32_t k, double spread, std::uint64_t seed = 7)
      : points(n, n_cols), truth(n) {
    for (std::size_t row = 0; row < n; ++row) {
      RandomDraws draws(seed, 1, row);
      truth[row] = static_cast<std::int32_t>(draws.below(k));
      for (std::size_t col = 0; col < n_cols; ++col) {
        RandomDraws middle(seed, 2, static_cast<std::uint64_t>(truth[row]) * 100 + col);
        points(row, col) = middle.uniform(-10, 10) + draws.normal(0, spread);
      }
    }
  }
};

double square_distance(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t col = 0; col < a.size(); ++col) sum += (a[col] - b[col]) * (a[col] - b[col]);
  return sum;
}

// Plain Lloyd, as the textbook has it: every distance, every time.
std::vector<std::int32_t> plain_lloyd(const Matrix& points, std::vector<std::vector<double>> means) {
  std::vector<std::int32_t> labels(points.n_rows(), -1);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t row = 0; row < points.n_rows(); ++row) {
      std::int32_t best = 0;
      for (std::size_t at = 1; at < means.size(); ++at) {
        if (square_distance(points.row(row), means[at]) <
            square_distance(points.row(row), means[static_cast<std::size_t>(best)]))
          best = static_cast<std::int32_t>(at);
      }
      changed |= labels[row] != best;
      labels[row] = best;
    }
    for (std::size_t at = 0; at < means.size(); ++at) {
      std::vector<double> sum(points.n_cols(), 0.0);
      double count = 0;
      for (std::size_t row = 0; row < points.n_rows(); ++row) {
        if (labels[row] != static_cast<std::int32_t>(at)) continue;
        ++count;
        for (std::size_t col = 0; col < sum.size(); ++col) sum[col] += points(row, col);
      }
      for (std::size_t col = 0; col < sum.size(); ++col) means[at][col] = sum[col] / count;
    }
  }
  return labels;
}

TEST(KMeans, BoundsLeaveLloydsLabelsAsTheyAre) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    const Blobs blobs(2500, 3, 9, 4.0, seed);
    const KeyedRows keyed("test", blobs.points, {});
    const auto centres = k_means_start(keyed, 9, seed, 0);
    ASSERT_EQ(centres.size(), 9u);
    std::vector<std::vector<double>> means;
    for (const std::size_t row : centres) {
      const auto values = blobs.points.row(row);
      means.emplace_back(values.begin(), values.end());
    }
    const LloydResult found = lloyd(keyed, centres, 1000, nullptr);
    EXPECT_TRUE(found.converged);
    EXPECT_EQ(found.labels, plain_lloyd(blobs.points, means)) << "seed " << seed;
  }
}

TEST(KMeans, FindsSeparateGroupsAndTheirInertia) {
  const Blobs blobs(600, 4, 6, 0.3);
  const KMeansResult found = k_means(blobs.points, {.n_clusters = 6});
  EXPECT_EQ(adjusted_rand_index(found.labels, blobs.truth), 1.0);
  double inertia = 0;
  for (std::size_t row = 0; row < 600; ++row) {
    const auto label = static_cast<std::size_t>(found.labels[row]);
    inertia += square_distance(blobs.points.row(row), found.means.row(label));
  }
  EXPECT_NEAR(found.inertia, inertia, 1e-9 * inertia);
  EXPECT_EQ(found.labels, nearest_means(blobs.points, found.means));
}

TEST(KMeans, LabelsGoBySizeThenByTheSmallestKey) {
  Matrix points(7, 1);
  const double values[] = {10, 0, 20, 20.1, 0.1, 10.1, 20.2};
  std::copy_n(values, 7, points.data());
  EXPECT_EQ(k_means(points, {.n_clusters = 3}).labels, (std::vector<std::int32_t>{1, 2, 0, 0, 2, 1, 0}));
  const std::vector<std::uint64_t> keys = {9, 1, 4, 5, 2, 8, 6};
  EXPECT_EQ(k_means(points, {.n_clusters = 3}, keys).labels,
            (std::vector<std::int32_t>{2, 1, 0, 0, 1, 2, 0}));
}

TEST(KMeans, ShuffledRowsAndAnyThreadsGiveTheSameBits) {
  const Blobs blobs(3000, 5, 8, 3.0);
  std::vector<std::uint64_t> keys(3000);
  for (std::size_t row = 0; row < 3000; ++row) keys[row] = 17 * row + 5;
  const KMeansOptions options{.n_clusters = 8, .n_starts = 4};
  const auto fit = [&] { return k_means(blobs.points, options, keys); };
  testing::expect_same_for_any_threads(fit, [](const KMeansResult& a, const KMeansResult& b) {
    return a.labels == b.labels && a.inertia == b.inertia && testing::same_values(a.means, b.means);
  });
  const KMeansResult straight = fit();
  Matrix turned(3000, 5);
  std::vector<std::uint64_t> turned_keys(3000);
  for (std::size_t row = 0; row < 3000; ++row) {
    std::ranges::copy(blobs.points.row(2999 - row), turned.row(row).begin());
    turned_keys[row] = keys[2999 - row];
  }
  KMeansResult other = k_means(turned, options, turned_keys);
  std::reverse(other.labels.begin(), other.labels.end());
  EXPECT_EQ(other.labels, straight.labels);
  EXPECT_EQ(other.inertia, straight.inertia);
  EXPECT_TRUE(testing::same_values(other.means, straight.means));
  // Other keys are other draws: the tests above would not see keys that are not read.
  const KeyedRows by_number("test", blobs.points, {});
  const KeyedRows by_key("test", blobs.points, keys);
  EXPECT_NE(k_means_start(by_number, 8, 42, 0), k_means_start(by_key, 8, 42, 0));
}

TEST(KMeans, FirstCentresAreDrawnByTheSquaredDistance) {
  // From 0 (8 rows alike), 1 and 3: after a first centre at 0, 1 and 3 are drawn as 1 to 9.
  Matrix points(10, 1);
  points(8, 0) = 1;
  points(9, 0) = 3;
  const KeyedRows keyed("test", points, {});
  int from_zero = 0;
  int to_three = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    // Both trials would always hold row 9: the draw itself is seen where one centre is asked for first.
    const auto centres = k_means_start(keyed, 1, seed, 0);
    from_zero += centres.front() < 8 ? 1 : 0;
    to_three += centres.front() == 9 ? 1 : 0;
  }
  EXPECT_NEAR(from_zero / 4000.0, 0.8, 0.03);
  EXPECT_NEAR(to_three / 4000.0, 0.1, 0.02);
}

TEST(KMeans, MoreStartsAreNeverWorse) {
  const Blobs blobs(400, 3, 12, 1.0);
  const double one = k_means(blobs.points, {.n_clusters = 12, .n_starts = 1}).inertia;
  const double many = k_means(blobs.points, {.n_clusters = 12, .n_starts = 20}).inertia;
  EXPECT_LE(many, one);
}

TEST(KMeans, FewerDifferentRowsThanClustersGiveOneClusterEach) {
  Matrix points(6, 2);
  for (std::size_t row = 0; row < 6; ++row) points(row, 0) = static_cast<double>(row % 3);
  const KMeansResult found = k_means(points, {.n_clusters = 5});
  EXPECT_EQ(found.n_clusters, 3);
  EXPECT_EQ(found.inertia, 0.0);
  EXPECT_EQ(found.labels, (std::vector<std::int32_t>{0, 1, 2, 0, 1, 2}));
  const Matrix alike(4, 2);
  EXPECT_EQ(k_means(alike, {.n_clusters = 2}).n_clusters, 1);
}

TEST(KMeans, AnEmptyClusterTakesTheFarthestRow) {
  // Centres at two twins far from the rest: Lloyd's first step leaves one of them without a row.
  Matrix points(6, 1);
  const double values[] = {0, 1, 2, 3, 100, 101};
  std::copy_n(values, 6, points.data());
  const KeyedRows keyed("test", points, {});
  const std::vector<std::size_t> centres = {0, 1, 5};
  const LloydResult found = lloyd(keyed, centres, 100, nullptr);
  const std::set<std::int32_t> used(found.labels.begin(), found.labels.end());
  EXPECT_EQ(used.size(), 3u);
}

TEST(KMeans, RefusesWhatItCannotTake) {
  const Blobs blobs(10, 2, 2, 1.0);
  const auto refused = [&](const KMeansOptions& options, const char* words, MatrixView points) {
    try {
      k_means(points, options);
      ADD_FAILURE() << words;
    } catch (const InvalidInput& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  };
  refused({.n_clusters = 0}, "n_clusters is 0", blobs.points);
  refused({.n_clusters = 11}, "1 to 10, the number of rows", blobs.points);
  refused({.n_clusters = 2, .n_starts = 0}, "n_starts is 0", blobs.points);
  refused({.n_clusters = 2, .max_iterations = 0}, "max_iterations is 0", blobs.points);
  refused({.n_clusters = 2}, "no rows", Matrix(0, 2));
  Matrix bad = blobs.points;
  bad(3, 1) = std::numeric_limits<double>::quiet_NaN();
  refused({.n_clusters = 2}, "points[3, 1]", bad);
  EXPECT_THROW(nearest_means(blobs.points, Matrix(2, 3)), InvalidInput);
  EXPECT_THROW(nearest_means(blobs.points, Matrix(0, 2)), InvalidInput);
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(k_means(blobs.points, {.n_clusters = 2, .cancel = &cancel}), Cancelled);
}

}  // namespace
}  // namespace aisle
