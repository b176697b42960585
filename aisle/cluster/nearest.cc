#include "aisle/cluster/nearest.h"

#include <algorithm>
#include <limits>

#include "aisle/base/parallel.h"
#include "aisle/cluster/kd_tree.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {
namespace {

constexpr std::size_t kLeavesOfTask = 16;
constexpr std::size_t kQueriesOfTask = 64;

double squared(double reduced, Metric metric) {
  return metric == Metric::kEuclidean ? reduced : reduced * reduced;
}

double reduced_step(double difference, Metric metric) {
  return metric == Metric::kEuclidean ? difference * difference : (difference < 0 ? -difference : difference);
}

// One query against the tree, its best k in a heap whose top is the worst.
class QuerySearch {
 public:
  QuerySearch(const KdTree& tree, Metric metric, std::size_t k) : tree_(tree), metric_(metric), k_(k) {}

  void search(std::span<const double> query, std::int32_t* rows, double* squared_distances) {
    best_.clear();
    visit(0, query);
    std::sort(best_.begin(), best_.end());
    for (std::size_t place = 0; place < k_; ++place) {
      rows[place] = best_[place].second;
      squared_distances[place] = squared(best_[place].first, metric_);
    }
  }

 private:
  using Found = std::pair<double, std::int32_t>;  // reduced distance and row

  double worst() const {
    return best_.size() < k_ ? std::numeric_limits<double>::infinity() : best_.front().first;
  }

  using Bound = std::pair<double, std::int32_t>;  // of what is in a child, and the child

  // Lower bounds of the distances to a node's children, nearest first.
  std::size_t bound_children(std::size_t node, std::span<const double> query, Bound* bounds) const {
    constexpr std::size_t kWidth = KdNode::kWidth;
    const double* box = tree_.box(node);
    double sums[kWidth] = {};
    for (std::size_t dim = 0; dim < query.size(); ++dim) {
      const double* lowest = box + dim * 2 * kWidth;
      for (std::size_t child = 0; child < kWidth; ++child) {
        const double gap = std::max(lowest[child] - query[dim], query[dim] - lowest[kWidth + child]);
        sums[child] += reduced_step(std::max(gap, 0.0), metric_);
      }
    }
    const KdNode& at = tree_.nodes[node];
    const auto n_children = static_cast<std::size_t>(at.n_children);
    for (std::size_t child = 0; child < n_children; ++child)
      bounds[child] = {sums[child], at.children[child]};
    std::sort(bounds, bounds + n_children);
    return n_children;
  }

  void visit(std::size_t node, std::span<const double> query) {
    Bound bounds[KdNode::kWidth];
    const std::size_t n_children = bound_children(node, query, bounds);
    for (std::size_t place = 0; place < n_children; ++place) {
      // A box at the very distance of the worst may hold an equally distant row of a smaller number.
      if (bounds[place].first > worst()) return;
      const std::int32_t child = bounds[place].second;
      if (child < 0) {
        scan(static_cast<std::size_t>(-1 - child), query);
      } else {
        visit(static_cast<std::size_t>(child), query);
      }
    }
  }

  void scan(std::size_t leaf, std::span<const double> query) {
    const double* values = tree_.leaf(leaf);
    double sums[KdTree::kLeafSize] = {};
    for (std::size_t dim = 0; dim < query.size(); ++dim) {
      for (std::size_t lane = 0; lane < KdTree::kLeafSize; ++lane) {
        sums[lane] += reduced_step(values[dim * KdTree::kLeafSize + lane] - query[dim], metric_);
      }
    }
    for (std::size_t lane = 0; lane < tree_.leaf_count(leaf); ++lane) {
      offer({sums[lane], tree_.rows[leaf * KdTree::kLeafSize + lane]});
    }
  }

  void offer(Found found) {
    if (best_.size() < k_) {
      best_.push_back(found);
      std::push_heap(best_.begin(), best_.end());
    } else if (found < best_.front()) {
      std::pop_heap(best_.begin(), best_.end());
      best_.back() = found;
      std::push_heap(best_.begin(), best_.end());
    }
  }

  const KdTree& tree_;
  Metric metric_;
  std::size_t k_;
  std::vector<Found> best_;
};

}  // namespace

NearestRows nearest_among(MatrixView points, Metric metric, std::size_t k, const CancelFlag* cancel) {
  const std::size_t n = points.n_rows();
  const KdTree tree = build_kd_tree(points);
  const TreeKernels kernels = tree_kernels(metric, points.n_cols());
  NeighbourLists lists;
  lists.n_neighbours = k;
  lists.n_kept = k;
  lists.core_distances = AlignedArray<double>(tree.n_leaves * KdTree::kLeafSize);
  lists.radii = AlignedArray<double>(n);
  lists.positions = AlignedArray<std::int32_t>(n * k);
  lists.distances = AlignedArray<double>(n * k);
  NearestRows nearest{k, std::vector<std::int32_t>(n * k), std::vector<double>(n * k)};
  parallel_for_blocks(tree.n_leaves, kLeavesOfTask, [&](std::size_t begin, std::size_t end) {
    if (cancel != nullptr) cancel->check();
    kernels.find_neighbours(tree, tree, k, begin, end, lists);
    const std::size_t last = std::min(n, end * KdTree::kLeafSize);
    for (std::size_t position = begin * KdTree::kLeafSize; position < last; ++position) {
      const std::size_t out = static_cast<std::size_t>(tree.rows[position]) * k;
      for (std::size_t place = 0; place < k; ++place) {
        const auto other = static_cast<std::size_t>(lists.positions[position * k + place]);
        nearest.rows[out + place] = tree.rows[other];
        nearest.squared_distances[out + place] = squared(lists.distances[position * k + place], metric);
      }
    }
  });
  return nearest;
}

NearestRows nearest_to(MatrixView queries, MatrixView points, Metric metric, std::size_t k,
                       const CancelFlag* cancel) {
  const std::size_t n = queries.n_rows();
  const KdTree tree = build_kd_tree(points);
  NearestRows nearest{k, std::vector<std::int32_t>(n * k), std::vector<double>(n * k)};
  parallel_for_blocks(n, kQueriesOfTask, [&](std::size_t begin, std::size_t end) {
    if (cancel != nullptr) cancel->check();
    QuerySearch search(tree, metric, k);
    for (std::size_t row = begin; row < end; ++row) {
      search.search(queries.row(row), nearest.rows.data() + row * k,
                    nearest.squared_distances.data() + row * k);
    }
  });
  return nearest;
}

}  // namespace aisle
