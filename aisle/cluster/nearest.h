// The k nearest rows, exactly: of every row among the others, and of new rows among known ones. First phase
// of t-SNE; the search of the spanning tree is its own (neighbours.h), it keeps few neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"

namespace aisle {

struct NearestRows {
  std::size_t k = 0;
  std::vector<std::int32_t> rows;         // n x k, nearest first
  std::vector<double> squared_distances;  // n x k: squares, of the manhattan distance too
};

// The k < n nearest other rows of each row. Which of equally distant rows are taken is settled by the values
// and the order of the rows alone. Values must be small enough for distances to be finite.
NearestRows nearest_among(MatrixView points, Metric metric, std::size_t k, const CancelFlag* cancel);

// The k <= n nearest rows of `points` to each row of `queries`; of equally distant ones the first.
NearestRows nearest_to(MatrixView queries, MatrixView points, Metric metric, std::size_t k,
                       const CancelFlag* cancel);

}  // namespace aisle
