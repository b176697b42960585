// Cluster ids that last: the clusters of a new fit take the ids of a named run's, where they are the same.
//
// Both clusterings are matched on the stores that they share, by their final clusters, along the matching of
// greatest weight (aisle/cluster/matching.h); every matched cluster keeps its id, every other gets the next
// id that neither the baseline nor the runs before it ever used. Inside, clusters stay numbered from 0 by
// size; ids are what every file and document shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/cluster/matching.h"
#include "aisle/engine/engine.h"
#include "aisle/project/project_paths.h"

namespace aisle {

struct ClusterIdentity {
  std::string baseline;                    // the run; "" when there is none
  std::vector<std::int64_t> ids;           // by cluster of the new fit
  std::int64_t last_id = -1;               // the largest id that was ever given
  std::vector<std::int64_t> baseline_ids;  // by cluster of the baseline
  ClusterMatching matching;                // empty without a baseline
};

// The ids 0, 1, .. of a fit without a baseline.
ClusterIdentity own_identity(std::int32_t n_clusters);

// One clustering by store: labels 0 .. n_clusters - 1, -1 for none.
struct ClusteredStores {
  const Column& store_ids;
  std::span<const std::int32_t> labels;
  std::size_t n_clusters = 0;
};

// match_clusters on the stores that both have, with an entry for each of the clusters; one that no store is
// in vanished, or is new. Throws InvalidInput for a store that is there twice.
ClusterMatching match_by_store(const ClusteredStores& old, const ClusteredStores& renewed);

// The ids that `labels` (cluster_final, a store each; n_clusters clusters) take from the kept run `baseline`.
// Throws InvalidInput for a run that is not known or kept no result, DataError for a kept result that is
// damaged or shares no store with these.
ClusterIdentity identity_from(Engine& engine, const ProjectPaths& paths, const std::string& baseline,
                              const Column& store_ids, std::span<const std::int32_t> labels,
                              std::int32_t n_clusters);

// Labels as ids; -1 stays.
std::vector<std::int64_t> ids_of_labels(std::span<const std::int32_t> labels,
                                        std::span<const std::int64_t> ids);
// Each cluster has an id of its own, from 0.
bool are_ids(std::vector<std::int64_t> ids, std::int64_t n_clusters);
// The ids in a column of the clustered stores. Throws DataError naming `where` without such a column.
const std::vector<std::int64_t>& ids_in(const Table& clustered, const char* column, const std::string& where);
// `values` as positions in `ids`; -1 stays. Throws DataError naming `where` for one that is not there.
std::vector<std::int32_t> labels_of_ids(std::span<const std::int64_t> values,
                                        std::span<const std::int64_t> ids, const std::string& where);

inline constexpr int kIdentityFormat = 1;
// data/artifacts/identity.json; `fit` is that of the metrics.
std::string identity_json(const ClusterIdentity& identity, const std::string& fit);

}  // namespace aisle
