#include "aisle/cluster/prediction_strength.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/cluster/k_means.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

Matrix blobs(std::size_t n, std::uint32_t k, double apart) {
  Matrix points(n, 2);
  for (std::size_t row = 0; row < n; ++row) {
    RandomDraws draws(4, 0, row);
    const double middle = apart * draws.below(k);
    points(row, 0) = middle + draws.normal();
    points(row, 1) = draws.normal();
  }
  return points;
}

ClusterPointsFunction means_of(int k) {
  return [k](MatrixView rows, std::span<const std::uint64_t> keys, MatrixView points) {
    return nearest_means(points, k_means(rows, {.n_clusters = k, .n_starts = 4}, keys).means);
  };
}

TEST(PredictionStrength, IsOneForTheRightNumberAndLessForMore) {
  const Matrix points = blobs(300, 3, 20);
  const PredictionStrength right = prediction_strength(points, means_of(3));
  EXPECT_EQ(right.smallest, 1.0);
  EXPECT_NEAR(right.weighted, 1.0, 1e-12);
  EXPECT_NEAR(right.agreement, 1.0, 1e-12);
  EXPECT_NEAR(right.agreement_error, 0.0, 1e-12);
  ASSERT_EQ(right.agreements.size(), 20u);
  const PredictionStrength more = prediction_strength(points, means_of(5));
  EXPECT_LT(more.smallest, 0.8);
  EXPECT_LT(more.agreement, 0.95);
  EXPECT_LE(more.smallest, more.weighted);
}

TEST(PredictionStrength, IsWhatPaperAndPairsSay) {
  // The first half calls everything one cluster: all pairs are kept, and nothing is agreed on.
  const Matrix points = blobs(40, 2, 50);
  bool teaches = false;
  const auto own_or_one = [&](MatrixView rows, std::span<const std::uint64_t>, MatrixView asked) {
    teaches = rows.data() != asked.data();
    std::vector<std::int32_t> labels(asked.n_rows(), 0);
    for (std::size_t row = 0; row < labels.size() && !teaches; ++row) labels[row] = asked(row, 0) > 25 ? 1 : 0;
    return labels;
  };
  const ThreadLimit one(1);
  const PredictionStrength kept = prediction_strength(points, own_or_one, {.n_splits = 3});
  EXPECT_EQ(kept.smallest, 1.0);
  EXPECT_NEAR(kept.agreement, 0.0, 1e-12);
  // The first half puts each point alone: nothing is kept.
  const auto own_or_alone = [&](MatrixView rows, std::span<const std::uint64_t>, MatrixView asked) {
    std::vector<std::int32_t> labels(asked.n_rows(), 0);
    for (std::size_t row = 0; row < labels.size(); ++row)
      labels[row] = rows.data() != asked.data() ? static_cast<std::int32_t>(row) : 0;
    return labels;
  };
  EXPECT_EQ(prediction_strength(points, own_or_alone, {.n_splits = 3}).smallest, 0.0);
}

TEST(PredictionStrength, ShuffledRowsAndAnyThreadsGiveTheSameBits) {
  const Matrix points = blobs(121, 4, 3);
  std::vector<std::uint64_t> keys(121);
  for (std::size_t row = 0; row < 121; ++row) keys[row] = 3 * row + 8;
  const auto measured = [&] { return prediction_strength(points, means_of(4), {.n_splits = 8}, keys); };
  testing::expect_same_for_any_threads(measured, [](const PredictionStrength& a, const PredictionStrength& b) {
    return a.agreements == b.agreements && a.smallest == b.smallest && a.weighted == b.weighted;
  });
  Matrix turned(121, 2);
  std::vector<std::uint64_t> turned_keys(121);
  for (std::size_t row = 0; row < 121; ++row) {
    std::ranges::copy(points.row(120 - row), turned.row(row).begin());
    turned_keys[row] = keys[120 - row];
  }
  EXPECT_EQ(prediction_strength(turned, means_of(4), {.n_splits = 8}, turned_keys).agreements,
            measured().agreements);
}

TEST(PredictionStrength, RefusesWhatItCannotTake) {
  EXPECT_THROW(prediction_strength(blobs(3, 1, 1), means_of(1)), InvalidInput);
  EXPECT_THROW(prediction_strength(blobs(9, 1, 1), means_of(1), {.n_splits = 0}), InvalidInput);
  const auto short_answer = [](MatrixView, std::span<const std::uint64_t>, MatrixView) {
    return std::vector<std::int32_t>(1);
  };
  EXPECT_THROW(prediction_strength(blobs(9, 1, 1), short_answer), InvalidInput);
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(prediction_strength(blobs(9, 1, 1), means_of(1), {.cancel = &cancel}), Cancelled);
}

}  // namespace
}  // namespace aisle
