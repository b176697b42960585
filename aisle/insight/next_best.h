// How sure each store's cluster is, and the cluster that it would be in otherwise.
#pragma once

#include <cstdint>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/insight/store_space.h"

namespace aisle {

// By point of the space.
struct NextBest {
  std::vector<std::int32_t> cluster;  // -1: there is no other
  std::vector<double> sure;           // 0 to 1, of the next-best
};

// A store that the model found in a cluster: by the model's own prediction (HdbscanPredictor). One that the
// forest assigned: the cluster with the second most votes. Where neither names another cluster: the nearest
// other centre, with 0.
NextBest next_best_clusters(const InsightData& data, const StoreSpace& space,
                            const CancelFlag* cancel = nullptr);

}  // namespace aisle
