// What the insight documents are made from: the clustered stores, the metrics and the model of one fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/engine/engine.h"
#include "aisle/insight/labels.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/segment/metrics.h"
#include "aisle/segment/model.h"

namespace aisle {

// Who is where, by row of the clustered table. A cluster is its place in `ids`; -1: in none. The model
// numbers the same clusters in its own order (InsightData::place_of).
struct StoreClusters {
  std::vector<std::int64_t> ids;  // what every document calls the clusters, ascending
  std::vector<std::int32_t> found;
  std::vector<std::int32_t> final_cluster;
  std::vector<std::uint8_t> in_fit;
  std::vector<std::uint8_t> inferred;
  std::vector<std::size_t> fitted;  // rows that took part in the fit, ascending

  std::size_t n_stores() const { return final_cluster.size(); }
  // The final clusters of the fitted rows.
  std::vector<std::int32_t> fitted_clusters() const;
};

// Throws DataError when a column is missing or a cluster is not one of the metrics'.
StoreClusters read_clusters(const Table& clustered, const Metrics& metrics);

struct InsightData {
  Table stores;  // final_clustered_stores.parquet, sorted by store id
  Metrics metrics;
  Model model;
  StoreClusters clusters;
  Options options;
  FeatureLabels labels = feature_labels();

  std::size_t n_clusters() const { return clusters.ids.size(); }
  // The place in clusters.ids of a label of the model; -1 for -1.
  std::int32_t place_of(std::int32_t label) const;
  bool is_active(const std::string& column) const;
};

// Throws DataError naming the file when the two are not of one fit (a `train` that was killed between its
// files leaves those of two side by side).
void refuse_another_fit(const Table& clustered, const Metrics& metrics, const ProjectPaths& paths);

// Reads what `train` wrote. Throws DataError when a part is missing or they are not of one fit.
InsightData read_insight_data(Engine& engine, const Options& options, const ProjectPaths& paths);

// `number`'s value as money and measures are summed: 0 for a null or where there is no column.
double number_or_zero(const Column* column, std::size_t row);

// Throws DataError "is not there; run `aisle train`" for a file that does not exist.
void require_file(const std::filesystem::path& file, const ProjectPaths& paths);

}  // namespace aisle
