// All stores in the space that the model clusters in, with each cluster's centre there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/insight/insight_data.h"

namespace aisle {

struct StoreSpace {
  Metric metric = Metric::kEuclidean;
  std::vector<std::size_t> rows;  // of the clustered table: stores of the fit, and those placed afterwards
  std::vector<std::int32_t> point_of;  // by row of the clustered table: its row of `points`, -1 for none
  Matrix points;                       // rows.size() x columns of the model's matrix
  Matrix centres;                      // clusters x columns: means over the stores of the fit, final clusters
  std::vector<std::int32_t> nearest;   // by cluster: the cluster with the nearest centre, -1 with one cluster
  std::vector<double> nearest_distance;  // NaN with one cluster
};

// The model's matrix, with the stores that were assigned afterwards projected into it.
StoreSpace store_space(const InsightData& data);

// In the given metric; of two rows of one length.
double distance_between(std::span<const double> a, std::span<const double> b, Metric metric);
double squared_euclidean(std::span<const double> a, std::span<const double> b);

}  // namespace aisle
