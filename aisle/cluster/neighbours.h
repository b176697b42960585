// Nearest neighbours of every point, and with them the core distances: second phase of the spanning tree.
#pragma once

#include <cstddef>

#include "aisle/base/cancel.h"
#include "aisle/cluster/kd_tree.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {

// Finds the neighbours (the point itself not counted) that make core distances of min_samples (cut to
// n - 1), and a few more, which save Boruvka's first rounds a search. Parallel over leaves; throws Cancelled.
NeighbourLists find_neighbours(const KdTree& tree, std::size_t min_samples, const TreeKernels& kernels,
                               const CancelFlag* cancel);

}  // namespace aisle
