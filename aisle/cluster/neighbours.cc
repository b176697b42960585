#include "aisle/cluster/neighbours.h"

#include <algorithm>
#include <limits>

#include "aisle/base/parallel.h"

namespace aisle {
namespace {

// Neighbours searched for at least: beyond min_samples they cost little and spare searches later.
constexpr std::size_t kLeastNeighbours = 8;
// Neighbours kept at most: bounds memory for a large min_samples.
constexpr std::size_t kMostKept = 16;
constexpr std::size_t kLeavesOfTask = 16;

}  // namespace

NeighbourLists find_neighbours(const KdTree& tree, std::size_t min_samples, const TreeKernels& kernels,
                               const CancelFlag* cancel) {
  const std::size_t n = tree.n_points;
  NeighbourLists lists;
  min_samples = std::min(min_samples, n - 1);
  lists.n_neighbours = std::min(n - 1, std::max(min_samples + 2, kLeastNeighbours));
  lists.n_kept = std::min(lists.n_neighbours, kMostKept);
  lists.core_distances = AlignedArray<double>(tree.n_leaves * KdTree::kLeafSize);
  std::fill(lists.core_distances.data() + n, lists.core_distances.data() + lists.core_distances.size(),
            std::numeric_limits<double>::infinity());
  lists.radii = AlignedArray<double>(n);
  lists.positions = AlignedArray<std::int32_t>(n * lists.n_kept);
  lists.distances = AlignedArray<double>(n * lists.n_kept);
  parallel_for_blocks(tree.n_leaves, kLeavesOfTask, [&](std::size_t begin, std::size_t end) {
    if (cancel != nullptr) cancel->check();
    kernels.find_neighbours(tree, min_samples, begin, end, lists);
  });
  return lists;
}

}  // namespace aisle
