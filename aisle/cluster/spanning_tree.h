// The exact minimum spanning tree of the mutual reachability graph.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"

namespace aisle {

// One edge; low < high by row key. Edges are ordered by (weight, twins first, key of low, key of high); twins
// are rows with the same values.
struct SpanningEdge {
  double weight = 0;
  std::int32_t low = 0;
  std::int32_t high = 0;
};

struct SpanningTree {
  std::vector<SpanningEdge> edges;     // n - 1, sorted
  std::vector<double> core_distances;  // n
};

// weight(a, b) = max(core(a), core(b), distance(a, b)), core = distance to the min_samples-th neighbour
// (the point itself not counted; min_samples >= n uses the farthest). Boruvka on a k-d tree.
SpanningTree mutual_reachability_tree(MatrixView points, Metric metric, int min_samples,
                                      std::span<const std::uint64_t> row_keys = {},
                                      const CancelFlag* cancel = nullptr);

}  // namespace aisle
