#include "aisle/cluster/kd_tree.h"

#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "aisle/base/parallel.h"

namespace aisle {
namespace {

// A subtree above this many points is built by two tasks.
constexpr std::size_t kTaskPoints = 8192;
// The widest dimension of a node with more points than this is judged by as many of them.
constexpr std::size_t kSampledPoints = 512;

struct KeyedRow {
  double value;
  std::int32_t row;
};

class Builder {
 public:
  Builder(MatrixView points, KdTree& tree)
      : points_(points), tree_(tree), keyed_(points.n_rows()), n_dims_(points.n_cols()) {}

  // Builds the subtree at `node` over `n_leaves` leaves from `first_leaf`; its points are the positions
  // those leaves cover.
  void build(std::size_t node, std::size_t first_leaf, std::size_t n_leaves) {
    const std::size_t begin = first_leaf * KdTree::kLeafSize;
    const std::size_t end = std::min(points_.n_rows(), (first_leaf + n_leaves) * KdTree::kLeafSize);
    KdNode& built = tree_.nodes[node];
    built.first_leaf = static_cast<std::int32_t>(first_leaf);
    built.n_leaves = static_cast<std::int32_t>(n_leaves);
    if (n_leaves == 1) {
      tree_.leaf_nodes[first_leaf] = static_cast<std::int32_t>(node);
      bound(begin, end, 1, box(node));
      fill_leaf(first_leaf, begin, end);
      return;
    }
    const std::size_t left_leaves = (n_leaves + 1) / 2;
    split(begin, begin + left_leaves * KdTree::kLeafSize, end);
    const std::size_t left = node + 1;
    const std::size_t right = node + 2 * left_leaves;
    built.right = static_cast<std::int32_t>(right);
    const auto build_left = [&] { build(left, first_leaf, left_leaves); };
    const auto build_right = [&] { build(right, first_leaf + left_leaves, n_leaves - left_leaves); };
    if (end - begin > kTaskPoints) {
      tbb::parallel_invoke(build_left, build_right);
    } else {
      build_left();
      build_right();
    }
    for (std::size_t dim = 0; dim < n_dims_; ++dim) {
      box(node)[dim] = std::min(box(left)[dim], box(right)[dim]);
      box(node)[n_dims_ + dim] = std::max(box(left)[n_dims_ + dim], box(right)[n_dims_ + dim]);
    }
  }

 private:
  double* box(std::size_t node) { return tree_.boxes.data() + node * 2 * n_dims_; }

  // Writes the bounding box of every stride-th position of [begin, end).
  void bound(std::size_t begin, std::size_t end, std::size_t stride, double* box) const {
    std::fill_n(box, n_dims_, std::numeric_limits<double>::infinity());
    std::fill_n(box + n_dims_, n_dims_, -std::numeric_limits<double>::infinity());
    for (std::size_t position = begin; position < end; position += stride) {
      const double* point = points_.row(static_cast<std::size_t>(tree_.rows[position])).data();
      for (std::size_t dim = 0; dim < n_dims_; ++dim) {
        box[dim] = std::min(box[dim], point[dim]);
        box[n_dims_ + dim] = std::max(box[n_dims_ + dim], point[dim]);
      }
    }
  }

  // Orders [begin, end) so that what is before `middle` is at most what follows, on the widest dimension.
  void split(std::size_t begin, std::size_t middle, std::size_t end) {
    std::vector<double> extent(2 * n_dims_);
    bound(begin, end, std::max<std::size_t>(1, (end - begin) / kSampledPoints), extent.data());
    std::size_t widest = 0;
    double width = -1;
    for (std::size_t dim = 0; dim < n_dims_; ++dim) {
      if (extent[n_dims_ + dim] - extent[dim] > width) {
        width = extent[n_dims_ + dim] - extent[dim];
        widest = dim;
      }
    }
    for (std::size_t position = begin; position < end; ++position) {
      const std::int32_t row = tree_.rows[position];
      keyed_[position] = {points_(static_cast<std::size_t>(row), widest), row};
    }
    const auto at = [&](std::size_t position) { return keyed_.data() + position; };
    std::nth_element(at(begin), at(middle), at(end),
                     [](const KeyedRow& a, const KeyedRow& b) { return a.value < b.value; });
    for (std::size_t position = begin; position < end; ++position) {
      tree_.rows[position] = keyed_[position].row;
    }
  }

  void fill_leaf(std::size_t leaf, std::size_t begin, std::size_t end) {
    double* values = tree_.coordinates.data() + leaf * n_dims_ * KdTree::kLeafSize;
    for (std::size_t dim = 0; dim < n_dims_; ++dim) {
      double* lanes = values + dim * KdTree::kLeafSize;
      for (std::size_t position = begin; position < end; ++position) {
        lanes[position - begin] = points_(static_cast<std::size_t>(tree_.rows[position]), dim);
      }
      std::fill(lanes + (end - begin), lanes + KdTree::kLeafSize, std::numeric_limits<double>::infinity());
    }
  }

  MatrixView points_;
  KdTree& tree_;
  AlignedArray<KeyedRow> keyed_;
  std::size_t n_dims_;
};

}  // namespace

KdTree build_kd_tree(MatrixView points) {
  KdTree tree;
  tree.n_points = points.n_rows();
  tree.n_dims = points.n_cols();
  tree.n_leaves = (tree.n_points + KdTree::kLeafSize - 1) / KdTree::kLeafSize;
  tree.nodes.resize(2 * tree.n_leaves - 1);
  tree.leaf_nodes.resize(tree.n_leaves);
  tree.boxes = AlignedArray<double>(tree.nodes.size() * 2 * tree.n_dims);
  tree.coordinates = AlignedArray<double>(tree.n_leaves * tree.n_dims * KdTree::kLeafSize);
  tree.rows.resize(tree.n_points);
  std::iota(tree.rows.begin(), tree.rows.end(), 0);
  Builder(points, tree).build(0, 0, tree.n_leaves);
  return tree;
}

}  // namespace aisle
