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

// Which clusters of the condensed tree are chosen.
enum class SelectionMethod {
  kExcessOfMass,  // the most stable ones (Campello et al. 2013, section 5)
  kLeaf,          // the leaves: the finest ones
};
// Whether the root of the tree may be chosen: all points as one cluster.
enum class SingleCluster {
  kRefuse,  // never
  kAllow,   // where it is the most stable choice
};

// Bounds on the clusters that are chosen. A choice that keeps them stands; else the hierarchy is cut anew: of
// all selections without a cluster inside another that keep the bounds, and leave out no branch that has a
// cluster within the bounds of size, by excess of mass the one of the greatest total stability, by leaf the
// one of the most clusters, of those the most stable. Exactly k clusters: fewest = most = k; without bounds
// of size every k from 2 to the number of leaves is possible. Bounds that nothing can keep are InvalidInput
// that says what is possible.
struct ClusterLimits {
  int fewest_clusters = 0;    // 0: no bound
  int most_clusters = 0;      // 0: no bound
  double smallest_share = 0;  // of all rows, noise included; 0: no bound
  double largest_share = 1;   // likewise; 1: no bound
};

// How clusters are chosen from a tree. All of it is answered from one spanning tree.
struct SelectionOptions {
  int min_cluster_size = 5;                // points; at least 2
  double cluster_selection_epsilon = 0.0;  // clusters born below this distance are merged upwards; 0: none
  SelectionMethod method = SelectionMethod::kExcessOfMass;  // names as in hdbscan: "eom" and "leaf"
  SingleCluster single_cluster = SingleCluster::kRefuse;    // hdbscan's allow_single_cluster
  int max_cluster_size = 0;                                 // points; 0: no limit
  ClusterLimits limits{};                                   // on the clusters that are chosen
};

// How points are clustered.
struct HdbscanOptions {
  // Neighbours, the point itself not counted, that make a core distance; 0: min_cluster_size. As in
  // scikit-learn-contrib/hdbscan (scikit-learn counts the point itself: its min_samples is one more).
  int min_samples = 0;
  Metric metric = Metric::kEuclidean;  // of the rows
  SelectionOptions selection{};        // from the tree
  const CancelFlag* cancel = nullptr;  // asked between blocks of work
};

// What a selection says of the points. Labels are 0..n_clusters-1 by size (largest first), then by the
// smallest row key; noise is -1.
struct ClusterSelection {
  std::vector<std::int32_t> labels;      // by row
  std::vector<double> probabilities;     // strength of membership, 0..1; 0 for noise
  std::vector<double> persistence;       // a cluster's stability over its largest possible, by label
  std::vector<std::int32_t> tree_nodes;  // the condensed tree's node of each label
  std::int32_t n_clusters = 0;           // noise is not one
  std::int64_t n_noise = 0;              // rows in none of them
  double total_stability = 0;            // excess of mass of all selected clusters
};

// A fit, with the trees that other selections are made from.
struct HdbscanResult {
  SpanningTree spanning_tree;          // of mutual reachability
  CondensedTree condensed_tree;        // with the options' min_cluster_size
  ClusterSelection selection;          // the clusters
  std::vector<double> outlier_scores;  // GLOSH, 0..1, by row
};

// Clusters the rows of `points` (n x d, finite). `row_keys` (n distinct numbers, or empty for the row
// numbers) break ties, so labels do not depend on the rows' order. n may be 1 (all noise); 0 gives an empty
// result. Throws InvalidInput for options out of range or a value that is not finite, Cancelled.
HdbscanResult hdbscan(MatrixView points, const HdbscanOptions& options,
                      std::span<const std::uint64_t> row_keys = {});

// What one selection gives.
struct HierarchySelection {
  CondensedTree condensed_tree;        // with the options' min_cluster_size
  ClusterSelection selection;          // the clusters
  std::vector<double> outlier_scores;  // GLOSH, 0..1, by row
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

// The selection that `hdbscan` gives; where nothing keeps the limits, the one without them. For data beside a
// fit, such as its resamples, whose hierarchies are their own. Throws as `hdbscan` does.
ClusterSelection select_within_possible_limits(MatrixView points, const HdbscanOptions& options,
                                               std::span<const std::uint64_t> row_keys = {});

// What the limits cost in total stability against the choice without them; each by itself, and all together.
// NaN for a limit that is impossible by itself (it can be possible with others, which take branches away).
struct LimitCosts {
  double free_stability = 0;   // of the choice without limits
  double all = 0;              // of all limits together
  double fewest_clusters = 0;  // of that limit alone, as the next three; 0 where it is not set
  double most_clusters = 0;    // alone
  double smallest_share = 0;   // alone
  double largest_share = 0;    // alone
};

// `options` are those of a selection within limits. O(n) for each limit. Throws InvalidInput as
// select_clusters does, also where nothing keeps all of them.
LimitCosts limit_costs(const CondensedTree& tree, const SelectionOptions& options);

}  // namespace aisle
