#include "aisle/cluster/twins.h"

#include <tbb/parallel_sort.h>

namespace aisle {
namespace {

// Three-way comparison of two positions' coordinates.
int compare(const KdTree& tree, std::size_t a, std::size_t b) {
  const double* of_a = tree.leaf(a / KdTree::kLeafSize) + a % KdTree::kLeafSize;
  const double* of_b = tree.leaf(b / KdTree::kLeafSize) + b % KdTree::kLeafSize;
  for (std::size_t dim = 0; dim < tree.n_dims; ++dim) {
    const double left = of_a[dim * KdTree::kLeafSize];
    const double right = of_b[dim * KdTree::kLeafSize];
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

}  // namespace

std::vector<std::int32_t> first_twins(const KdTree& tree, const NeighbourLists& lists,
                                      const AlignedArray<double>& core_distances,
                                      std::span<const std::uint64_t> keys) {
  // A row with a twin has a neighbour at distance 0.
  std::vector<std::size_t> ordered;
  for (std::size_t position = 0; position < tree.n_points; ++position) {
    if (lists.distances[position * lists.n_kept] == 0 && core_distances[position] > 0) {
      ordered.push_back(position);
    }
  }
  if (ordered.empty()) return {};
  tbb::parallel_sort(ordered.begin(), ordered.end(), [&](std::size_t a, std::size_t b) {
    const int order = compare(tree, a, b);
    return order != 0 ? order < 0 : keys[a] < keys[b];
  });
  std::vector<std::int32_t> firsts(tree.n_points, -1);
  std::size_t first = ordered.front();
  for (const std::size_t position : ordered) {
    if (compare(tree, first, position) != 0) first = position;
    firsts[position] = static_cast<std::int32_t>(first);
  }
  return firsts;
}

}  // namespace aisle
