#include "aisle/cluster/matching.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

// `groups[i]` rows go from old label first to new label second.
struct Flow {
  std::int32_t from;
  std::int32_t to;
  int n_rows;
};

struct Clusterings {
  std::vector<std::int32_t> old_labels, new_labels;
  std::vector<std::uint64_t> keys;
  explicit Clusterings(const std::vector<Flow>& flows) {
    for (const Flow& flow : flows) {
      old_labels.insert(old_labels.end(), static_cast<std::size_t>(flow.n_rows), flow.from);
      new_labels.insert(new_labels.end(), static_cast<std::size_t>(flow.n_rows), flow.to);
    }
    keys.resize(old_labels.size());
    std::iota(keys.begin(), keys.end(), std::uint64_t{100});
  }
  ClusterMatching match(const MatchOptions& options = {}, std::span<const double> weights = {}) const {
    return match_clusters({old_labels, keys}, {new_labels, keys}, options, weights);
  }
};

using Numbers = std::vector<std::int32_t>;

TEST(Matching, SurvivesThroughRelabelling) {
  const ClusterMatching matching = Clusterings({{0, 1, 10}, {1, 0, 8}, {0, 0, 1}, {-1, 1, 2}}).match();
  EXPECT_EQ(matching.n_shared, 21);
  EXPECT_EQ(matching.old_clusters[0].kind, TransitionKind::kSurvived);
  EXPECT_EQ(matching.old_clusters[0].carried_by, 1);
  EXPECT_EQ(matching.new_clusters[0].matched_old, 1);
  EXPECT_EQ(matching.new_clusters[1].kind, TransitionKind::kSurvived);
  EXPECT_EQ(matching.overlaps(0, 1), 10.0);
  EXPECT_EQ(matching.old_weights, (std::vector<double>{11, 8}));
  EXPECT_EQ(matching.new_weights, (std::vector<double>{9, 12}));
  EXPECT_EQ(matching.total_matched, 18.0);
}

TEST(Matching, SplitGivesTheIdToTheLargestPart) {
  // 40, 36 and 24 %: no part reaches a half; two reach a quarter and hold 76 % together.
  const ClusterMatching matching = Clusterings({{0, 0, 36}, {0, 1, 40}, {0, 2, 24}}).match();
  EXPECT_EQ(matching.old_clusters[0].kind, TransitionKind::kSplit);
  EXPECT_EQ(matching.old_clusters[0].led_to, (Numbers{0, 1}));
  EXPECT_EQ(matching.old_clusters[0].carried_by, 1);
  EXPECT_EQ(matching.new_clusters[0].kind, TransitionKind::kSplit);
  EXPECT_EQ(matching.new_clusters[0].matched_old, -1);
  EXPECT_EQ(matching.new_clusters[1].kind, TransitionKind::kSplit);
  EXPECT_EQ(matching.new_clusters[2].kind, TransitionKind::kNew);
}

TEST(Matching, MergeKeepsTheIdOfTheLargest) {
  const ClusterMatching matching = Clusterings({{0, 0, 10}, {1, 0, 30}}).match();
  EXPECT_EQ(matching.old_clusters[0].kind, TransitionKind::kMerged);
  EXPECT_EQ(matching.old_clusters[0].carried_by, -1);
  EXPECT_EQ(matching.old_clusters[1].kind, TransitionKind::kMerged);
  EXPECT_EQ(matching.new_clusters[0].kind, TransitionKind::kMerged);
  EXPECT_EQ(matching.new_clusters[0].matched_old, 1);
  EXPECT_EQ(matching.new_clusters[0].came_from, (Numbers{0, 1}));
}

TEST(Matching, VanishedIntoNoiseAndNewFromNoise) {
  const ClusterMatching matching = Clusterings({{0, -1, 10}, {-1, 0, 6}, {0, 0, 2}}).match();
  EXPECT_EQ(matching.old_clusters[0].kind, TransitionKind::kVanished);
  EXPECT_TRUE(matching.old_clusters[0].led_to.empty());
  EXPECT_EQ(matching.new_clusters[0].kind, TransitionKind::kNew);
  EXPECT_EQ(matching.new_clusters[0].matched_old, -1);
}

TEST(Matching, RemnantThatCarriesTheIdMakesASplit) {
  // Old 0 goes mostly to new 0, which is old 1's; its remnant of 45 % takes the id.
  const ClusterMatching matching = Clusterings({{0, 0, 55}, {0, 1, 45}, {1, 0, 100}}).match();
  EXPECT_EQ(matching.old_clusters[0].kind, TransitionKind::kSplit);
  EXPECT_EQ(matching.old_clusters[0].led_to, (Numbers{0, 1}));
  EXPECT_EQ(matching.old_clusters[0].carried_by, 1);
  EXPECT_EQ(matching.new_clusters[1].kind, TransitionKind::kSplit);
  EXPECT_EQ(matching.new_clusters[0].matched_old, 1);
}

TEST(Matching, ThresholdsDecide) {
  const Clusterings clusterings({{0, 0, 60}, {0, 1, 40}});
  EXPECT_EQ(clusterings.match().old_clusters[0].kind, TransitionKind::kSurvived);
  EXPECT_EQ(clusterings.match({.survival_share = 0.7}).old_clusters[0].kind, TransitionKind::kSplit);
  const ClusterMatching strict = clusterings.match({.survival_share = 0.7, .split_share = 0.65});
  EXPECT_EQ(strict.old_clusters[0].kind, TransitionKind::kVanished);
  EXPECT_EQ(strict.new_clusters[0].matched_old, -1);
  EXPECT_EQ(clusterings.match({.survival_share = 0.6}).old_clusters[0].kind, TransitionKind::kSurvived);
}

TEST(Matching, WeightsCountInsteadOfRows) {
  const Clusterings clusterings({{0, 0, 3}, {0, 1, 1}});
  const std::vector<double> weights{1, 1, 1, 9.5};
  const ClusterMatching matching = clusterings.match({}, weights);
  EXPECT_EQ(matching.old_clusters[0].carried_by, 1);
  EXPECT_EQ(matching.overlaps(0, 1), 9.5);
}

TEST(Matching, OnlySharedRowsCount) {
  const Numbers old_labels{0, 0, 0, 1}, new_labels{0, 0, 1, 1};
  const std::vector<std::uint64_t> old_keys{1, 2, 3, 4}, new_keys{9, 2, 8, 7};
  const ClusterMatching matching = match_clusters({old_labels, old_keys}, {new_labels, new_keys});
  EXPECT_EQ(matching.n_shared, 1);
  EXPECT_EQ(matching.old_clusters[0].kind, TransitionKind::kSurvived);
  EXPECT_EQ(matching.old_clusters[1].kind, TransitionKind::kVanished);
  EXPECT_EQ(matching.new_clusters[1].kind, TransitionKind::kNew);
}

TEST(Matching, NoClustersAtAll) {
  const Numbers none, noise{-1, -1}, one{0, 0};
  const std::vector<std::uint64_t> no_keys, keys{1, 2};
  EXPECT_TRUE(match_clusters({none, no_keys}, {none, no_keys}).new_clusters.empty());
  const ClusterMatching fresh = match_clusters({noise, keys}, {one, keys});
  EXPECT_EQ(fresh.new_clusters[0].kind, TransitionKind::kNew);
  const ClusterMatching gone = match_clusters({one, keys}, {noise, keys});
  EXPECT_EQ(gone.old_clusters[0].kind, TransitionKind::kVanished);
}

TEST(Matching, IdsAreCarriedAndNeverUsedAgain) {
  const ClusterMatching matching = Clusterings({{0, 1, 10}, {1, 2, 8}, {-1, 0, 5}, {2, -1, 5}}).match();
  const std::vector<std::int64_t> old_ids{4, 7, 5};
  EXPECT_EQ(carry_ids(matching, old_ids), (std::vector<std::int64_t>{8, 4, 7}));
  EXPECT_EQ(carry_ids(matching, old_ids, 20), (std::vector<std::int64_t>{21, 4, 7}));
  EXPECT_THROW(carry_ids(matching, std::vector<std::int64_t>{4, 7}), InvalidInput);
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

TEST(Matching, RefusesWhatItCannotUse) {
  const Clusterings clusterings({{0, 0, 3}});
  EXPECT_EQ(message_of([&] { clusterings.match({.survival_share = 1.5}); }),
            "match_clusters: survival_share is 1.5; expected a number above 0 and at most 1");
  EXPECT_EQ(message_of([&] { clusterings.match({.split_share = 0.6}); }),
            "match_clusters: split_share is 0.6; expected a number above 0 and at most survival_share (0.5)");
  EXPECT_EQ(message_of([&] {
              clusterings.match({}, std::vector<double>{1, -2, 1});
            }),
            "match_clusters: weight 1 is -2; expected a finite number of at least 0");
  EXPECT_EQ(message_of([&] { clusterings.match({}, std::vector<double>{1}); }),
            "match_clusters: there are 1 weights for 3 rows; expected one a row, or none");
  const Numbers labels{0, -2}, good{0, 0};
  const std::vector<std::uint64_t> keys{1, 2}, twice{2, 2}, short_keys{1};
  EXPECT_EQ(
      message_of([&] {
        match_clusters({labels, keys}, {good, keys});
      }),
      "match_clusters: label 1 of the old clustering is -2; expected -1 for noise, or a cluster from 0");
  EXPECT_EQ(message_of([&] {
              match_clusters({good, keys}, {good, twice});
            }),
            "match_clusters: the new clustering: row_keys has 2 twice; every row's key must be its own");
  EXPECT_EQ(message_of([&] {
              match_clusters({good, keys}, {good, short_keys});
            }),
            "match_clusters: the new clustering has 2 labels and 1 row keys; expected one key a label");
  Matrix weights(1, 1);
  weights(0, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(message_of([&] { maximum_weight_matching(weights); }),
            "maximum_weight_matching: weight (0, 0) is nan; expected a finite number of at least 0");
}

TEST(Matching, NamesOfTransitions) {
  EXPECT_STREQ(transition_name(TransitionKind::kMerged), "merged");
  EXPECT_STREQ(transition_name(TransitionKind::kNew), "new");
}

}  // namespace
}  // namespace aisle
