// Selections within limits against a search through all antichains, and every cut to k clusters.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "aisle/base/errors.h"
#include "aisle/cluster/hdbscan.h"
#include "aisle/cluster/tree_clusters.h"
#include "tests/property/cluster/random_cases.h"

namespace aisle {
namespace {

using testing::Case;
using testing::make_case;

struct Tree {
  std::vector<TreeCluster> clusters;
  std::vector<std::vector<std::size_t>> children;
  std::vector<bool> is_allowed;
  bool holds_allowed(std::size_t c) const {
    bool holds = is_allowed[c];
    for (const std::size_t child : children[c]) holds = holds || holds_allowed(child);
    return holds;
  }
};

Tree tree_of(const HdbscanResult& fit, const SelectionOptions& options) {
  Tree tree;
  tree.clusters = tree_clusters(fit.condensed_tree);
  const double n = static_cast<double>(fit.selection.labels.size());
  tree.children.resize(tree.clusters.size());
  for (std::size_t c = 1; c < tree.clusters.size(); ++c) {
    tree.children[static_cast<std::size_t>(tree.clusters[c].parent)].push_back(c);
  }
  for (std::size_t c = 0; c < tree.clusters.size(); ++c) {
    const TreeCluster& cluster = tree.clusters[c];
    const double share = cluster.size / n;
    const double epsilon = options.cluster_selection_epsilon;
    const bool is_fine = c > 0 && (epsilon == 0 || 1.0 / cluster.birth >= epsilon || cluster.parent == 0);
    const bool is_small = options.max_cluster_size == 0 || cluster.size <= options.max_cluster_size;
    tree.is_allowed.push_back(is_fine && is_small && share >= options.limits.smallest_share - 1e-9 &&
                              share <= options.limits.largest_share + 1e-9);
  }
  return tree;
}

using Antichain = std::vector<std::size_t>;

// Every selection at or below `c` that leaves out no branch which holds an allowed cluster.
std::vector<Antichain> all_antichains(const Tree& tree, std::size_t c) {
  std::vector<Antichain> all;
  if (!tree.holds_allowed(c)) return {{}};
  if (tree.is_allowed[c]) all.push_back({c});
  std::vector<Antichain> below{{}};
  bool is_below = false;
  for (const std::size_t child : tree.children[c]) {
    is_below = is_below || tree.holds_allowed(child);
    std::vector<Antichain> joined;
    for (const Antichain& chosen : below) {
      for (const Antichain& more : all_antichains(tree, child)) {
        joined.push_back(chosen);
        joined.back().insert(joined.back().end(), more.begin(), more.end());
      }
    }
    below = std::move(joined);
  }
  if (is_below) all.insert(all.end(), below.begin(), below.end());
  return all;
}

// The greatest total stability within the limits; none where nothing keeps them.
std::optional<double> best_total(const Tree& tree, const ClusterLimits& limits) {
  std::optional<double> best;
  for (const Antichain& chosen : all_antichains(tree, 0)) {
    const int count = static_cast<int>(chosen.size());
    if (count < limits.fewest_clusters) continue;
    if (limits.most_clusters > 0 && count > limits.most_clusters) continue;
    double total = 0;
    for (const std::size_t c : chosen) total += tree.clusters[c].stability;
    if (!best || total > *best) best = total;
  }
  return best;
}

ClusterLimits random_limits(std::uint64_t seed) {
  RandomDraws draws(seed, 30, 0);
  ClusterLimits limits;
  if (draws.below(2) == 0) limits.fewest_clusters = static_cast<int>(draws.below(6));
  if (draws.below(2) == 0) {
    limits.most_clusters = limits.fewest_clusters + 1 + static_cast<int>(draws.below(4));
  }
  if (draws.below(3) == 0) limits.smallest_share = draws.uniform(0, 0.3);
  if (draws.below(3) == 0) limits.largest_share = draws.uniform(limits.smallest_share + 0.05, 1);
  return limits;
}

TEST(LimitsProperty, SelectionsAreTheBestOfAllAntichains) {
  std::size_t n_cut = 0;
  std::size_t n_refused = 0;
  for (std::uint64_t seed = 9000; seed < 12000; ++seed) {
    Case random = make_case(seed, 60);
    SelectionOptions& options = random.options.selection;
    options.min_cluster_size = 2 + static_cast<int>(seed % 3);
    options.method = SelectionMethod::kExcessOfMass;
    options.single_cluster = SingleCluster::kRefuse;
    if (random.points.n_rows() > 45) continue;  // few enough clusters for all antichains
    SCOPED_TRACE(random.description);
    const HdbscanResult fit = hdbscan(random.points, random.options, random.keys);
    options.limits = random_limits(seed);
    const Tree tree = tree_of(fit, options);
    if (tree.clusters.size() > 15 || std::isinf(tree.clusters[0].densest)) continue;
    const std::optional<double> expected = best_total(tree, options.limits);
    const bool has_allowed = tree.holds_allowed(0);
    SelectionOptions free = options;
    free.limits = {};
    const bool has_any = tree_of(fit, free).holds_allowed(0);
    if (!expected || (!has_allowed && has_any)) {
      ++n_refused;
      ASSERT_THROW(select_clusters(fit.condensed_tree, options, random.keys), InvalidInput);
      continue;
    }
    const ClusterSelection chosen = select_clusters(fit.condensed_tree, options, random.keys);
    const bool is_free = chosen.labels == fit.selection.labels;
    // With an epsilon the free choice need not be the best; where it keeps the limits it stands.
    if (!is_free || options.cluster_selection_epsilon == 0) {
      ASSERT_NEAR(chosen.total_stability, *expected, 1e-9 * std::max(1.0, *expected));
    }
    n_cut += is_free ? 0 : 1;
    const double n = static_cast<double>(chosen.labels.size());
    ASSERT_GE(chosen.n_clusters, options.limits.fewest_clusters);
    if (options.limits.most_clusters > 0) {
      ASSERT_LE(chosen.n_clusters, options.limits.most_clusters);
    }
    for (std::int32_t label = 0; label < chosen.n_clusters; ++label) {
      const double share =
          static_cast<double>(std::count(chosen.labels.begin(), chosen.labels.end(), label)) / n;
      ASSERT_GE(share, options.limits.smallest_share - 1e-9);
      ASSERT_LE(share, options.limits.largest_share + 1e-9);
    }
  }
  EXPECT_GT(n_cut, 60u);
  EXPECT_GT(n_refused, 60u);
}

TEST(LimitsProperty, EveryNumberFromTwoToTheLeavesCanBeCut) {
  std::size_t n_cuts = 0;
  for (std::uint64_t seed = 10000; seed < 10060; ++seed) {
    const Matrix points = testing::random_points(static_cast<testing::SetKind>(seed % 2), 150, 2, seed);
    const ClusterHierarchy hierarchy(
        mutual_reachability_tree(points, Metric::kEuclidean, static_cast<int>(1 + seed % 4)));
    SelectionOptions options{.min_cluster_size = 3, .method = SelectionMethod::kLeaf};
    const int n_leaves = hierarchy.select(options).selection.n_clusters;
    options.method = SelectionMethod::kExcessOfMass;
    const ClusterSelection free = hierarchy.select(options).selection;
    for (int k = 2; k <= n_leaves; ++k) {
      options.limits = {.fewest_clusters = k, .most_clusters = k};
      const ClusterSelection cut = hierarchy.select(options).selection;
      ASSERT_EQ(cut.n_clusters, k) << "seed " << seed;
      ASSERT_LE(cut.total_stability, free.total_stability * (1 + 1e-12));
      if (k == free.n_clusters) {
        ASSERT_EQ(cut.labels, free.labels);
      }
      ++n_cuts;
    }
    for (const int k : {1, n_leaves + 1}) {
      options.limits = {.fewest_clusters = k, .most_clusters = k};
      ASSERT_THROW(hierarchy.select(options), InvalidInput);
    }
  }
  EXPECT_GT(n_cuts, 300u);
}

}  // namespace
}  // namespace aisle
