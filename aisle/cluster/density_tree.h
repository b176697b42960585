// What DBCV asks of one cluster: core distances, the inner points of its spanning tree and its sparseness.
// Private to the room.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"

namespace aisle {

struct DensityTree {
  std::vector<std::int32_t> inner_rows;  // rows of the matrix, ascending
  std::vector<double> inner_cores;       // their core distances
  double sparseness = 0;                 // the largest edge between inner points, else of all
};

// All-points core distances of the points `rows` within their cluster (see dbcv). 0 for a point alone.
std::vector<double> all_points_core_distances(MatrixView points, std::span<const std::int32_t> rows,
                                              Metric metric, const CancelFlag* cancel);

// The tree of the points `rows` (ascending, at least one). Dense Prim: O(n^2) distances, O(n) memory.
DensityTree density_tree(MatrixView points, std::span<const std::int32_t> rows, Metric metric,
                         const CancelFlag* cancel);

}  // namespace aisle
