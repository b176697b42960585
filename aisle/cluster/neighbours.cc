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
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

NeighbourLists find_neighbours(const KdTree& tree, const KdTree& queries, std::size_t min_samples,
                               const TreeKernels& kernels, const CancelFlag* cancel, KeptDistances kept) {
  const std::size_t n = queries.n_points;
  const std::size_t n_others = tree.n_points - (&tree == &queries ? 1 : 0);
  NeighbourLists lists;
  min_samples = std::min(min_samples, n_others);
  lists.n_neighbours = std::min(n_others, std::max(min_samples + 2, kLeastNeighbours));
  lists.n_kept = std::min(lists.n_neighbours, kMostKept);
  lists.core_distances = AlignedArray<double>(queries.n_leaves * KdTree::kLeafSize);
  std::fill(lists.core_distances.data() + n, lists.core_distances.data() + lists.core_distances.size(),
            kInfinity);
  lists.radii = AlignedArray<double>(n);
  lists.positions = AlignedArray<std::int32_t>(n * lists.n_kept);
  lists.distances = AlignedArray<double>(n * lists.n_kept);
  if (kept == KeptDistances::kAll) lists.all_distances = AlignedArray<double>(n * lists.n_neighbours);
  parallel_for_blocks(queries.n_leaves, kLeavesOfTask, [&](std::size_t begin, std::size_t end) {
    if (cancel != nullptr) cancel->check();
    kernels.find_neighbours(tree, queries, min_samples, begin, end, lists);
  });
  return lists;
}

AlignedArray<double> child_core_distances(const KdTree& tree, const AlignedArray<double>& core_distances) {
  AlignedArray<double> below(tree.nodes.size() * KdNode::kWidth);
  // Children come after their parents.
  for (std::size_t node = tree.nodes.size(); node-- > 0;) {
    double* cores = below.data() + node * KdNode::kWidth;
    std::fill_n(cores, KdNode::kWidth, kInfinity);
    for (std::int32_t place = 0; place < tree.nodes[node].n_children; ++place) {
      const std::int32_t child = tree.nodes[node].children[place];
      // Padding is infinite in both, so whole leaves and whole nodes may be read.
      const double* first =
          child < 0 ? core_distances.data() + static_cast<std::size_t>(-1 - child) * KdTree::kLeafSize
                    : below.data() + static_cast<std::size_t>(child) * KdNode::kWidth;
      cores[place] = *std::min_element(first, first + (child < 0 ? KdTree::kLeafSize : KdNode::kWidth));
    }
  }
  return below;
}

}  // namespace aisle
