// What differs between each cluster and the chain, column by column. Private to the room.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/insight/labels.h"
#include "aisle/insight/segments.h"

namespace aisle {

// The traits of every cluster 0..n_clusters-1 over the rows of `stores` (those that took part in the fit,
// with their cluster; -1 is left out of the clusters, not of the chain). `sets_apart` of the result holds the
// columns' numbers of `kMostTraits` traits or fewer, none twice over.
struct ClusterTraits {
  std::vector<Trait> traits;  // largest effect first
  std::vector<Trait> sets_apart;
};
std::vector<ClusterTraits> traits_of_clusters(const Table& stores, const std::vector<std::int32_t>& clusters,
                                              std::size_t n_clusters, const std::set<std::string>& active,
                                              const FeatureLabels& labels);

}  // namespace aisle
