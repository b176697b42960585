#include "aisle/cluster/tsne.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/base/random.h"

namespace aisle {
namespace {

// n points around n_blobs corners of a cube, far apart; row's blob is row % n_blobs.
Matrix blobs(std::size_t n, std::size_t n_blobs, std::uint64_t seed = 11) {
  Matrix points(n, 5);
  for (std::size_t row = 0; row < n; ++row) {
    RandomDraws draws(seed, 0, row);
    const std::size_t blob = row % n_blobs;
    for (std::size_t dim = 0; dim < 5; ++dim) {
      points(row, dim) = draws.normal() + ((blob >> dim) % 2 == 1 ? 20.0 : 0.0);
    }
  }
  return points;
}

std::vector<double> values_of(const Matrix& matrix) {
  return {matrix.data(), matrix.data() + matrix.n_rows() * matrix.n_cols()};
}

double distance(const Matrix& a, std::size_t row, const Matrix& b, std::size_t other) {
  return std::hypot(a(row, 0) - b(other, 0), a(row, 1) - b(other, 1));
}

std::size_t nearest_in(const Matrix& positions, const Matrix& a, std::size_t row) {
  std::size_t nearest = positions.n_rows();
  for (std::size_t other = 0; other < positions.n_rows(); ++other) {
    if (&positions == &a && other == row) continue;
    if (nearest == positions.n_rows() ||
        distance(a, row, positions, other) < distance(a, row, positions, nearest)) {
      nearest = other;
    }
  }
  return nearest;
}

TEST(Tsne, BlobsStayApart) {
  const Matrix points = blobs(300, 4);
  const TsneMap map = tsne(points, {.perplexity = 20});
  EXPECT_EQ(map.perplexity, 20.0);
  EXPECT_GT(map.kl_divergence, 0.0);
  double mean = 0;
  for (std::size_t row = 0; row < 300; ++row) {
    EXPECT_EQ(nearest_in(map.positions, map.positions, row) % 4, row % 4);
    mean += map.positions(row, 0);
  }
  EXPECT_NEAR(mean, 0.0, 1e-9);
  // Each blob is narrower than the gap to the next.
  double widest = 0, gap = std::numeric_limits<double>::infinity();
  for (std::size_t row = 0; row < 300; ++row) {
    for (std::size_t other = 0; other < row; ++other) {
      const double apart = distance(map.positions, row, map.positions, other);
      if (row % 4 == other % 4) {
        widest = std::max(widest, apart);
      } else {
        gap = std::min(gap, apart);
      }
    }
  }
  EXPECT_LT(widest, 2.5 * gap);
}

TEST(Tsne, DescendsAndReportsTheDivergence) {
  const Matrix points = blobs(200, 8);
  const double at_start = tsne(points, {.early_iterations = 0, .iterations = 0}).kl_divergence;
  const double early = tsne(points, {.iterations = 0}).kl_divergence;
  const TsneMap map = tsne(points, {});
  EXPECT_LT(early, at_start);
  EXPECT_LT(map.kl_divergence, early);
  EXPECT_LT(map.kl_divergence, 0.5 * at_start);
  const TsneMap exact = tsne(points, {.theta = 0});
  EXPECT_NEAR(map.kl_divergence, exact.kl_divergence, 0.05);
}

TEST(Tsne, ThreadsAndRowOrderChangeNoBit) {
  const std::size_t n = 700;  // several tasks of every loop
  Matrix points = blobs(n, 5);
  for (std::size_t row = 0; row < 60; ++row) {
    std::ranges::copy(points.row(row), points.row(row + 60).begin());  // duplicates: ties
  }
  std::vector<std::uint64_t> keys(n);
  for (std::size_t row = 0; row < n; ++row) keys[row] = 7919 * row % 10007;
  const TsneOptions options{.early_iterations = 40, .iterations = 40};
  const auto run = [&](int n_threads, const Matrix& rows, const std::vector<std::uint64_t>& row_keys) {
    const ThreadLimit limit(n_threads);
    return tsne(rows, options, row_keys);
  };
  const TsneMap first = run(1, points, keys);
  EXPECT_EQ(values_of(run(2, points, keys).positions), values_of(first.positions));
  EXPECT_EQ(values_of(run(7, points, keys).positions), values_of(first.positions));

  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  RandomDraws draws(12, 0, 0);
  for (std::size_t left = n; left > 1; --left) {
    std::swap(order[left - 1], order[draws.below(static_cast<std::uint32_t>(left))]);
  }
  Matrix shuffled(n, 5);
  std::vector<std::uint64_t> shuffled_keys(n);
  for (std::size_t row = 0; row < n; ++row) {
    std::ranges::copy(points.row(order[row]), shuffled.row(row).begin());
    shuffled_keys[row] = keys[order[row]];
  }
  const TsneMap again = run(2, shuffled, shuffled_keys);
  EXPECT_EQ(again.kl_divergence, first.kl_divergence);
  for (std::size_t row = 0; row < n; ++row) {
    EXPECT_EQ(again.positions(row, 0), first.positions(order[row], 0));
    EXPECT_EQ(again.positions(row, 1), first.positions(order[row], 1));
  }
}

TEST(Tsne, ThreadsChangeNoBitOfALargeMap) {
  const Matrix points = blobs(40000, 16);  // more than one task of the loops over rows
  const TsneOptions options{.perplexity = 1, .early_iterations = 1, .iterations = 1};
  const auto run = [&](int n_threads) {
    const ThreadLimit limit(n_threads);
    return values_of(tsne(points, options).positions);
  };
  EXPECT_EQ(run(3), run(1));
}

TEST(Tsne, SeedAndKeysJitterTheStart) {
  const Matrix points = blobs(50, 2);
  const TsneOptions start_only{.early_iterations = 0, .iterations = 0};
  TsneOptions other_seed = start_only;
  other_seed.seed = 43;
  EXPECT_EQ(values_of(tsne(points, start_only).positions), values_of(tsne(points, start_only).positions));
  EXPECT_NE(values_of(tsne(points, start_only).positions), values_of(tsne(points, other_seed).positions));
}

TEST(Tsne, FewPoints) {
  EXPECT_EQ(tsne(Matrix(0, 3)).positions.n_rows(), 0u);
  const TsneMap one = tsne(Matrix(1, 3));
  EXPECT_EQ(values_of(one.positions), (std::vector<double>{0, 0}));
  EXPECT_EQ(one.kl_divergence, 0.0);
  for (const std::size_t n : {std::size_t{2}, std::size_t{3}, std::size_t{5}, std::size_t{30}}) {
    const TsneMap map = tsne(blobs(n, 2));
    EXPECT_EQ(map.perplexity, std::max(1.0, static_cast<double>(n - 1) / 3)) << n;
    EXPECT_GE(map.kl_divergence, -1e-9) << n;
    for (const double value : values_of(map.positions)) {
      EXPECT_TRUE(std::isfinite(value)) << n;
      EXPECT_LT(std::abs(value), 1e3) << n;
    }
    EXPECT_GT(distance(map.positions, 0, map.positions, 1), 0.0) << n;
  }
  const TsneMap thirty = tsne(blobs(30, 2));
  for (std::size_t row = 0; row < 30; ++row) {
    EXPECT_EQ(nearest_in(thirty.positions, thirty.positions, row) % 2, row % 2);
  }
}

TEST(Tsne, EqualRowsOneColumnAndExtremeScales) {
  Matrix equal(40, 3);
  std::fill_n(equal.data(), 120, 7.5);
  for (const double value : values_of(tsne(equal).positions)) EXPECT_TRUE(std::isfinite(value));

  Matrix line(60, 1);
  for (std::size_t row = 0; row < 60; ++row) line(row, 0) = static_cast<double>(row);
  const TsneMap map = tsne(line, {.perplexity = 5});
  for (std::size_t row = 0; row < 60; ++row) {
    const std::size_t nearest = nearest_in(map.positions, map.positions, row);
    EXPECT_LE(std::abs(static_cast<int>(nearest) - static_cast<int>(row)), 3);
  }

  // A power of two changes no bit, however large or small the values are.
  const Matrix points = blobs(60, 3);
  for (const int exponent : {1000, -900}) {
    Matrix scaled = points;
    for (std::size_t index = 0; index < 300; ++index) {
      scaled.data()[index] = std::ldexp(points.data()[index], exponent);
    }
    EXPECT_EQ(values_of(tsne(scaled).positions), values_of(tsne(points).positions)) << exponent;
  }
}

TEST(Tsne, ManhattanMapsToo) {
  const TsneMap map = tsne(blobs(120, 3), {.perplexity = 10, .metric = Metric::kManhattan});
  for (std::size_t row = 0; row < 120; ++row) {
    EXPECT_EQ(nearest_in(map.positions, map.positions, row) % 3, row % 3);
  }
}

TEST(Tsne, TellsProgressAndStopsWhenAsked) {
  CancelFlag cancel;
  TsneOptions options{.cancel = &cancel};
  std::size_t n_calls = 0;
  options.progress = [&](std::size_t done, std::size_t total) {
    EXPECT_EQ(done, ++n_calls);
    EXPECT_EQ(total, 1000u);
    if (done == 7) cancel.request();
  };
  EXPECT_THROW(tsne(blobs(100, 2), options), Cancelled);
  EXPECT_EQ(n_calls, 7u);
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

TEST(Tsne, RefusesWhatItCannotUse) {
  Matrix points = blobs(10, 2);
  EXPECT_EQ(message_of([&] { tsne(points, {.perplexity = 0.5}); }),
            "tsne: perplexity is 0.5; expected a finite number of at least 1");
  EXPECT_EQ(message_of([&] { tsne(points, {.theta = 1.5}); }),
            "tsne: theta is 1.5; expected a number from 0 to 1");
  EXPECT_EQ(message_of([&] { tsne(points, {.early_exaggeration = 0}); }),
            "tsne: early_exaggeration is 0; expected a finite number of at least 1");
  EXPECT_EQ(message_of([&] { tsne(points, {.iterations = -1}); }),
            "tsne: iterations is -1; expected at least 0");
  EXPECT_THROW(tsne(points, {}, std::vector<std::uint64_t>{1, 2}), InvalidInput);
  points(3, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(message_of([&] { tsne(points); }).find("points[3, 1] is nan"), std::string::npos);
}

TEST(TsnePlacement, NewPointsJoinTheirBlobs) {
  const Matrix points = blobs(400, 4);
  const TsneMap map = tsne(points);
  const Matrix fresh = blobs(80, 4, 99);
  const Matrix placed = place_in_map(fresh, points, map.positions);
  for (std::size_t row = 0; row < 80; ++row) EXPECT_EQ(nearest_in(map.positions, placed, row) % 4, row % 4);
}

TEST(TsnePlacement, KnownPointsComeBackNearTheirPlace) {
  const Matrix points = blobs(400, 4);
  const TsneMap map = tsne(points);
  const Matrix placed = place_in_map(points, points, map.positions);
  std::vector<double> apart(400);
  double span = 0;
  for (std::size_t row = 0; row < 400; ++row) {
    apart[row] = distance(placed, row, map.positions, row);
    span = std::max(span, distance(map.positions, 0, map.positions, row));
  }
  std::sort(apart.begin(), apart.end());
  EXPECT_LT(apart[200], 0.03 * span);
  EXPECT_LT(apart[380], 0.10 * span);
}

TEST(TsnePlacement, DependsOnNeitherThreadsNorOrderNorTheOtherNewPoints) {
  const std::size_t n = 150;
  const Matrix points = blobs(n, 3);
  const TsneMap map = tsne(points, {.early_iterations = 50, .iterations = 50});
  const Matrix fresh = blobs(50, 3, 5);
  const auto run = [&](int n_threads) {
    const ThreadLimit limit(n_threads);
    return values_of(place_in_map(fresh, points, map.positions));
  };
  const std::vector<double> first = run(1);
  EXPECT_EQ(run(2), first);
  EXPECT_EQ(run(7), first);

  Matrix reversed(n, 5), reversed_positions(n, 2), alone(1, 5);
  std::vector<std::uint64_t> keys(n);
  for (std::size_t row = 0; row < n; ++row) {
    keys[row] = n - 1 - row;
    std::ranges::copy(points.row(n - 1 - row), reversed.row(row).begin());
    std::ranges::copy(map.positions.row(n - 1 - row), reversed_positions.row(row).begin());
  }
  std::ranges::copy(fresh.row(20), alone.row(0).begin());
  const Matrix placed = place_in_map(alone, reversed, reversed_positions, {}, keys);
  EXPECT_EQ(placed(0, 0), first[40]);
  EXPECT_EQ(placed(0, 1), first[41]);
}

TEST(TsnePlacement, MapsOfOneAndTwoPointsAndNoNewOnes) {
  Matrix points(2, 1), positions(2, 2);
  points(1, 0) = 5;
  positions(1, 0) = 30;
  Matrix fresh(2, 1);
  fresh(0, 0) = 4.9;
  fresh(1, 0) = 0.1;
  const Matrix placed = place_in_map(fresh, points, positions);
  for (const double value : values_of(placed)) EXPECT_TRUE(std::isfinite(value));
  const Matrix single =
      place_in_map(fresh, MatrixView(points.data(), 1, 1), MatrixView(positions.data(), 1, 2));
  EXPECT_EQ(values_of(single), (std::vector<double>{0, 0, 0, 0}));
  EXPECT_EQ(place_in_map(Matrix(0, 1), points, positions).n_rows(), 0u);
}

TEST(TsnePlacement, RefusesWhatItCannotUse) {
  const Matrix points = blobs(10, 2);
  const Matrix positions(10, 2);
  EXPECT_EQ(message_of([&] { place_in_map(points, points, Matrix(9, 2)); }),
            "place_in_map: positions are 9 x 2; expected 10 x 2, one row a point of the map");
  EXPECT_EQ(message_of([&] { place_in_map(Matrix(1, 4), points, positions); }),
            "place_in_map: new points have 4 columns; expected 5, as the map's points");
  EXPECT_EQ(message_of([&] { place_in_map(points, Matrix(0, 5), Matrix(0, 2)); }),
            "place_in_map: the map has no points; expected at least one");
  EXPECT_EQ(message_of([&] { place_in_map(points, points, positions, {.n_neighbours = 0}); }),
            "place_in_map: n_neighbours is 0; expected at least 1");
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(place_in_map(points, points, positions, {.cancel = &cancel}), Cancelled);
}

}  // namespace
}  // namespace aisle
