// How good a clustering is: DBCV, silhouette and the adjusted Rand index.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"

namespace aisle {

// Density-based clustering validation (Moulavi et al. 2014) as hdbscan.validity computes it; labels -1 are
// noise and count in the weights. NaN with fewer than two clusters. A cluster of one point scores 0.
struct Dbcv {
  double index = 0;
  std::vector<double> by_cluster;
};
Dbcv dbcv(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
          const CancelFlag* cancel = nullptr);

// Mean silhouette (Rousseeuw 1987) over the rows whose label is not -1; NaN with fewer than two clusters or
// as many as rows. A cluster of one point scores 0.
double silhouette(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
                  const CancelFlag* cancel = nullptr);

// Hubert and Arabie 1985. 1 for two equal clusterings, about 0 for independent ones.
double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b);

}  // namespace aisle
