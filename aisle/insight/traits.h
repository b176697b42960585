// What differs between each cluster and the chain, column by column. Private to the room.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/insight/labels.h"
#include "aisle/insight/segments.h"
#include "aisle/segment/store_table.h"

namespace aisle {

// What a column of the clustered table is to a reader: dates, flags, ids, names, addresses and what the fit
// wrote are none.
enum class FeatureKind { kNone, kNumber, kCategory };
FeatureKind feature_kind(const Column& column);

// Whether a category says something of groups: 2 levels at least, and at most half as many as rows.
bool tells_groups(const Levels& levels);

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
