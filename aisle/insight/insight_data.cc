#include "aisle/insight/insight_data.h"

#include <algorithm>
#include <string>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/package.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

constexpr const char* kClustered = "final_clustered_stores.parquet";

std::vector<std::uint8_t> flags_of(const Table& clustered, const char* name, std::uint8_t otherwise) {
  std::vector<std::uint8_t> flags(clustered.n_rows(), otherwise);
  const Column* column = clustered.find(name);
  if (column == nullptr) return flags;
  for (std::size_t row = 0; row < flags.size(); ++row) {
    if (!column->null_at(row)) flags[row] = column->number_at(row) != 0 ? 1 : 0;
  }
  return flags;
}

DataError another_fit(const std::string& where, const char* other) {
  return DataError({.where = where,
                    .what = std::string("is not of the same fit as ") + other,
                    .expected = "",
                    .remedy = "run `aisle train`"});
}

}  // namespace

std::vector<std::int32_t> StoreClusters::fitted_clusters() const {
  std::vector<std::int32_t> result;
  result.reserve(fitted.size());
  for (const std::size_t row : fitted) result.push_back(final_cluster[row]);
  return result;
}

StoreClusters read_clusters(const Table& clustered, const Metrics& metrics) {
  StoreClusters clusters;
  clusters.ids = metrics.cluster_ids;
  std::sort(clusters.ids.begin(), clusters.ids.end());
  clusters.found = labels_of_ids(ids_in(clustered, "cluster", kClustered), clusters.ids, kClustered);
  clusters.final_cluster =
      labels_of_ids(ids_in(clustered, "cluster_final", kClustered), clusters.ids, kClustered);
  clusters.in_fit = flags_of(clustered, "in_fit", 1);
  clusters.inferred = flags_of(clustered, "is_inferred", 0);
  for (std::size_t row = 0; row < clusters.n_stores(); ++row) {
    if (clusters.in_fit[row] != 0) clusters.fitted.push_back(row);
  }
  return clusters;
}

std::int32_t InsightData::place_of(std::int32_t label) const {
  if (label < 0) return -1;
  const std::int64_t id = model.cluster_ids[static_cast<std::size_t>(label)];
  return static_cast<std::int32_t>(std::lower_bound(clusters.ids.begin(), clusters.ids.end(), id) -
                                   clusters.ids.begin());
}

bool InsightData::is_active(const std::string& column) const {
  return std::any_of(metrics.columns.begin(), metrics.columns.end(),
                     [&](const ActiveColumn& active) { return active.column == column; });
}

void refuse_another_fit(const Table& clustered, const Metrics& metrics, const ProjectPaths& paths) {
  const Column* ids = clustered.find(kStoreId);
  if (ids == nullptr || fit_digest(*ids, ids_in(clustered, "cluster", kClustered),
                                   ids_in(clustered, "cluster_final", kClustered)) != metrics.fit) {
    throw another_fit(paths.relative(paths.metrics), kClustered);
  }
  if (!is_model_of(metrics, paths.model)) throw another_fit(paths.relative(paths.metrics), "model/");
}

void require_file(const std::filesystem::path& file, const ProjectPaths& paths) {
  if (std::filesystem::exists(file)) return;
  throw DataError(
      {.where = paths.relative(file), .what = "is not there", .expected = "", .remedy = "run `aisle train`"});
}

InsightData read_insight_data(Engine& engine, const Options& options, const ProjectPaths& paths) {
  require_file(paths.clustered_stores, paths);
  require_file(paths.metrics, paths);
  InsightData data;
  data.options = options;
  data.metrics = parse_metrics(read_file(paths.metrics), paths.relative(paths.metrics));
  data.stores = read_parquet(engine, paths.clustered_stores);
  refuse_another_fit(data.stores, data.metrics, paths);
  data.clusters = read_clusters(data.stores, data.metrics);
  data.model = read_model(engine, paths.model);
  const Column& ids = data.stores.column(kStoreId);
  std::vector<std::string> fitted_ids;
  for (const std::size_t row : data.clusters.fitted) fitted_ids.push_back(ids.text_at(row));
  if (fitted_ids != data.model.store_ids || data.model.cluster_ids != data.metrics.cluster_ids) {
    throw another_fit(paths.relative(paths.model), kClustered);
  }
  return data;
}

double number_or_zero(const Column* column, std::size_t row) {
  return column == nullptr || column->null_at(row) ? 0.0 : column->number_at(row);
}

}  // namespace aisle
