#include "aisle/cluster/stability.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <set>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/base/random.h"

namespace aisle {
namespace {

// Two groups on a line (around 0 and 100, half of the rows each) and a second column of pure noise.
struct TwoGroups {
  Matrix points;
  std::vector<std::int32_t> labels;
  std::vector<std::uint64_t> keys;

  explicit TwoGroups(std::size_t n) : points(n, 2), labels(n), keys(n) {
    for (std::size_t row = 0; row < n; ++row) {
      RandomDraws draws(3, 0, row);
      labels[row] = static_cast<std::int32_t>(row % 2);
      points(row, 0) = 100.0 * labels[row] + draws.normal();
      points(row, 1) = draws.normal();
      keys[row] = 1000 - 3 * row;
    }
  }
};

// Rows beyond 50 in the first column, and the others.
std::vector<std::int32_t> halves(MatrixView rows, std::span<const std::uint64_t>) {
  std::vector<std::int32_t> labels(rows.n_rows());
  for (std::size_t row = 0; row < labels.size(); ++row) labels[row] = rows(row, 0) > 50 ? 0 : 1;
  return labels;
}

TEST(Stability, ClustersThatAlwaysComeBackScoreOne) {
  const TwoGroups data(40);
  std::size_t last = 0;
  StabilityOptions options{.n_resamples = 30};
  options.progress = [&](std::size_t done, std::size_t total) {
    EXPECT_EQ(done, last + 1);
    EXPECT_EQ(total, 30u);
    last = done;
  };
  const Stability stability = bootstrap_stability(data.points, data.labels, halves, options, data.keys);
  ASSERT_EQ(stability.clusters.size(), 2u);
  for (const ClusterStability& cluster : stability.clusters) {
    EXPECT_EQ(cluster.mean_jaccard, 1.0);
    EXPECT_EQ(cluster.n_recovered, 30);
    EXPECT_EQ(cluster.n_dissolved, 0);
    EXPECT_EQ(cluster.band, StabilityBand::kHighlyStable);
  }
  EXPECT_EQ(last, 30u);
}

TEST(Stability, AClusterThatIsMergedScoresItsShare) {
  // Everything in one cluster: each of two equal groups is about half of it.
  const TwoGroups data(400);
  const auto all_in_one = [](MatrixView rows, std::span<const std::uint64_t>) {
    return std::vector<std::int32_t>(rows.n_rows(), 0);
  };
  const Stability stability = bootstrap_stability(data.points, data.labels, all_in_one, {}, data.keys);
  EXPECT_NEAR(stability.clusters[0].mean_jaccard, 0.5, 0.02);
  EXPECT_NEAR(stability.clusters[0].mean_jaccard + stability.clusters[1].mean_jaccard, 1.0, 1e-12);
  EXPECT_EQ(stability.clusters[0].n_recovered, 0);
  const auto all_noise = [](MatrixView rows, std::span<const std::uint64_t>) {
    return std::vector<std::int32_t>(rows.n_rows(), -1);
  };
  const Stability lost = bootstrap_stability(data.points, data.labels, all_noise, {}, data.keys);
  EXPECT_EQ(lost.clusters[1].mean_jaccard, 0.0);
  EXPECT_EQ(lost.clusters[1].n_dissolved, 100);
  EXPECT_EQ(lost.clusters[1].band, StabilityBand::kDissolved);
}

TEST(Stability, AResampleHoldsDistinctRowsInKeyOrderAboutSixtyThreePercent) {
  const TwoGroups data(300);
  std::atomic<std::size_t> n_rows{0};
  const auto cluster = [&](MatrixView rows, std::span<const std::uint64_t> keys) {
    EXPECT_EQ(keys.size(), rows.n_rows());
    EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end(), std::greater_equal<>()), keys.end());
    for (std::size_t row = 0; row < rows.n_rows(); ++row) {
      EXPECT_EQ(rows(row, 1), data.points((1000 - keys[row]) / 3, 1));
    }
    n_rows += rows.n_rows();
    return halves(rows, keys);
  };
  bootstrap_stability(data.points, data.labels, cluster, {.n_resamples = 100}, data.keys);
  EXPECT_NEAR(static_cast<double>(n_rows) / (100 * 300), 1 - std::exp(-1.0), 0.01);
}

TEST(Stability, ASmallClusterMayBeAbsentFromAResample) {
  const TwoGroups data(30);
  std::vector<std::int32_t> labels = data.labels;
  labels[0] = 2;  // one row, in about 63 % of the resamples
  const Stability stability =
      bootstrap_stability(data.points, labels, halves, {.n_resamples = 200}, data.keys);
  EXPECT_GT(stability.clusters[2].n_present, 100);
  EXPECT_LT(stability.clusters[2].n_present, 150);
  int n_absent = 0;
  for (std::size_t number = 0; number < 200; ++number) n_absent += std::isnan(stability.jaccards(number, 2));
  EXPECT_EQ(n_absent, 200 - stability.clusters[2].n_present);
}

TEST(Stability, NeitherThreadsNorRowOrderChangeABit) {
  const TwoGroups data(60);
  // Depends on the order in which rows come, so it would show if that changed.
  const auto cluster = [](MatrixView rows, std::span<const std::uint64_t> keys) {
    std::vector<std::int32_t> labels(rows.n_rows());
    for (std::size_t row = 0; row < labels.size(); ++row) {
      labels[row] = static_cast<std::int32_t>((row / 7 + keys[row] % 2) % 3);
    }
    return labels;
  };
  const auto run = [&](int n_threads, bool reversed) {
    const ThreadLimit limit(n_threads);
    TwoGroups own = data;
    if (reversed) {
      std::reverse(own.labels.begin(), own.labels.end());
      std::reverse(own.keys.begin(), own.keys.end());
      for (std::size_t row = 0; row < 60; ++row) {
        std::ranges::copy(data.points.row(59 - row), own.points.row(row).begin());
      }
    }
    const Stability stability = bootstrap_stability(own.points, own.labels, cluster, {}, own.keys);
    return std::vector<double>(stability.jaccards.data(), stability.jaccards.data() + 200);
  };
  const std::vector<double> first = run(1, false);
  EXPECT_EQ(run(2, false), first);
  EXPECT_EQ(run(7, true), first);
  EXPECT_GT(std::set<double>(first.begin(), first.end()).size(), 10u);
}

TEST(Stability, StopsWhenAskedAndPassesErrorsOn) {
  const TwoGroups data(40);
  CancelFlag cancel;
  StabilityOptions options{.n_resamples = 1000, .cancel = &cancel};
  std::atomic<int> n_calls{0};
  const auto cluster = [&](MatrixView rows, std::span<const std::uint64_t> keys) {
    if (++n_calls == 5) cancel.request();
    return halves(rows, keys);
  };
  EXPECT_THROW(bootstrap_stability(data.points, data.labels, cluster, options), Cancelled);
  EXPECT_LT(n_calls, 100);
  const auto fails = [](MatrixView, std::span<const std::uint64_t>) -> std::vector<std::int32_t> {
    throw DataError({"fit", "it failed", "", ""});
  };
  EXPECT_THROW(bootstrap_stability(data.points, data.labels, fails), DataError);
}

TEST(Stability, NothingToScore) {
  const TwoGroups data(10);
  const std::vector<std::int32_t> noise(10, -1);
  EXPECT_TRUE(bootstrap_stability(data.points, noise, halves).clusters.empty());
  EXPECT_TRUE(bootstrap_stability(Matrix(0, 2), {}, halves).clusters.empty());
  const std::vector<std::int32_t> one{0};
  Matrix point(1, 2);
  EXPECT_EQ(bootstrap_stability(point, one, halves).clusters[0].mean_jaccard, 1.0);
}

TEST(Stability, BandsAreThoseOfClusterboot) {
  EXPECT_EQ(stability_band(0.5), StabilityBand::kDissolved);
  EXPECT_EQ(stability_band(0.51), StabilityBand::kDoubtful);
  EXPECT_EQ(stability_band(0.75), StabilityBand::kValid);
  EXPECT_EQ(stability_band(0.85), StabilityBand::kHighlyStable);
  EXPECT_EQ(stability_band(std::nan("")), StabilityBand::kDissolved);
  EXPECT_STREQ(stability_band_name(StabilityBand::kHighlyStable), "highly stable");
}

template <typename Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Stability, RefusesWhatItCannotUse) {
  const TwoGroups data(4);
  EXPECT_EQ(message_of([&] { bootstrap_stability(data.points, data.labels, halves, {.n_resamples = 0}); }),
            "bootstrap_stability: n_resamples is 0; expected at least 1");
  const std::vector<std::int32_t> few{0, 1}, bad{0, 1, -3, 0};
  EXPECT_EQ(message_of([&] { bootstrap_stability(data.points, few, halves); }),
            "bootstrap_stability: there are 2 labels for 4 rows; expected one a row");
  EXPECT_EQ(message_of([&] { bootstrap_stability(data.points, bad, halves); }),
            "bootstrap_stability: label 2 is -3; expected -1 for noise, or a cluster from 0");
  const std::vector<std::uint64_t> twice{1, 2, 2, 3};
  EXPECT_EQ(message_of([&] { bootstrap_stability(data.points, data.labels, halves, {}, twice); }),
            "bootstrap_stability: row_keys has 2 twice; every row's key must be its own");
  const auto short_answer = [](MatrixView, std::span<const std::uint64_t>) {
    return std::vector<std::int32_t>(9);
  };
  EXPECT_NE(message_of([&] {
              bootstrap_stability(data.points, data.labels, short_answer);
            }).find("the cluster function gave 9 labels for "),
            std::string::npos);
  const auto nothing = [](MatrixView, std::span<const std::uint64_t>) { return std::vector<double>{}; };
  EXPECT_EQ(message_of([&] { null_line(data.points, nothing, {.column_groups = {1}}); }),
            "null_line: column_groups has 1 groups for 2 columns; expected one a column, or none");
  EXPECT_EQ(message_of([&] { null_line(data.points, nothing, {.n_draws = -1}); }),
            "null_line: n_draws is -1; expected at least 1");
}

// The correlation of the first two columns, and the sum of the first.
std::vector<double> correlation(MatrixView rows, std::span<const std::uint64_t>) {
  double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  const auto n = static_cast<double>(rows.n_rows());
  for (std::size_t row = 0; row < rows.n_rows(); ++row) {
    sum_a += rows(row, 0);
    sum_b += rows(row, 1);
    aa += rows(row, 0) * rows(row, 0);
    bb += rows(row, 1) * rows(row, 1);
    ab += rows(row, 0) * rows(row, 1);
  }
  const double covariance = ab - sum_a * sum_b / n;
  return {covariance / std::sqrt((aa - sum_a * sum_a / n) * (bb - sum_b * sum_b / n)), sum_a};
}

Matrix correlated_columns() {
  Matrix points(200, 2);
  for (std::size_t row = 0; row < 200; ++row) {
    points(row, 0) = static_cast<double>(row);
    points(row, 1) = static_cast<double>(2 * row);
  }
  return points;
}

TEST(NullLine, ShufflingKeepsColumnsAndBreaksWhatHoldsBetweenThem) {
  const Matrix points = correlated_columns();
  const Matrix line = null_line(points, correlation, {.n_draws = 50});
  ASSERT_EQ(line.n_rows(), 50u);
  double mean = 0;
  for (std::size_t draw = 0; draw < 50; ++draw) {
    EXPECT_LT(std::abs(line(draw, 0)), 0.4);
    EXPECT_EQ(line(draw, 1), 199.0 * 100.0);
    mean += line(draw, 0) / 50;
  }
  EXPECT_LT(std::abs(mean), 0.05);
  const Matrix together = null_line(points, correlation, {.n_draws = 5, .column_groups = {4, 4}});
  for (std::size_t draw = 0; draw < 5; ++draw) EXPECT_NEAR(together(draw, 0), 1.0, 1e-12);
}

TEST(NullLine, NeitherThreadsNorRowOrderChangeABit) {
  const Matrix points = correlated_columns();
  Matrix reversed(200, 2);
  std::vector<std::uint64_t> keys(200);
  for (std::size_t row = 0; row < 200; ++row) {
    keys[row] = 199 - row;
    std::ranges::copy(points.row(199 - row), reversed.row(row).begin());
  }
  const auto run = [](MatrixView rows, std::span<const std::uint64_t> row_keys, int n_threads) {
    const ThreadLimit limit(n_threads);
    const Matrix line = null_line(rows, correlation, {}, row_keys);
    return std::vector<double>(line.data(), line.data() + 40);
  };
  EXPECT_EQ(run(points, {}, 1), run(reversed, keys, 7));
  EXPECT_EQ(run(points, {}, 2), run(points, {}, 1));
}

TEST(NullLine, ProbabilityCountsTheObservedAmongTheDraws) {
  const std::vector<double> draws{0.1, 0.2, std::nan(""), 0.4};
  EXPECT_EQ(null_probability(draws, 0.5), 0.2);
  EXPECT_EQ(null_probability(draws, 0.2), 0.6);
  EXPECT_TRUE(std::isnan(null_probability(draws, std::nan(""))));
}

}  // namespace
}  // namespace aisle
