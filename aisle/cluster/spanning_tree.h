// The exact minimum spanning tree of the mutual reachability graph.
#pragma once

#include <cstdint>
#include <memory>
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

// One neighbour search, many min_samples: keeps the tree of the points and every point's nearest distances
// (n x largest), from which any smaller min_samples has its core distances without a search. Memory O(n x
// (d + largest)). Arguments and results as of mutual_reachability_tree; the points are copied.
class ReachabilitySearch {
 public:
  ReachabilitySearch(MatrixView points, Metric metric, int largest_min_samples,
                     std::span<const std::uint64_t> row_keys = {}, const CancelFlag* cancel = nullptr);
  ReachabilitySearch(ReachabilitySearch&&) noexcept;
  ~ReachabilitySearch();

  int largest_min_samples() const { return largest_min_samples_; }
  // Throw InvalidInput unless 1 <= min_samples <= largest_min_samples. May be called from several threads.
  std::vector<double> core_distances(int min_samples) const;  // by row
  SpanningTree spanning_tree(int min_samples, const CancelFlag* cancel = nullptr) const;

 private:
  struct Searched;
  void check_searched(int min_samples) const;

  int largest_min_samples_;
  std::unique_ptr<Searched> searched_;
};

}  // namespace aisle
