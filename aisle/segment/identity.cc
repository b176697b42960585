#include "aisle/segment/identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/json_fields.h"
#include "aisle/segment/metrics.h"
#include "aisle/segment/store_table.h"
#include "aisle/track/kept_runs.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKind = "aisle-identity";
constexpr const char* kOption = "identity.baseline";

std::vector<std::string> texts_of(const Column& column) {
  std::vector<std::string> texts(column.size());
  for (std::size_t row = 0; row < texts.size(); ++row) texts[row] = column.text_at(row);
  return texts;
}

// A number for each store id that is the same in both lists.
std::vector<std::uint64_t> keys_of(const std::vector<std::string>& ids, const std::vector<std::string>& all) {
  std::vector<std::uint64_t> keys;
  keys.reserve(ids.size());
  for (const std::string& id : ids) {
    keys.push_back(static_cast<std::uint64_t>(std::lower_bound(all.begin(), all.end(), id) - all.begin()));
  }
  return keys;
}

Json ids_json(const std::vector<std::int32_t>& clusters, const std::vector<std::int64_t>& ids) {
  Json result = Json::array();
  for (const std::int32_t cluster : clusters) result.push_back(ids[static_cast<std::size_t>(cluster)]);
  return result;
}

}  // namespace

ClusterIdentity own_identity(std::int32_t n_clusters) {
  ClusterIdentity identity;
  identity.ids.resize(static_cast<std::size_t>(n_clusters));
  std::iota(identity.ids.begin(), identity.ids.end(), std::int64_t{0});
  identity.last_id = n_clusters - 1;
  return identity;
}

ClusterMatching match_by_store(const ClusteredStores& old, const ClusteredStores& renewed) {
  const auto old_ids = texts_of(old.store_ids);
  const auto new_ids = texts_of(renewed.store_ids);
  std::vector<std::string> all = old_ids;
  all.insert(all.end(), new_ids.begin(), new_ids.end());
  std::sort(all.begin(), all.end());
  const auto old_keys = keys_of(old_ids, all);
  const auto new_keys = keys_of(new_ids, all);
  ClusterMatching matching = match_clusters({old.labels, old_keys}, {renewed.labels, new_keys});
  // A cluster that no store is in has no label to be counted by.
  matching.old_clusters.resize(old.n_clusters);
  matching.new_clusters.resize(renewed.n_clusters);
  return matching;
}

ClusterIdentity identity_from(Engine& engine, const ProjectPaths& paths, const std::string& baseline,
                              const Column& store_ids, std::span<const std::int32_t> labels,
                              std::int32_t n_clusters) {
  const fs::path folder = kept_run(paths, baseline, kOption);
  const fs::path metrics_file = folder / paths.metrics.filename();
  const fs::path stores_file = folder / paths.clustered_stores.filename();
  const Metrics metrics = parse_metrics(read_file(metrics_file), paths.relative(metrics_file));
  const Table old = read_parquet(engine, stores_file);
  const std::string where = paths.relative(stores_file);
  const auto old_labels = labels_of_ids(ids_in(old, "cluster_final", where), metrics.cluster_ids, where);
  ClusterIdentity identity;
  identity.baseline = baseline;
  identity.baseline_ids = metrics.cluster_ids;
  identity.matching = match_by_store({old.column(kStoreId), old_labels, metrics.cluster_ids.size()},
                                     {store_ids, labels, static_cast<std::size_t>(n_clusters)});
  if (identity.matching.n_shared == 0) {
    throw DataError({.where = kOption,
                     .what = fmt::format("the run '{}' shares no store with these", baseline),
                     .expected = "at least one store id in both",
                     .remedy = "name a run of the same stores, or leave identity.baseline out"});
  }
  identity.ids = carry_ids(identity.matching, metrics.cluster_ids, metrics.last_cluster_id);
  identity.last_id = metrics.last_cluster_id;
  for (const std::int64_t id : identity.ids) identity.last_id = std::max(identity.last_id, id);
  return identity;
}

std::vector<std::int64_t> ids_of_labels(std::span<const std::int32_t> labels,
                                        std::span<const std::int64_t> ids) {
  std::vector<std::int64_t> result;
  result.reserve(labels.size());
  for (const std::int32_t label : labels) {
    result.push_back(label < 0 ? -1 : ids[static_cast<std::size_t>(label)]);
  }
  return result;
}

bool are_ids(std::vector<std::int64_t> ids, std::int64_t n_clusters) {
  std::sort(ids.begin(), ids.end());
  return ids.size() == static_cast<std::size_t>(n_clusters) &&
         std::adjacent_find(ids.begin(), ids.end()) == ids.end() && (ids.empty() || ids.front() >= 0);
}

const std::vector<std::int64_t>& ids_in(const Table& clustered, const char* column,
                                        const std::string& where) {
  const Column* found = clustered.find(column);
  if (found == nullptr || found->type != ColumnType::kInt64) {
    throw bad_document(where, fmt::format("has no whole column {}", column));
  }
  return found->ints;
}

std::vector<std::int32_t> labels_of_ids(std::span<const std::int64_t> values,
                                        std::span<const std::int64_t> ids, const std::string& where) {
  std::vector<std::int32_t> labels;
  labels.reserve(values.size());
  for (const std::int64_t id : values) {
    const auto found = std::find(ids.begin(), ids.end(), id);
    if (id != -1 && found == ids.end()) {
      throw DataError({.where = where,
                       .what = fmt::format("has a store in cluster {}", id),
                       .expected = ids.empty()
                                       ? "no cluster, as the run found none"
                                       : fmt::format("a cluster of its run: {}", fmt::join(ids, ", ")),
                       .remedy = "run `aisle run` to make it anew"});
    }
    labels.push_back(id == -1 ? -1 : static_cast<std::int32_t>(found - ids.begin()));
  }
  return labels;
}

std::string identity_json(const ClusterIdentity& identity, const std::string& fit) {
  const ClusterMatching& matching = identity.matching;
  Json clusters = Json::array();
  for (std::size_t at = 0; at < matching.new_clusters.size(); ++at) {
    const NewClusterOrigin& origin = matching.new_clusters[at];
    clusters.push_back({{"cluster", identity.ids[at]},
                        {"became", transition_name(origin.kind)},
                        {"id_from", id_or_null(origin.matched_old, identity.baseline_ids)},
                        {"came_from", ids_json(origin.came_from, identity.baseline_ids)}});
  }
  Json before = Json::array();
  for (std::size_t at = 0; at < matching.old_clusters.size(); ++at) {
    const OldClusterFate& fate = matching.old_clusters[at];
    before.push_back({{"cluster", identity.baseline_ids[at]},
                      {"fate", transition_name(fate.kind)},
                      {"led_to", ids_json(fate.led_to, identity.ids)}});
  }
  const Json document = {{"kind", kKind},
                         {"format", kIdentityFormat},
                         {"fit", fit},
                         {"baseline", identity.baseline},
                         {"n_shared", matching.n_shared},
                         {"n_in_matched_clusters", static_cast<std::int64_t>(matching.total_matched)},
                         {"last_cluster_id", identity.last_id},
                         {"clusters", clusters},
                         {"baseline_clusters", before}};
  return document.dump(2) + "\n";
}

}  // namespace aisle
