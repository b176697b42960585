// The clusters of a condensed tree, each with what its edges say of it: what selection and prediction read.
#pragma once

#include <cstdint>
#include <vector>

#include "aisle/cluster/condensed_tree.h"

namespace aisle {

struct TreeCluster {
  std::int32_t parent = -1;  // an index, as below; -1 for the root
  std::int32_t size = 0;     // points below; of the root what its first split holds, as hdbscan counts
  double birth = 0;          // lambda at which it split off; 0 for the root
  double death = 0;          // largest lambda at which something left it
  double densest = 0;        // the same over all clusters below it
  double stability = 0;      // excess of mass: sum of (lambda - birth) x size over what left it
};

// The clusters by index: node - n_points, so the root is 0 and parents come first. At least the root.
std::vector<TreeCluster> tree_clusters(const CondensedTree& tree);

}  // namespace aisle
