// Clusters of stores that come after a training, by its model package.
//
//   features -> open_new_stores -> the training's matrix -> the method's own reading (HDBSCAN's
//   hierarchy, the mixture) -> the forest for outliers
//
// The training's stores get what the training gave them: cluster, cluster_final, is_inferred, probability and
// inferred_share to the last bit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/table.h"
#include "aisle/cluster/progress.h"
#include "aisle/engine/engine.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/model.h"

namespace aisle {

// What the model says of stores, one entry a store.
struct StorePredictions {
  Assignments assignments;                 // as a training would have it; in_fit: its rules let the store in
  std::vector<std::int32_t> next_cluster;  // the next-best; -1 when there is none
  std::vector<double> next_strength;  // strength of membership there, or the forest's votes where is_inferred
};

class StorePredictor {
 public:
  // `model` must outlive it.
  explicit StorePredictor(const Model& model);

  // `stores` (from canonical_stores) has every column that the model reads. A store whose history is too
  // short
  // (`fit_eligible`, `fit_reason`) is given its cluster by the forest alone, one that is closed or never sold
  // none, as in the training. Deterministic whatever the threads and the other stores. Throws Cancelled.
  StorePredictions predict(const Table& stores, const CancelFlag* cancel = nullptr) const;

 private:
  const Model& model_;
  ClusterReader clusters_;
};

struct PredictionCounts {
  std::int64_t n_stores = 0;
  std::int64_t n_outliers = 0;  // in no cluster as found
  std::int64_t n_short = 0;     // history too short to be found: the forest's alone
  std::int64_t n_left_out = 0;  // in no cluster at all
};

// Predicts all of new_stores, block by block, into the table `name`, sorted by store id: store_id,
// cluster_final, cluster, is_inferred, probability, inferred_share, next_cluster, next_strength, is_outlier,
// outlier_score. Memory is that of one block and the engine's.
PredictionCounts predict_new_stores(EmbeddedEngine& engine, const Model& model, std::int64_t n_stores,
                                    const std::string& name, const CancelFlag* cancel = nullptr,
                                    const ProgressFunction& progress = {});

}  // namespace aisle
