// The condensed tree: the single-linkage hierarchy without the splits that are smaller than a cluster.
#pragma once

#include <cstdint>
#include <vector>

#include "aisle/cluster/spanning_tree.h"

namespace aisle {

// One row: `child` (a point below n_points, else a cluster) left `parent` at density lambda = 1 / distance.
struct CondensedEdge {
  std::int32_t parent = 0;
  std::int32_t child = 0;
  double lambda = 0;
  std::int32_t child_size = 0;
};

struct CondensedTree {
  std::int32_t n_points = 0;
  std::int32_t min_cluster_size = 0;
  std::vector<CondensedEdge> edges;  // clusters are numbered from n_points (the root), parents first
};

// One merge of single linkage: the two nodes (a point, or n_points + index of an earlier merge), at
// `distance`, with `size` points below.
struct Merge {
  std::int32_t left = 0;
  std::int32_t right = 0;
  double distance = 0;
  std::int32_t size = 0;
};

// n - 1 merges in the order of the tree's edges (union by size; O(n α(n))).
std::vector<Merge> single_linkage(const SpanningTree& tree);

CondensedTree condense(const std::vector<Merge>& merges, int min_cluster_size);

}  // namespace aisle
