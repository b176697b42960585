// Rows with the same values: they are joined before anything else of the same weight, so that the hierarchy,
// and with it label, probability and outlier score, cannot tell them apart.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/cluster/kd_tree.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {

// By position: the position of the row's twin with the smallest key (its own, if it is that one), or -1.
// Empty when no two rows are alike. Twins at core distance 0 are left out: their edges are shorter than all
// others.
std::vector<std::int32_t> first_twins(const KdTree& tree, const NeighbourLists& lists,
                                      const AlignedArray<double>& core_distances,
                                      std::span<const std::uint64_t> keys);

}  // namespace aisle
