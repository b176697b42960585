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
  double weight = 0;      // mutual reachability, in the unit of the points
  std::int32_t low = 0;   // row with the lower key
  std::int32_t high = 0;  // row with the higher one
};

// The tree of n points. Trees of the same points and keys are the same to the last bit.
struct SpanningTree {
  std::vector<SpanningEdge> edges;     // n - 1, sorted
  std::vector<double> core_distances;  // n, by row
};

// weight(a, b) = max(core(a), core(b), distance(a, b)), core = distance to the min_samples-th neighbour
// (the point itself not counted; min_samples >= n uses the farthest). Boruvka on a k-d tree (March, Ram and
// Gray 2010). `points` is n x d, finite; `row_keys` as in `hdbscan`. Throws InvalidInput, Cancelled.
SpanningTree mutual_reachability_tree(MatrixView points, Metric metric, int min_samples,
                                      std::span<const std::uint64_t> row_keys = {},
                                      const CancelFlag* cancel = nullptr);

// One neighbour search, many min_samples: keeps the tree of the points and every point's nearest distances
// (n x largest), from which any smaller min_samples has its core distances without a search. Memory O(n x
// (d + largest)). Arguments and results as of mutual_reachability_tree; the points are copied.
class ReachabilitySearch {
 public:
  // Throws InvalidInput for a largest_min_samples below 1, a value that is not finite or keys that do not
  // fit.
  ReachabilitySearch(MatrixView points, Metric metric, int largest_min_samples,
                     std::span<const std::uint64_t> row_keys = {}, const CancelFlag* cancel = nullptr);
  ReachabilitySearch(ReachabilitySearch&&) noexcept;  // what is left may only be destroyed
  ~ReachabilitySearch();                              // defined where what it keeps is

  // The largest that may be asked for.
  int largest_min_samples() const { return largest_min_samples_; }
  // By row. Throws InvalidInput unless 1 <= min_samples <= largest_min_samples. May be called from several
  // threads, as spanning_tree.
  std::vector<double> core_distances(int min_samples) const;
  // O(n log n). Throws likewise; Cancelled.
  SpanningTree spanning_tree(int min_samples, const CancelFlag* cancel = nullptr) const;

 private:
  struct Searched;
  void check_searched(int min_samples) const;

  int largest_min_samples_;
  std::unique_ptr<Searched> searched_;
};

}  // namespace aisle
