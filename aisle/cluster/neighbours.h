// Nearest neighbours of every point, and with them the core distances: second phase of the spanning tree.
#pragma once

#include <cstddef>

#include "aisle/base/cancel.h"
#include "aisle/cluster/kd_tree.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {

// Finds, for every point of `queries`, the neighbours in `tree` that make core distances of min_samples (cut
// to what there is), and a few more, which save later phases a search. Where both are one tree, a point is
// not its own neighbour. Parallel over leaves; throws Cancelled.
enum class KeptDistances { kNearest, kAll };
NeighbourLists find_neighbours(const KdTree& tree, const KdTree& queries, std::size_t min_samples,
                               const TreeKernels& kernels, const CancelFlag* cancel,
                               KeptDistances kept = KeptDistances::kNearest);

// The smallest core distance below each child of each node (nodes x 8; infinite where there is none), from
// those of the points by position, padded to whole leaves with infinity.
AlignedArray<double> child_core_distances(const KdTree& tree, const AlignedArray<double>& core_distances);

}  // namespace aisle
