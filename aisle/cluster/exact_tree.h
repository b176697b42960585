// The spanning tree without the checks at the door, for callers that have made them.
#pragma once

#include <cstdint>
#include <span>

#include "aisle/cluster/spanning_tree.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {

// As mutual_reachability_tree, for checked arguments; min_samples >= 1. `most` bounds the instruction set
// that is used (tests hold that it changes no bit).
SpanningTree exact_tree(MatrixView points, Metric metric, int min_samples,
                        std::span<const std::uint64_t> row_keys, const CancelFlag* cancel,
                        InstructionSet most = InstructionSet::kAvx512);

}  // namespace aisle
