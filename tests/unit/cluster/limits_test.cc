// Limits on the selection: cuts that can be worked out by hand, what they cost, and what is impossible.
#include <gtest/gtest.h>

#include <cmath>

#include "aisle/base/errors.h"
#include "aisle/cluster/hdbscan.h"

namespace aisle {
namespace {

// Four lumps of 6, 6, 8 and 10 points on a line, the first two close together, so are the last two; one point
// far away.
const std::vector<int> kSizes = {6, 6, 8, 10};

Matrix lumps() {
  std::vector<double> values;
  const double places[] = {0, 20, 100, 125};
  for (std::size_t lump = 0; lump < kSizes.size(); ++lump) {
    for (int point = 0; point < kSizes[lump]; ++point)
      values.push_back(places[lump] + point * (1 + 0.01 * point));
  }
  values.push_back(1000);
  Matrix points(values.size(), 1);
  for (std::size_t row = 0; row < values.size(); ++row) points(row, 0) = values[row];
  return points;
}

const ClusterHierarchy& hierarchy() {
  static const ClusterHierarchy of_lumps(mutual_reachability_tree(lumps(), Metric::kEuclidean, 1));
  return of_lumps;
}

ClusterSelection within(const ClusterLimits& limits, const SelectionOptions& base = {}) {
  SelectionOptions options = base;
  options.limits = limits;
  return hierarchy().select(options).selection;
}

std::vector<int> sizes_of(const ClusterSelection& selection) {
  std::vector<int> sizes(static_cast<std::size_t>(selection.n_clusters));
  for (const std::int32_t label : selection.labels) {
    if (label >= 0) ++sizes[static_cast<std::size_t>(label)];
  }
  return sizes;
}

std::string message_of(const ClusterLimits& limits, const SelectionOptions& base = {}) {
  try {
    within(limits, base);
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Limits, WithoutLimitsEveryLumpIsACluster) {
  EXPECT_EQ(sizes_of(within({})), (std::vector<int>{10, 8, 6, 6}));
}

TEST(Limits, ACutToKMergesAlongTheHierarchy) {
  // The pair that is less apart against its spread is merged first.
  EXPECT_EQ(sizes_of(within({.fewest_clusters = 3, .most_clusters = 3})), (std::vector<int>{12, 10, 8}));
  EXPECT_EQ(sizes_of(within({.fewest_clusters = 2, .most_clusters = 2})), (std::vector<int>{18, 12}));
  EXPECT_EQ(sizes_of(within({.most_clusters = 3})), (std::vector<int>{12, 10, 8}));
}

TEST(Limits, LimitsThatTheChoiceKeepsChangeNothing) {
  const ClusterSelection free = within({});
  EXPECT_EQ(
      within({.fewest_clusters = 4, .most_clusters = 9, .smallest_share = 0.1, .largest_share = 0.5}).labels,
      free.labels);
}

TEST(Limits, ASmallestShareMergesAndALargestSplits) {
  // Of 31 rows, 0.2 is 6.2: the lumps of 6 are too small by themselves.
  EXPECT_EQ(sizes_of(within({.smallest_share = 0.2})), (std::vector<int>{12, 10, 8}));
  // A lump that is too large and cannot be split stays out.
  EXPECT_EQ(sizes_of(within({.largest_share = 0.3})), (std::vector<int>{8, 6, 6}));
}

TEST(Limits, ASharesOfAWholeNumberOfRowsIncludesIt) {
  EXPECT_EQ(sizes_of(within({.smallest_share = 6.0 / 31})), (std::vector<int>{10, 8, 6, 6}));
  EXPECT_EQ(sizes_of(within({.largest_share = 10.0 / 31})), (std::vector<int>{10, 8, 6, 6}));
}

TEST(Limits, LeavesAreMergedNoMoreThanTheLimitsAsk) {
  SelectionOptions leaves{.min_cluster_size = 3, .method = SelectionMethod::kLeaf};
  const ClusterSelection free = within({}, leaves);
  ASSERT_EQ(free.n_clusters, 4);
  EXPECT_EQ(within({.most_clusters = 3}, leaves).n_clusters, 3);
  EXPECT_EQ(within({.smallest_share = 0.2}, leaves).n_clusters, 3);
  EXPECT_EQ(within({.fewest_clusters = 2}, leaves).labels, free.labels);
  EXPECT_NE(message_of({.fewest_clusters = free.n_clusters + 1}, leaves).find("has no selection of at least"),
            std::string::npos);
}

TEST(Limits, OneClusterNeedsLeave) {
  EXPECT_EQ(
      message_of({.fewest_clusters = 1, .most_clusters = 1}),
      "cluster limits: the hierarchy has no selection of exactly 1 clusters; expected one of the numbers "
      "that it has: 2 to 4; a smaller min_cluster_size gives more clusters, wider shares more numbers");
  SelectionOptions options;
  options.single_cluster = SingleCluster::kAllow;
  options.cluster_selection_epsilon = 90;
  EXPECT_EQ(sizes_of(within({.most_clusters = 1}, options)), std::vector<int>{30});
}

TEST(Limits, WhatIsImpossibleIsSaidWithWhatIsPossible) {
  EXPECT_EQ(
      message_of({.fewest_clusters = 5}),
      "cluster limits: the hierarchy has no selection of at least 5 clusters; expected one of the numbers "
      "that it has: 2 to 4; a smaller min_cluster_size gives more clusters, wider shares more numbers");
  EXPECT_EQ(
      message_of({.most_clusters = 2, .largest_share = 0.3}),
      "cluster limits: the hierarchy has no selection of at most 2 clusters; expected one of the numbers "
      "that it has: 3; a smaller min_cluster_size gives more clusters, wider shares more numbers");
  EXPECT_EQ(
      message_of({.smallest_share = 0.9}),
      "cluster limits: no cluster has a share between 0.9 and 1 of the 31 rows; expected shares that some "
      "cluster has: they go from 0.1935 to 0.5806; widen the shares, or change min_cluster_size");
}

TEST(Limits, NoiseAloneKeepsSharesButNoNumber) {
  SelectionOptions options;
  options.min_cluster_size = 20;
  EXPECT_EQ(within({.smallest_share = 0.3}, options).n_clusters, 0);
  EXPECT_EQ(
      message_of({.fewest_clusters = 2}, options),
      "cluster limits: the hierarchy has no selection of at least 2 clusters; expected no limit on their "
      "number: there is no cluster to choose; a smaller min_cluster_size gives more clusters, wider shares "
      "more numbers");
}

TEST(Limits, OutOfRangeIsNamed) {
  EXPECT_EQ(
      message_of({.fewest_clusters = -1}),
      "cluster_spanning_tree: fewest_clusters is -1 and most_clusters 0; they must be at least 1, or 0 for "
      "no limit");
  EXPECT_EQ(message_of({.fewest_clusters = 3, .most_clusters = 2}),
            "cluster_spanning_tree: fewest_clusters is 3, more than most_clusters, which is 2");
  const std::string shares =
      "cluster_spanning_tree: smallest_share is 0.5 and largest_share 0.2; they must be shares of all rows, "
      "from "
      "0 to 1, the smallest first";
  EXPECT_EQ(message_of({.smallest_share = 0.5, .largest_share = 0.2}), shares);
}

TEST(Limits, DataThatCannotKeepThemAreClusteredWithoutThem) {
  HdbscanOptions options{.min_samples = 1};
  options.selection.limits = {.fewest_clusters = 2, .most_clusters = 2};
  EXPECT_EQ(select_within_possible_limits(lumps(), options).labels,
            hdbscan(lumps(), options).selection.labels);
  options.selection.limits = {.fewest_clusters = 5};
  EXPECT_THROW(hdbscan(lumps(), options), InvalidInput);
  EXPECT_EQ(select_within_possible_limits(lumps(), options).labels, within({}).labels);
  options.selection.min_cluster_size = 1;
  EXPECT_THROW(select_within_possible_limits(lumps(), options), InvalidInput);
}

TEST(Limits, CostsAreTheStabilityThatIsLost) {
  SelectionOptions options;
  options.limits = {.most_clusters = 2, .smallest_share = 0.2};
  const CondensedTree tree = hierarchy().select({}).condensed_tree;
  const LimitCosts costs = limit_costs(tree, options);
  const double free = within({}).total_stability;
  EXPECT_DOUBLE_EQ(costs.free_stability, free);
  EXPECT_DOUBLE_EQ(costs.most_clusters, free - within({.most_clusters = 2}).total_stability);
  EXPECT_DOUBLE_EQ(costs.smallest_share, free - within({.smallest_share = 0.2}).total_stability);
  EXPECT_EQ(costs.fewest_clusters, 0);
  EXPECT_EQ(costs.largest_share, 0);
  EXPECT_DOUBLE_EQ(costs.all, costs.most_clusters);
  EXPECT_GT(costs.most_clusters, costs.smallest_share);
  EXPECT_GT(costs.smallest_share, 0);
  // One cluster is possible only where shares take all branches but one away.
  options.limits = {.most_clusters = 1, .smallest_share = 0.22, .largest_share = 0.3};
  EXPECT_TRUE(std::isnan(limit_costs(tree, options).most_clusters));
  EXPECT_EQ(sizes_of(within(options.limits)), std::vector<int>{8});
}

}  // namespace
}  // namespace aisle
