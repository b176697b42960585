// What a point is given, by the cluster of the condensed tree that it left and the density at which it left:
// label, strength of membership and outlier score. One home for points of the fit and new ones.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/cluster/condensed_tree.h"
#include "aisle/cluster/tree_clusters.h"

namespace aisle {

class Memberships {
 public:
  // `tree_nodes` are the selected clusters by label (nodes of the tree, none below another).
  Memberships(const CondensedTree& tree, std::span<const std::int32_t> tree_nodes,
              double cluster_selection_epsilon);

  std::size_t n_labels() const { return deaths_.size(); }

  // The label of a point that left `cluster` (an index) at `lambda`, or -1: that of the selected cluster at
  // or above it. Of a root that stands alone only what stays to its end belongs to it, or, with an epsilon,
  // what stays until that distance.
  std::int32_t label(std::size_t cluster, double lambda) const;

  // Strength of membership, 0..1, of a point that leaves the cluster of `label` at `lambda`.
  double strength(std::int32_t label, double lambda) const;

  // The first cluster at or above `cluster` that is there at `lambda`: born at a lesser density.
  std::size_t at_density(std::size_t cluster, double lambda) const;

  // GLOSH of a point that left `cluster` at `lambda`.
  double outlier_score(std::size_t cluster, double lambda) const;

 private:
  std::vector<TreeCluster> clusters_;
  std::vector<std::int32_t> labels_;  // by cluster: of the selected one at or above it
  std::vector<double> deaths_;        // by label
  double root_lambda_ = 0;
};

}  // namespace aisle
