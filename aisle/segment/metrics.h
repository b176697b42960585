// metrics.json: the figures of a fit, and the verdict. Deterministic bytes; no times.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/table.h"
#include "aisle/segment/identity.h"
#include "aisle/segment/limit_effect.h"
#include "aisle/segment/model.h"
#include "aisle/segment/verdict.h"

namespace aisle {

// One column that the model reads of a store.
struct ActiveColumn {
  std::string column;     // of the store features
  std::string transform;  // "none", "log1p", "clr" or "category"
  std::string role;       // "context" or "behaviour"
};

struct Metrics {
  std::string fit;    // fit_digest of the clustered stores; "" in documents of before it was written
  std::string model;  // digest of model/model.json; "" likewise
  std::string preset;
  std::string method;
  std::int64_t n_stores = 0;    // all
  std::int64_t n_fitted = 0;    // took part in the fit
  std::int64_t n_assigned = 0;  // outside the fit, assigned afterwards
  std::int64_t n_left_out = 0;  // outside the fit and in no cluster: closed, stopped selling, without sales
  std::int64_t n_inferred = 0;  // assigned by the forest: noise and those outside the fit
  std::int64_t n_clusters = 0;  // noise is not counted
  std::int64_t n_noise = 0;
  double noise_ratio = 0;       // n_noise / n_fitted
  double dbcv_score = 0;        // first labels, the model's metric; NaN with fewer than two clusters
  double silhouette_score = 0;  // final labels of the fitted stores, euclidean; NaN likewise
  // What files and documents show for each cluster, in the order of every list by cluster here; 0, 1, ..
  // unless identity.baseline says otherwise.
  std::vector<std::int64_t> cluster_ids;
  std::int64_t last_cluster_id = -1;  // the largest id ever given, by this run and the baselines behind it
  std::optional<LimitEffect> limits;  // what limits.* change; none without them
  std::vector<std::int64_t> sizes;    // by cluster, as found
  std::vector<std::int64_t> sizes_final;  // by cluster, noise and new stores assigned
  std::vector<double> persistence;        // by cluster
  std::vector<double> dbcv_by_cluster;    // empty when dbcv_score is NaN
  std::vector<double> eigenvalues;
  std::vector<double> explained_inertia;  // eigenvalues over the total inertia
  std::vector<ActiveColumn> columns;
  std::vector<std::string> notes;
  Verdict verdict;
};

// `identity` has an id for each cluster of the model.
// `stores` are the rows of `assignments`, all stores in canonical order.
Metrics measure(const Model& model, const Table& stores, const Assignments& assignments,
                const ClusterIdentity& identity, std::vector<std::string> notes,
                const CancelFlag* cancel = nullptr);

// 32 hexadecimal digits of the stores' ids and both of their clusters, in the order of rows: tells whether a
// metrics document and a clustered file are of one fit. All three have one value a store.
std::string fit_digest(const Column& store_ids, std::span<const std::int64_t> cluster,
                       std::span<const std::int64_t> cluster_final);

// Whether the model package in `folder` is the one that the metrics were measured on. True for documents of
// before they told.
bool is_model_of(const Metrics& metrics, const std::filesystem::path& folder);

inline constexpr int kMetricsFormat = 1;
std::string metrics_json(const Metrics& metrics);
// Throws DataError naming `where` for text that is no such document, or one of a newer aisle.
Metrics parse_metrics(const std::string& text, const std::string& where);

}  // namespace aisle
