// Checks and defaults of HDBSCAN's options, shared by the functions that take them.
#pragma once

#include "aisle/cluster/hdbscan.h"

namespace aisle {

// Throws InvalidInput, naming `where`, the option, its value and the range.
void check_selection(const char* where, const SelectionOptions& options);

// The neighbours that make a core distance: min_samples, or min_cluster_size where that is 0.
int min_samples_of(const HdbscanOptions& options);

// As select_clusters, for checked arguments.
ClusterSelection choose_clusters(const CondensedTree& tree, const SelectionOptions& options,
                                 std::span<const std::uint64_t> row_keys);

}  // namespace aisle
