// The verb `train` and the asset `cluster_model`: from the store features to the model package, the
// clustered stores and the metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/engine/engine.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/segment/metrics.h"
#include "aisle/segment/model.h"

namespace aisle {

inline constexpr const char* kModelAsset = "cluster_model";

struct TrainedModel {
  Model model;
  Table stores;  // all stores, canonical order, as the clustered file has them
  Metrics metrics;
  ClusterIdentity identity;  // ids alone where it was read back
};

// data/processed/store_features.parquet with what stands beside it.
struct StoreFeatures {
  Table stores;                       // canonical_stores
  std::string document;               // store_features.json; "" when there is none
  std::optional<std::int64_t> as_of;  // the day on which ages are measured
};
// Throws DataError for features that are missing, damaged or cannot be used.
StoreFeatures read_store_features(Engine& engine, const ProjectPaths& paths);

// Reads data/processed/store_features.parquet (and store_features.json beside it, which says how it was
// made), fits, and writes data/artifacts/model/, final_clustered_stores.parquet and metrics.json: all are
// written whole before the first takes its place. Emits Progress and WarningRaised of kModelAsset. The same
// features and options give the same bytes.
//
// final_clustered_stores.parquet: one row a store, sorted by store id. The reference's columns first (the
// store features without store_id, anos_de_loja, cluster, cluster_final, is_inferred, store_id), then the
// other features, in_fit, probability, inferred_share, outlier_score.
//
// With identity.baseline the clusters take the ids of that kept run (aisle/segment/identity.h), and
// identity.json says what became of each; without one there is no such file.
//
// Throws DataError for features that are missing or cannot be used, InvalidInput for options, Cancelled.
TrainedModel train(Engine& engine, const ProjectPaths& paths, const Options& options, const EventSink& sink,
                   const CancelFlag* cancel = nullptr);

// The same of `features` without a file: what train would write.
TrainedModel fit_trained(Engine& engine, const ProjectPaths& paths, const StoreFeatures& features,
                         const Options& options, const EventSink& sink, const CancelFlag* cancel = nullptr);

// What train left, read back. Throws DataError when a part is missing or damaged, or they are not of one fit.
TrainedModel read_trained(Engine& engine, const ProjectPaths& paths);

// The clustered table of `stores` (canonical) as above; `cluster_ids` by label.
Table clustered_table(const Table& stores, const Assignments& assignments,
                      const std::vector<std::int64_t>& cluster_ids);

}  // namespace aisle
