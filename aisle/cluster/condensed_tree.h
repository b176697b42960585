// The condensed tree: the single-linkage hierarchy without the splits that are smaller than a cluster.
#pragma once

#include <cstdint>
#include <vector>

#include "aisle/cluster/spanning_tree.h"

namespace aisle {

// One row: `child` (a point below n_points, else a cluster) left `parent` at density lambda = 1 / distance.
struct CondensedEdge {
  std::int32_t parent = 0;      // a cluster
  std::int32_t child = 0;       // a point, or a cluster
  double lambda = 0;            // 1 / distance; infinite where points are the same
  std::int32_t child_size = 0;  // points below the child; 1 for a point
};

// What selections are made from (Campello et al. 2013, section 4).
struct CondensedTree {
  std::int32_t n_points = 0;          // n
  std::int32_t min_cluster_size = 0;  // that the merges were condensed with
  std::vector<CondensedEdge> edges;   // clusters are numbered from n_points (the root), parents first
};

// One merge of single linkage: the two nodes (a point, or n_points + index of an earlier merge), at
// `distance`, with `size` points below.
struct Merge {
  std::int32_t left = 0;   // the node that holds the edge's lower key
  std::int32_t right = 0;  // the other one
  double distance = 0;     // weight of the edge
  std::int32_t size = 0;   // points below both
};

// n - 1 merges in the order of the tree's edges (union by size; O(n α(n))).
std::vector<Merge> single_linkage(const SpanningTree& tree);

// The merges without the splits whose smaller side has fewer points than min_cluster_size. O(n); the rows
// are written in parallel. Throws InvalidInput for a min_cluster_size below 2.
CondensedTree condense(const std::vector<Merge>& merges, int min_cluster_size);

}  // namespace aisle
