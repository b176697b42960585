// Boruvka's algorithm (1926) on the k-d tree: the phase that finds the spanning tree's edges.
//
// Every round finds, for each component that takes part, the least edge that leaves it, and joins what the
// edges connect. Edges are ordered by (weight, twins first, low key, high key), a total order, so the minimum
// spanning tree is unique: it depends neither on the rows' order nor on the threads, and no round can close a
// cycle. By the cut property any set of components may sit a round out; the largest do, as they cost the
// most.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/cluster/kd_tree.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {

// An edge between two positions of the tree, with its reduced weight.
struct PositionEdge {
  double weight = 0;
  std::int32_t from = 0;
  std::int32_t to = 0;
};

// The points as Boruvka sees them; all by position. Nothing is owned.
struct ReachabilityGraph {
  const KdTree& tree;
  const NeighbourLists& lists;
  const AlignedArray<double>& core_distances;  // reduced, padded to whole leaves with infinity
  std::span<const std::uint64_t> keys;         // row keys
  std::span<const std::int32_t> twins;         // as first_twins gives them
  const TreeKernels& kernels;
};

// The n - 1 edges of the minimum spanning tree of the mutual reachability graph, in no order. Memory O(n).
std::vector<PositionEdge> boruvka(const ReachabilityGraph& graph, const CancelFlag* cancel);

}  // namespace aisle
