// Matching against brute force over all one-to-one assignments, and against reordered rows.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

#include "aisle/base/random.h"
#include "aisle/cluster/matching.h"

namespace aisle {
namespace {

// The oracle: every assignment of rows to distinct columns or none; the greatest sum, then the smallest
// partner of the first row (none counts as the largest), of the second, and so on.
class BruteForce {
 public:
  explicit BruteForce(const Matrix& weights)
      : weights_(weights), partners_(weights.n_rows(), -1), used_(weights.n_cols(), false) {
    visit(0, 0.0);
  }
  const std::vector<std::int32_t>& best() const { return best_; }
  double best_sum() const { return best_sum_; }

 private:
  static std::vector<std::uint32_t> order(const std::vector<std::int32_t>& partners) {
    return {partners.begin(), partners.end()};  // -1 becomes the largest
  }

  void visit(std::size_t row, double sum) {
    if (row == weights_.n_rows()) {
      if (best_sum_ < sum || (best_sum_ == sum && order(partners_) < order(best_))) {
        best_sum_ = sum;
        best_ = partners_;
      }
      return;
    }
    for (std::size_t col = 0; col < weights_.n_cols(); ++col) {
      if (used_[col] || weights_(row, col) == 0) continue;
      used_[col] = true;
      partners_[row] = static_cast<std::int32_t>(col);
      visit(row + 1, sum + weights_(row, col));
      used_[col] = false;
    }
    partners_[row] = -1;
    visit(row + 1, sum);
  }

  const Matrix& weights_;
  std::vector<std::int32_t> partners_;
  std::vector<bool> used_;
  std::vector<std::int32_t> best_;
  double best_sum_ = -1;
};

TEST(MatchingProperty, MatchingIsTheBestOfAllAndOfEqualsTheSmallest) {
  const bool holds = rc::check([] {
    const auto n_rows = *rc::gen::inRange<std::size_t>(1, 7);
    const auto n_cols = *rc::gen::inRange<std::size_t>(1, 7);
    const auto largest = *rc::gen::element(1, 2, 3, 9, 1000);  // small ranges make ties
    Matrix weights(n_rows, n_cols);
    for (std::size_t row = 0; row < n_rows; ++row) {
      for (double& weight : weights.row(row)) weight = *rc::gen::inRange(0, largest + 1);
    }
    const BruteForce oracle(weights);
    RC_ASSERT(maximum_weight_matching(weights) == oracle.best());
  });
  EXPECT_TRUE(holds);
}

TEST(MatchingProperty, FractionalWeightsReachTheBestTotal) {
  for (std::uint64_t trial = 0; trial < 300; ++trial) {
    RandomDraws draws(7, 0, trial);
    Matrix weights(1 + draws.below(6), 1 + draws.below(6));
    for (std::size_t row = 0; row < weights.n_rows(); ++row) {
      for (double& weight : weights.row(row)) weight = draws.uniform() < 0.3 ? 0.0 : draws.uniform(0, 1e6);
    }
    const std::vector<std::int32_t> partners = maximum_weight_matching(weights);
    double sum = 0;
    for (std::size_t row = 0; row < partners.size(); ++row) {
      if (partners[row] >= 0) sum += weights(row, static_cast<std::size_t>(partners[row]));
    }
    EXPECT_NEAR(sum, BruteForce(weights).best_sum(), 1e-6) << "trial " << trial;
  }
}

TEST(MatchingProperty, FatesAndOriginsAgreeAndRowsMayComeInAnyOrder) {
  for (std::uint64_t trial = 0; trial < 300; ++trial) {
    RandomDraws draws(8, 0, trial);
    const std::size_t n = 1 + draws.below(60);
    const std::uint32_t n_old = 1 + draws.below(5), n_new = 1 + draws.below(5);
    std::vector<std::int32_t> old(n), renewed(n);
    std::vector<std::uint64_t> old_keys(n), new_keys(n);
    std::vector<double> weights(n);
    for (std::size_t row = 0; row < n; ++row) {
      old[row] = static_cast<std::int32_t>(draws.below(n_old + 1)) - 1;
      const bool stays = draws.uniform() < 0.6;
      renewed[row] = stays ? std::min(old[row], static_cast<std::int32_t>(n_new) - 1)
                           : static_cast<std::int32_t>(draws.below(n_new + 1)) - 1;
      old_keys[row] = row;
      new_keys[row] = row + 5;  // five of each are not shared
      weights[row] = draws.uniform(0.1, 3.0);
    }
    const ClusterMatching matching = match_clusters({old, old_keys}, {renewed, new_keys}, {}, weights);

    for (std::size_t from = 0; from < matching.old_clusters.size(); ++from) {
      const OldClusterFate& fate = matching.old_clusters[from];
      EXPECT_EQ(fate.kind == TransitionKind::kVanished, fate.led_to.empty());
      if (fate.kind == TransitionKind::kSurvived) {
        EXPECT_EQ(fate.led_to, std::vector<std::int32_t>{fate.carried_by});
      }
      if (fate.carried_by >= 0) {
        const NewClusterOrigin& origin = matching.new_clusters[static_cast<std::size_t>(fate.carried_by)];
        EXPECT_EQ(origin.matched_old, static_cast<std::int32_t>(from));
        EXPECT_TRUE(std::binary_search(fate.led_to.begin(), fate.led_to.end(), fate.carried_by));
        EXPECT_GE(matching.overlaps(from, static_cast<std::size_t>(fate.carried_by)),
                  0.25 * matching.old_weights[from]);
      }
    }
    for (const NewClusterOrigin& origin : matching.new_clusters) {
      EXPECT_EQ(origin.kind == TransitionKind::kNew, origin.came_from.empty());
      if (origin.kind == TransitionKind::kNew) {
        EXPECT_EQ(origin.matched_old, -1);
      }
    }

    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t row = n; row > 1; --row) {
      std::swap(order[row - 1], order[draws.below(static_cast<std::uint32_t>(row))]);
    }
    std::vector<std::int32_t> shuffled(n);
    std::vector<std::uint64_t> shuffled_keys(n);
    std::vector<double> shuffled_weights(n);
    for (std::size_t row = 0; row < n; ++row) {
      shuffled[row] = renewed[order[row]];
      shuffled_keys[row] = new_keys[order[row]];
      shuffled_weights[row] = weights[order[row]];
    }
    const ClusterMatching again =
        match_clusters({old, old_keys}, {shuffled, shuffled_keys}, {}, shuffled_weights);
    EXPECT_EQ(again.old_weights, matching.old_weights);
    EXPECT_EQ(again.total_matched, matching.total_matched);
    for (std::size_t to = 0; to < matching.new_clusters.size(); ++to) {
      EXPECT_EQ(again.new_clusters[to].matched_old, matching.new_clusters[to].matched_old);
      EXPECT_EQ(again.new_clusters[to].kind, matching.new_clusters[to].kind);
    }
  }
}

}  // namespace
}  // namespace aisle
