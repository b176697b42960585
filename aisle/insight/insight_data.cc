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

std::vector<std::int32_t> labels_of(const Table& clustered, const char* name) {
  const Column* column = clustered.find(name);
  if (column == nullptr || column->type != ColumnType::kInt64) {
    throw DataError({.where = kClustered,
                     .what = std::string("has no whole column ") + name,
                     .expected = "",
                     .remedy = "run `aisle train` to make it anew"});
  }
  return {column->ints.begin(), column->ints.end()};
}

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

StoreClusters read_clusters(const Table& clustered, std::int64_t n_clusters) {
  StoreClusters clusters;
  clusters.found = labels_of(clustered, "cluster");
  clusters.final_cluster = labels_of(clustered, "cluster_final");
  clusters.in_fit = flags_of(clustered, "in_fit", 1);
  clusters.inferred = flags_of(clustered, "is_inferred", 0);
  for (std::size_t row = 0; row < clusters.n_stores(); ++row) {
    if (clusters.in_fit[row] != 0) clusters.fitted.push_back(row);
    for (const std::int32_t label : {clusters.found[row], clusters.final_cluster[row]}) {
      if (label >= -1 && label < n_clusters) continue;
      throw DataError({.where = kClustered,
                       .what = "has a store in cluster " + std::to_string(label),
                       .expected = "clusters of metrics.json, which has " + std::to_string(n_clusters),
                       .remedy = "run `aisle train` to make both anew"});
    }
  }
  return clusters;
}

bool InsightData::is_active(const std::string& column) const {
  return std::any_of(metrics.columns.begin(), metrics.columns.end(),
                     [&](const ActiveColumn& active) { return active.column == column; });
}

void refuse_another_fit(const Table& clustered, const Metrics& metrics, const ProjectPaths& paths) {
  const Column* ids = clustered.find(kStoreId);
  if (ids == nullptr || fit_digest(*ids, labels_of(clustered, "cluster"),
                                   labels_of(clustered, "cluster_final")) != metrics.fit) {
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
  data.clusters = read_clusters(data.stores, data.metrics.n_clusters);
  data.model = read_model(engine, paths.model);
  const Column& ids = data.stores.column(kStoreId);
  std::vector<std::string> fitted_ids;
  for (const std::size_t row : data.clusters.fitted) fitted_ids.push_back(ids.text_at(row));
  if (fitted_ids != data.model.store_ids) throw another_fit(paths.relative(paths.model), kClustered);
  return data;
}

double number_or_zero(const Column* column, std::size_t row) {
  return column == nullptr || column->null_at(row) ? 0.0 : column->number_at(row);
}

}  // namespace aisle
