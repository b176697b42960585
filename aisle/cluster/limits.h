// Choosing clusters within limits: an antichain of the condensed tree, the most stable or the finest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aisle/cluster/hdbscan.h"
#include "aisle/cluster/tree_clusters.h"

namespace aisle {

// Whether anything is bounded.
bool has_limits(const ClusterLimits& limits);

// What is chosen from: the tree's clusters, and by cluster whether the other options let it be selected and
// how many rows its label would have.
struct LimitedTree {
  std::span<const TreeCluster> clusters;
  std::span<const std::uint8_t> is_selectable;
  std::span<const std::int64_t> sizes;
  std::int64_t n_points = 0;
};

// Whether a selection (by cluster) keeps the limits.
bool keeps_limits(const LimitedTree& tree, std::span<const std::uint8_t> is_selected,
                  const ClusterLimits& limits);

// Of the selections that keep the limits and leave out no branch that holds a cluster within them: by excess
// of mass the one of the greatest total stability, of equal ones that of fewer clusters, nearer to the root;
// by leaf the one of the most clusters, of those the most stable. Time and memory O(clusters x most, or
// fewest where there is no most). Throws InvalidInput that says what is possible.
std::vector<std::uint8_t> choose_within_limits(const LimitedTree& tree, const ClusterLimits& limits,
                                               SelectionMethod method);

}  // namespace aisle
