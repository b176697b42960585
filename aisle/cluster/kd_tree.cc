#include "aisle/cluster/kd_tree.h"

#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "aisle/base/parallel.h"

namespace aisle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// A subtree above this many points is built by two tasks.
constexpr std::size_t kTaskPoints = 8192;
// The widest dimension of a node with more points than this is judged by as many of them.
constexpr std::size_t kSampledPoints = 512;
// Below this depth splits are at the median, so that no data make the tree deep.
constexpr std::size_t kFreeDepth = 40;

// A node of the binary tree, in preorder: the left child is the next node.
struct BinaryNode {
  std::int32_t right = -1;  // -1 for a leaf
  std::int32_t first_leaf = 0;
  std::int32_t n_leaves = 0;
};

struct KeyedRow {
  double value;
  std::int32_t row;
};

class Builder {
 public:
  Builder(MatrixView points, KdTree& tree)
      : points_(points),
        tree_(tree),
        nodes_(2 * tree.n_leaves - 1),
        boxes_(nodes_.size() * 2 * tree.n_dims),
        keyed_(points.n_rows()),
        n_dims_(points.n_cols()) {}

  const BinaryNode& node(std::size_t node) const { return nodes_[node]; }
  // A node's lowest coordinates, then its highest.
  const double* box(std::size_t node) const { return boxes_.data() + node * 2 * n_dims_; }

  // Builds the subtree at `node` over `n_leaves` leaves from `first_leaf`; its points are the positions
  // those leaves cover.
  void build(std::size_t node, std::size_t first_leaf, std::size_t n_leaves, std::size_t depth) {
    const std::size_t begin = first_leaf * KdTree::kLeafSize;
    const std::size_t end = std::min(points_.n_rows(), (first_leaf + n_leaves) * KdTree::kLeafSize);
    BinaryNode& built = nodes_[node];
    built.first_leaf = static_cast<std::int32_t>(first_leaf);
    built.n_leaves = static_cast<std::int32_t>(n_leaves);
    if (n_leaves == 1) {
      bound(begin, end, 1, box(node));
      fill_leaf(first_leaf, begin, end);
      return;
    }
    const std::size_t left_leaves = split(begin, end, n_leaves, depth);
    const std::size_t left = node + 1;
    const std::size_t right = node + 2 * left_leaves;
    built.right = static_cast<std::int32_t>(right);
    const auto build_left = [&] { build(left, first_leaf, left_leaves, depth + 1); };
    const auto build_right = [&] {
      build(right, first_leaf + left_leaves, n_leaves - left_leaves, depth + 1);
    };
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
  double* box(std::size_t node) { return boxes_.data() + node * 2 * n_dims_; }

  // Writes the bounding box of every stride-th position of [begin, end).
  void bound(std::size_t begin, std::size_t end, std::size_t stride, double* box) const {
    std::fill_n(box, n_dims_, kInfinity);
    std::fill_n(box + n_dims_, n_dims_, -kInfinity);
    for (std::size_t position = begin; position < end; position += stride) {
      const double* point = points_.row(static_cast<std::size_t>(tree_.rows[position])).data();
      for (std::size_t dim = 0; dim < n_dims_; ++dim) {
        box[dim] = std::min(box[dim], point[dim]);
        box[n_dims_ + dim] = std::max(box[n_dims_ + dim], point[dim]);
      }
    }
  }

  // Splits [begin, end) where the widest dimension has its middle, at a whole number of leaves; returns
  // those on the left. A split at the middle parts dense lumps from sparse surroundings, whose boxes would
  // otherwise be wide and full of lump: with noise around lumps, searches visit a third of the leaves that
  // they visit when splits are at the median.
  std::size_t split(std::size_t begin, std::size_t end, std::size_t n_leaves, std::size_t depth) {
    double middle = 0;
    const std::size_t widest = widest_dimension(begin, end, middle);
    KeyedRow* const first = keyed_.data() + begin;
    KeyedRow* const last = keyed_.data() + end;
    for (std::size_t position = begin; position < end; ++position) {
      const std::int32_t row = tree_.rows[position];
      keyed_[position] = {points_(static_cast<std::size_t>(row), widest), row};
    }
    std::size_t left_leaves = (n_leaves + 1) / 2;
    if (depth < kFreeDepth) {
      const std::size_t n_below = static_cast<std::size_t>(partition(first, last, middle) - first);
      left_leaves =
          std::clamp<std::size_t>((n_below + KdTree::kLeafSize / 2) / KdTree::kLeafSize, 1, n_leaves - 1);
      shift_border(first, first + n_below, first + left_leaves * KdTree::kLeafSize, last);
    } else {
      std::nth_element(first, first + left_leaves * KdTree::kLeafSize, last,
                       [](const KeyedRow& a, const KeyedRow& b) { return a.value < b.value; });
    }
    for (std::size_t position = begin; position < end; ++position) {
      tree_.rows[position] = keyed_[position].row;
    }
    return left_leaves;
  }

  // Moves what is below `middle` to the front, without a branch that depends on the values; returns its end.
  static KeyedRow* partition(KeyedRow* first, KeyedRow* last, double middle) {
    KeyedRow* below = first;
    for (KeyedRow* at = first; at < last; ++at) {
      const KeyedRow moved = *at;
      *at = *below;
      *below = moved;
      below += moved.value < middle ? 1 : 0;
    }
    return below;
  }

  // Moves the border of a partition from `border` to `wanted`: the largest on the left, or the smallest on
  // the right, change sides.
  static void shift_border(KeyedRow* first, KeyedRow* border, KeyedRow* wanted, KeyedRow* last) {
    constexpr std::ptrdiff_t kFew = 16;
    const auto less = [](const KeyedRow& a, const KeyedRow& b) { return a.value < b.value; };
    if (wanted == border) return;
    if (std::abs(wanted - border) > kFew) {
      std::nth_element(wanted < border ? first : border, wanted, wanted < border ? border : last, less);
    } else if (wanted < border) {
      // [wanted, border) holds the largest so far, the smallest of them in front.
      std::iter_swap(wanted, std::min_element(wanted, border, less));
      for (KeyedRow* at = first; at < wanted; ++at) {
        if (at->value <= wanted->value) continue;
        std::iter_swap(at, wanted);
        std::iter_swap(wanted, std::min_element(wanted, border, less));
      }
    } else {
      std::iter_swap(wanted - 1, std::max_element(border, wanted, less));
      for (KeyedRow* at = wanted; at < last; ++at) {
        if (at->value >= (wanted - 1)->value) continue;
        std::iter_swap(at, wanted - 1);
        std::iter_swap(wanted - 1, std::max_element(border, wanted, less));
      }
    }
  }

  std::size_t widest_dimension(std::size_t begin, std::size_t end, double& middle) const {
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
    middle = extent[widest] + width / 2;
    return widest;
  }

  void fill_leaf(std::size_t leaf, std::size_t begin, std::size_t end) {
    double* values = tree_.coordinates.data() + leaf * n_dims_ * KdTree::kLeafSize;
    for (std::size_t dim = 0; dim < n_dims_; ++dim) {
      double* lanes = values + dim * KdTree::kLeafSize;
      for (std::size_t position = begin; position < end; ++position) {
        lanes[position - begin] = points_(static_cast<std::size_t>(tree_.rows[position]), dim);
      }
      std::fill(lanes + (end - begin), lanes + KdTree::kLeafSize, kInfinity);
    }
  }

  MatrixView points_;
  KdTree& tree_;
  std::vector<BinaryNode> nodes_;
  AlignedArray<double> boxes_;
  AlignedArray<KeyedRow> keyed_;
  std::size_t n_dims_;
};

// Joins the binary tree's levels into nodes of eight: a node's children are found by opening the largest of
// its descendants until there are eight, or only leaves.
class Joiner {
 public:
  Joiner(const Builder& binary, KdTree& tree) : binary_(binary), tree_(tree) {}

  void join() {
    std::vector<std::size_t> tops{0};  // the binary node that each joined node stands for
    for (std::size_t index = 0; index < tops.size(); ++index) {
      open(tops[index]);
      KdNode joined;
      joined.n_children = static_cast<std::int32_t>(opened_.size());
      for (std::size_t child = 0; child < KdNode::kWidth; ++child) {
        joined.children[child] = 0;
        if (child >= opened_.size()) continue;
        const BinaryNode& below = binary_.node(opened_[child]);
        joined.children[child] =
            below.right < 0 ? -1 - below.first_leaf : static_cast<std::int32_t>(tops.size());
        if (below.right >= 0) tops.push_back(opened_[child]);
      }
      tree_.nodes.push_back(joined);
      children_.insert(children_.end(), opened_.begin(), opened_.end());
    }
    fill_boxes();
  }

 private:
  void open(std::size_t top) {
    opened_.assign(1, top);
    while (opened_.size() < KdNode::kWidth) {
      const auto largest = std::max_element(
          opened_.begin(), opened_.end(),
          [&](std::size_t a, std::size_t b) { return binary_.node(a).n_leaves < binary_.node(b).n_leaves; });
      const std::int32_t right = binary_.node(*largest).right;
      if (right < 0) break;
      ++*largest;  // becomes its left child
      opened_.push_back(static_cast<std::size_t>(right));
    }
    std::sort(opened_.begin(), opened_.end());
  }

  void fill_boxes() {
    const std::size_t n_dims = tree_.n_dims;
    tree_.boxes = AlignedArray<double>(tree_.nodes.size() * n_dims * 2 * KdNode::kWidth);
    double* values = tree_.boxes.data();
    std::size_t first_child = 0;
    for (const KdNode& node : tree_.nodes) {
      const std::size_t n_children = static_cast<std::size_t>(node.n_children);
      for (std::size_t side = 0; side < n_dims * 2; ++side) {
        const bool is_low = side % 2 == 0;
        for (std::size_t child = 0; child < KdNode::kWidth; ++child) {
          // A child that is not there is out of reach.
          *values++ = child < n_children
                          ? binary_.box(children_[first_child + child])[side / 2 + (is_low ? 0 : n_dims)]
                          : (is_low ? kInfinity : -kInfinity);
        }
      }
      first_child += n_children;
    }
  }

  const Builder& binary_;
  KdTree& tree_;
  std::vector<std::size_t> opened_;
  std::vector<std::size_t> children_;  // binary nodes of all children, in order
};

}  // namespace

KdTree build_kd_tree(MatrixView points) {
  KdTree tree;
  tree.n_points = points.n_rows();
  tree.n_dims = points.n_cols();
  tree.n_leaves = (tree.n_points + KdTree::kLeafSize - 1) / KdTree::kLeafSize;
  tree.coordinates = AlignedArray<double>(tree.n_leaves * tree.n_dims * KdTree::kLeafSize);
  tree.rows.resize(tree.n_points);
  std::iota(tree.rows.begin(), tree.rows.end(), 0);
  Builder builder(points, tree);
  builder.build(0, 0, tree.n_leaves, 0);
  Joiner(builder, tree).join();
  return tree;
}

}  // namespace aisle
