// The asset `cluster_stability`: would the clusters come back, and does chance give as good ones?
//
// Bootstrap: the fitted stores are drawn anew (with replacement, a store counted once), clustered again in
// the model's own matrix, and each cluster's best Jaccard similarity is taken (aisle/cluster/stability.h).
// Null line: every column that the model reads is shuffled over the stores (the parts of a mix together), and
// the whole fit, axes and scaling included, is made on that.
//
// A resample holds about 63 % of the stores, so min_cluster_size, min_samples and max_cluster_size are
// lowered in the same proportion: a cluster of the smallest size could not come back otherwise. Of more than
// stability.max_stores fitted stores that many are taken, chosen by their ids, with the same proportion; a
// cluster's figures are then of its stores among these.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/base/table.h"
#include "aisle/cluster/stability.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/segment/model.h"

namespace aisle {

inline constexpr const char* kStabilityAsset = "cluster_stability";

// Figures of one fit. NaN where a figure does not exist.
struct FitFigures {
  double dbcv = 0;          // in the model's metric
  double silhouette = 0;    // euclidean, of the clusters as found: noise is not assigned
  double mean_jaccard = 0;  // of its clusters, weighted by their stores
  double noise_ratio = 0;
  std::int64_t n_clusters = 0;
};

struct StabilityReport {
  std::string fit;  // fit_digest of the clustered stores
  bool enabled = true;
  std::int64_t n_fitted = 0;
  std::int64_t n_sampled = 0;  // fewer than n_fitted above stability.max_stores
  int n_resamples = 0;
  std::vector<std::int64_t> cluster_ids;   // of the clusters, in their order
  std::vector<ClusterStability> clusters;  // empty when not enabled
  FitFigures observed;
  std::vector<FitFigures> null_runs;
  // null_probability of the observed figures; NaN without null runs.
  double dbcv_chance = 0;
  double silhouette_chance = 0;
  double jaccard_chance = 0;
};

// The fitted stores that are looked at, as rows of the training matrix, ascending: all, or of more than
// `most` that many, chosen by their ids.
std::vector<std::size_t> sampled_rows(const std::vector<std::string>& store_ids, std::size_t most);

// The clusters' mean Jaccard similarities (by label; NaN where there is none) weighted by their stores.
double mean_by_stores(const std::vector<double>& jaccards, std::span<const std::int32_t> labels);

// `clustered` is final_clustered_stores.parquet's table of the model's fit. Emits Progress of
// kStabilityAsset. The same for any number of threads and order of rows. Throws Cancelled.
StabilityReport measure_stability(const Model& model, const Table& clustered,
                                  const StabilitySettings& settings, const EventSink& sink,
                                  const CancelFlag* cancel = nullptr);

inline constexpr int kStabilityFormat = 1;
std::string stability_json(const StabilityReport& report);
// Throws DataError naming `where` for text that is no such document, or one of a newer aisle.
StabilityReport parse_stability(const std::string& text, const std::string& where);

// data/artifacts/stability.json. Throws DataError when it is missing, damaged or of another fit than `fit`.
StabilityReport read_stability(const ProjectPaths& paths, const std::string& fit);

}  // namespace aisle
