// The searches that walk the k-d tree, compiled for each instruction set and chosen when the program
// runs.
//
// Lanes of a vector are different points, never parts of one sum, and nothing is contracted: every
// instruction set gives the same bits. "Reduced" distances are what is compared: squares for the euclidean
// metric, the distance itself for manhattan.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "aisle/cluster/aligned_array.h"
#include "aisle/cluster/kd_tree.h"
#include "aisle/cluster/metric.h"

namespace aisle {

// The nearest neighbours of every point, by position in the tree.
struct NeighbourLists {
  std::size_t n_neighbours = 0;          // searched for: at most n_points - 1
  std::size_t n_kept = 0;                // kept of them, the nearest
  AlignedArray<double> core_distances;   // reduced, to the min_samples-th neighbour; padded to whole leaves
  AlignedArray<double> radii;            // every point strictly nearer than this is in the list, n
  AlignedArray<std::int32_t> positions;  // n x n_kept, nearest first; -1 when out of reach (overflow)
  AlignedArray<double> distances;        // n x n_kept, reduced
  AlignedArray<double> all_distances;    // n x n_neighbours, reduced, where they are wanted; else empty
};

// What a search for edges between components reads; all by position or by node's child.
struct ComponentView {
  const double* core_distances = nullptr;          // padded to whole leaves
  const std::uint64_t* keys = nullptr;             // row keys
  const std::int32_t* components = nullptr;        // of points
  const std::int32_t* child_components = nullptr;  // nodes x 8; -1 where points of several are below
  const double* child_core_distances = nullptr;    // nodes x 8: the smallest below
};

struct OutsideEdge {
  double weight = 0;         // reduced
  std::int32_t target = -1;  // a position, or -1: no edge within the bound
  double searched = 0;       // every edge of at most this weight was seen
};

// A point of the tree that another one attaches to.
struct Attachment {
  double weight = std::numeric_limits<double>::max();    // mutual reachability, reduced; finite
  double distance = std::numeric_limits<double>::max();  // reduced
  std::int32_t target = -1;                              // a position, or -1: none within reach
};

// Whether `a` comes first: by (weight, distance, key of the target).
inline bool attaches_before(const Attachment& a, const Attachment& b, const std::uint64_t* keys) {
  if (a.weight != b.weight) return a.weight < b.weight;
  if (a.distance != b.distance) return a.distance < b.distance;
  return b.target < 0 || keys[a.target] < keys[b.target];
}

enum class InstructionSet { kBaseline, kAvx2, kAvx512 };

struct TreeKernels {
  // Fills the lists of the points in leaves [begin, end) of `queries` with neighbours in `tree`; where both
  // are one tree, a point is not its own neighbour. min_samples <= n_neighbours.
  void (*find_neighbours)(const KdTree& tree, const KdTree& queries, std::size_t min_samples,
                          std::size_t begin, std::size_t end, NeighbourLists& lists);
  // The least edge (by weight, low key, high key) from `position` to another component, of those that weigh
  // no more than `bound` and than `component_bound`, which others may lower meanwhile.
  OutsideEdge (*nearest_outside)(const KdTree& tree, const ComponentView& view, std::size_t position,
                                 double bound, const std::atomic<double>& component_bound);
  // What the point at `position` of `queries`, whose reduced core distance is `core`, attaches to: the first
  // point of the tree outside the component `excluded` that comes before `known`, or `known`.
  Attachment (*nearest_attachment)(const KdTree& tree, const ComponentView& view, const KdTree& queries,
                                   std::size_t position, double core, std::int32_t excluded,
                                   const Attachment& known);
};

// Kernels for the best instruction set of this processor, or a lesser one when `most` says so (for tests).
TreeKernels tree_kernels(Metric metric, std::size_t n_dims, InstructionSet most = InstructionSet::kAvx512);

// Whether (a_low, a_high) comes before (b_low, b_high) among edges of equal weight.
inline bool keys_before(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
  const std::uint64_t first_low = a < b ? a : b;
  const std::uint64_t second_low = c < d ? c : d;
  if (first_low != second_low) return first_low < second_low;
  return (a < b ? b : a) < (c < d ? d : c);
}

}  // namespace aisle
