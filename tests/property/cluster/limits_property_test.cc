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

struct Choice {
  int count = 0;
  double total = 0;
};

// The best choice within the limits; none where nothing keeps them.
std::optional<Choice> best_choice(const Tree& tree, const SelectionOptions& options) {
  const ClusterLimits& limits = options.limits;
  const bool is_leaf = options.method == SelectionMethod::kLeaf;
  std::optional<Choice> best;
  for (const Antichain& chosen : all_antichains(tree, 0)) {
    const int count = static_cast<int>(chosen.size());
    if (count < limits.fewest_clusters) continue;
    if (limits.most_clusters > 0 && count > limits.most_clusters) continue;
    double total = 0;
    for (const std::size_t c : chosen) total += tree.clusters[c].stability;
    const bool is_finer = is_leaf && best && count > best->count;
    const bool is_coarser = is_leaf && best && count < best->count;
    if (!best || is_finer || (!is_coarser && total > best->total)) best = Choice{count, total};
  }
  return best;
}

bool keeps(const ClusterSelection& selection, const ClusterLimits& limits) {
  if (selection.n_clusters < limits.fewest_clusters) return false;
  if (limits.most_clusters > 0 && selection.n_clusters > limits.most_clusters) return false;
  for (std::int32_t label = 0; label < selection.n_clusters; ++label) {
    const double share =
        static_cast<double>(std::count(selection.labels.begin(), selection.labels.end(), label)) /
        static_cast<double>(selection.labels.size());
    if (share < limits.smallest_share - 1e-9 || share > limits.largest_share + 1e-9) return false;
  }
  return true;
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
  std::size_t n_cut_leaves = 0;
  std::size_t n_refused = 0;
  for (std::uint64_t seed = 9000; seed < 12000; ++seed) {
    Case random = make_case(seed, 60);
    SelectionOptions& options = random.options.selection;
    options.min_cluster_size = 2 + static_cast<int>(seed % 3);
    options.single_cluster = SingleCluster::kRefuse;
    if (random.points.n_rows() > 45) continue;  // few enough clusters for all antichains
    SCOPED_TRACE(random.description);
    const HdbscanResult fit = hdbscan(random.points, random.options, random.keys);
    options.limits = random_limits(seed);
    const Tree tree = tree_of(fit, options);
    if (tree.clusters.size() > 15 || std::isinf(tree.clusters[0].densest)) continue;
    if (keeps(fit.selection, options.limits)) {
      ASSERT_EQ(select_clusters(fit.condensed_tree, options, random.keys).labels, fit.selection.labels);
      continue;
    }
    const std::optional<Choice> expected = best_choice(tree, options);
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
    ASSERT_NEAR(chosen.total_stability, expected->total, 1e-9 * std::max(1.0, expected->total));
    ASSERT_TRUE(keeps(chosen, options.limits));
    ++n_cut;
    if (options.method != SelectionMethod::kLeaf) continue;
    ASSERT_EQ(chosen.n_clusters, expected->count);
    ++n_cut_leaves;
  }
  EXPECT_GT(n_cut, 60u);
  EXPECT_GT(n_cut_leaves, 25u);
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
