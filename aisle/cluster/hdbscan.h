// HDBSCAN: hierarchical density-based clustering.
//
// Campello, Moulavi and Sander 2013; names, defaults and conventions follow scikit-learn-contrib/hdbscan.
// The spanning tree of the mutual reachability graph is exact.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/condensed_tree.h"
#include "aisle/cluster/metric.h"
#include "aisle/cluster/spanning_tree.h"

namespace aisle {

enum class SelectionMethod { kExcessOfMass, kLeaf };
enum class SingleCluster { kRefuse, kAllow };

// Bounds on the clusters that are chosen. A choice that keeps them stands; else the hierarchy is cut anew: of
// all selections without a cluster inside another that keep the bounds, and leave out no branch that has a
// cluster within the bounds of size, the one of the greatest total stability (excess of mass). Exactly k
// clusters: fewest = most = k; without bounds of size every k from 2 to the number of leaves is possible.
// Bounds that nothing can keep are InvalidInput that says what is possible.
struct ClusterLimits {
  int fewest_clusters = 0;    // 0: no bound
  int most_clusters = 0;      // 0: no bound
  double smallest_share = 0;  // of all rows, noise included
  double largest_share = 1;
};

// How clusters are chosen from a tree. All of it is answered from one spanning tree.
struct SelectionOptions {
  int min_cluster_size = 5;
  double cluster_selection_epsilon = 0.0;
  SelectionMethod method = SelectionMethod::kExcessOfMass;
  SingleCluster single_cluster = SingleCluster::kRefuse;
  int max_cluster_size = 0;  // 0: no limit
  ClusterLimits limits{};    // with excess of mass only
};

struct HdbscanOptions {
  // Neighbours, the point itself not counted, that make a core distance; 0: min_cluster_size. As in
  // scikit-learn-contrib/hdbscan (scikit-learn counts the point itself: its min_samples is one more).
  int min_samples = 0;
  Metric metric = Metric::kEuclidean;
  SelectionOptions selection{};
  const CancelFlag* cancel = nullptr;
};

// What a selection says of the points. Labels are 0..n_clusters-1 by size (largest first), then by the
// smallest row key; noise is -1.
struct ClusterSelection {
  std::vector<std::int32_t> labels;
  std::vector<double> probabilities;     // strength of membership, 0..1; 0 for noise
  std::vector<double> persistence;       // a cluster's stability over its largest possible, by label
  std::vector<std::int32_t> tree_nodes;  // the condensed tree's node of each label
  std::int32_t n_clusters = 0;
  std::int64_t n_noise = 0;
  double total_stability = 0;  // excess of mass of all selected clusters
};

struct HdbscanResult {
  SpanningTree spanning_tree;
  CondensedTree condensed_tree;
  ClusterSelection selection;
  std::vector<double> outlier_scores;  // GLOSH, 0..1
};

// Clusters the rows of `points` (n x d, finite). `row_keys` (n distinct numbers, or empty for the row
// numbers) break ties, so labels do not depend on the rows' order. n may be 1 (all noise); 0 gives an empty
// result. Throws InvalidInput for options out of range or a value that is not finite, Cancelled.
HdbscanResult hdbscan(MatrixView points, const HdbscanOptions& options,
                      std::span<const std::uint64_t> row_keys = {});

// What one selection gives.
struct HierarchySelection {
  CondensedTree condensed_tree;
  ClusterSelection selection;
  std::vector<double> outlier_scores;  // GLOSH, 0..1
};

// One fit, many selections: every min_cluster_size, epsilon, method, size and number of clusters from one
// spanning tree, without a distance. What `hdbscan` gives for the tree's points, metric and min_samples.
class ClusterHierarchy {
 public:
  // O(n α(n)). Throws InvalidInput for a tree whose counts do not fit, or an edge of no point.
  explicit ClusterHierarchy(const SpanningTree& tree, std::span<const std::uint64_t> row_keys = {});

  // O(n). Throws InvalidInput for options out of range. May be called from several threads.
  HierarchySelection select(const SelectionOptions& options) const;

 private:
  std::int32_t n_points_;
  std::vector<Merge> merges_;
  std::vector<std::uint64_t> row_keys_;
};

// One such selection, with the tree it is from.
HdbscanResult cluster_spanning_tree(SpanningTree tree, const SelectionOptions& options,
                                    std::span<const std::uint64_t> row_keys = {});

// Chooses clusters from a condensed tree, whose min_cluster_size is the options'.
ClusterSelection select_clusters(const CondensedTree& tree, const SelectionOptions& options,
                                 std::span<const std::uint64_t> row_keys = {});

// What the limits cost in total stability against the choice without them; each by itself, and all together.
// NaN for a limit that is impossible by itself (it can be possible with others, which take branches away).
struct LimitCosts {
  double free_stability = 0;  // of the choice without limits
  double all = 0;
  double fewest_clusters = 0;
  double most_clusters = 0;
  double smallest_share = 0;
  double largest_share = 0;
};
LimitCosts limit_costs(const CondensedTree& tree, const SelectionOptions& options);

}  // namespace aisle
