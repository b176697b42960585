#include "aisle/cluster/repulsion_tree.h"

#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/map_kernels.h"

namespace aisle {
namespace {

constexpr std::size_t kLeavesOfTask = 16;
// Refreshing a leaf is so little work that threads pay only for many.
constexpr std::size_t kLeavesOfRefresh = 2048;
// A subtree above this many points is partitioned by two tasks.
constexpr std::size_t kTaskPoints = 32768;
// A balanced tree of at most 2^27 leaves is no deeper, and a walk keeps one open node a level.
constexpr std::size_t kOpenNodes = 64;

}  // namespace

RepulsionTree::RepulsionTree(MatrixView positions, double theta) : theta_(theta) {
  rebuild(positions);
}

std::size_t RepulsionTree::leaf_count(std::size_t leaf) const {
  return std::min(kLeafSize, n_points_ - leaf * kLeafSize);
}

void RepulsionTree::rebuild(MatrixView positions) {
  n_points_ = positions.n_rows();
  n_leaves_ = (n_points_ + kLeafSize - 1) / kLeafSize;
  nodes_.resize(2 * n_leaves_ - 1);
  leaf_nodes_.resize(n_leaves_);
  coordinates_.resize(n_leaves_ * 2 * kLeafSize);
  keyed_.resize(n_points_);
  rows_.resize(n_points_);
  std::iota(rows_.begin(), rows_.end(), 0);
  partition(positions, 0, 0, n_leaves_);
  refresh(positions);
}

// Halves the leaves on the wider side until there is one.
void RepulsionTree::partition(MatrixView positions, std::size_t node, std::size_t first_leaf,
                              std::size_t n_leaves) {
  nodes_[node].right = -1;
  nodes_[node].first_leaf = static_cast<std::int32_t>(first_leaf);
  if (n_leaves == 1) {
    leaf_nodes_[first_leaf] = static_cast<std::int32_t>(node);
    return;
  }
  const std::size_t begin = first_leaf * kLeafSize;
  const std::size_t end = std::min(n_points_, (first_leaf + n_leaves) * kLeafSize);
  const std::size_t left_leaves = (n_leaves + 1) / 2;
  split(positions, begin, begin + left_leaves * kLeafSize, end);
  const std::size_t right = node + 2 * left_leaves;
  nodes_[node].right = static_cast<std::int32_t>(right);
  const auto left_half = [&] { partition(positions, node + 1, first_leaf, left_leaves); };
  const auto right_half = [&] {
    partition(positions, right, first_leaf + left_leaves, n_leaves - left_leaves);
  };
  if (end - begin > kTaskPoints) {
    tbb::parallel_invoke(left_half, right_half);
  } else {
    left_half();
    right_half();
  }
}

// Orders rows_[begin, end) so that what is before `middle` is at most what follows, along the wider side.
void RepulsionTree::split(MatrixView positions, std::size_t begin, std::size_t middle, std::size_t end) {
  const auto row_at = [&](std::size_t place) { return static_cast<std::size_t>(rows_[place]); };
  double low[2], high[2];
  for (std::size_t axis = 0; axis < 2; ++axis) {
    low[axis] = high[axis] = positions(row_at(begin), axis);
    for (std::size_t place = begin; place < end; ++place) {
      low[axis] = std::min(low[axis], positions(row_at(place), axis));
      high[axis] = std::max(high[axis], positions(row_at(place), axis));
    }
  }
  const std::size_t wider = high[1] - low[1] > high[0] - low[0] ? 1 : 0;
  for (std::size_t place = begin; place < end; ++place) {
    keyed_[place] = {positions(row_at(place), wider), rows_[place]};
  }
  const auto at = [&](std::size_t place) { return keyed_.begin() + static_cast<std::ptrdiff_t>(place); };
  std::nth_element(at(begin), at(middle), at(end), [](const KeyedRow& a, const KeyedRow& b) {
    return a.value < b.value || (a.value == b.value && a.row < b.row);
  });
  for (std::size_t place = begin; place < end; ++place) rows_[place] = keyed_[place].row;
}

void RepulsionTree::Sources::add(double source_x, double source_y, double source_mass) {
  x.push_back(source_x);
  y.push_back(source_y);
  mass.push_back(source_mass);
}

void RepulsionTree::finish(Node& node, double sum_x, double sum_y, double mass) const {
  const double width = node.box.high_x - node.box.low_x;
  const double height = node.box.high_y - node.box.low_y;
  node.opening = theta_ > 0 ? (width * width + height * height) / (theta_ * theta_)
                            : std::numeric_limits<double>::infinity();
  node.x = sum_x / mass;
  node.y = sum_y / mass;
  node.mass = mass;
}

void RepulsionTree::refresh_leaf(MatrixView positions, std::size_t leaf) {
  const std::size_t count = leaf_count(leaf);
  double* x = coordinates_.data() + leaf * 2 * kLeafSize;
  double* y = x + kLeafSize;
  for (std::size_t lane = 0; lane < kLeafSize; ++lane) {
    const auto row = static_cast<std::size_t>(rows_[leaf * kLeafSize + std::min(lane, count - 1)]);
    x[lane] = positions(row, 0);
    y[lane] = positions(row, 1);
  }
  Node& node = nodes_[static_cast<std::size_t>(leaf_nodes_[leaf])];
  const auto [low_x, high_x] = std::minmax_element(x, x + count);
  const auto [low_y, high_y] = std::minmax_element(y, y + count);
  node.box = {*low_x, *low_y, *high_x, *high_y};
  finish(node, std::accumulate(x, x + count, 0.0), std::accumulate(y, y + count, 0.0),
         static_cast<double>(count));
}

void RepulsionTree::refresh(MatrixView positions) {
  parallel_for_blocks(n_leaves_, kLeavesOfRefresh, [&](std::size_t begin, std::size_t end) {
    for (std::size_t leaf = begin; leaf < end; ++leaf) refresh_leaf(positions, leaf);
  });
  // Nodes are in preorder, so children come after their parent.
  for (std::size_t index = nodes_.size(); index-- > 0;) {
    Node& node = nodes_[index];
    if (node.right < 0) continue;
    const Node& a = nodes_[index + 1];
    const Node& b = nodes_[static_cast<std::size_t>(node.right)];
    node.box = {std::min(a.box.low_x, b.box.low_x), std::min(a.box.low_y, b.box.low_y),
                std::max(a.box.high_x, b.box.high_x), std::max(a.box.high_y, b.box.high_y)};
    finish(node, a.x * a.mass + b.x * b.mass, a.y * a.mass + b.y * b.mass, a.mass + b.mass);
  }
}

// The cells and points that stand for the whole map as felt within `box`.
void RepulsionTree::collect(const Box& box, Sources& sources) const {
  sources.x.clear();
  sources.y.clear();
  sources.mass.clear();
  std::size_t open[kOpenNodes];
  std::size_t n_open = 0;
  open[n_open++] = 0;
  while (n_open > 0) {
    const std::size_t index = open[--n_open];
    const Node& node = nodes_[index];
    const double gap_x = std::max(std::max(box.low_x - node.x, node.x - box.high_x), 0.0);
    const double gap_y = std::max(std::max(box.low_y - node.y, node.y - box.high_y), 0.0);
    if (node.opening < gap_x * gap_x + gap_y * gap_y) {
      sources.add(node.x, node.y, node.mass);
      continue;
    }
    if (node.right >= 0) {
      open[n_open++] = static_cast<std::size_t>(node.right);
      open[n_open++] = index + 1;
      continue;
    }
    const auto leaf = static_cast<std::size_t>(node.first_leaf);
    const double* x = coordinates_.data() + leaf * 2 * kLeafSize;
    const std::size_t count = leaf_count(leaf);
    sources.x.insert(sources.x.end(), x, x + count);
    sources.y.insert(sources.y.end(), x + kLeafSize, x + kLeafSize + count);
    sources.mass.insert(sources.mass.end(), count, 1.0);
  }
}

std::size_t RepulsionTree::n_tasks() const {
  return (n_leaves_ + kLeavesOfTask - 1) / kLeavesOfTask;
}

double RepulsionTree::repel_task(std::size_t task, Matrix& forces) const {
  static_assert(LeafForces::kPoints == kLeafSize);
  const MapKernels kernels = map_kernels();
  const std::size_t end = std::min(n_leaves_, (task + 1) * kLeavesOfTask);
  double z = 0;
  Sources sources;
  LeafForces felt;
  for (std::size_t leaf = task * kLeavesOfTask; leaf < end; ++leaf) {
    collect(nodes_[static_cast<std::size_t>(leaf_nodes_[leaf])].box, sources);
    const double* x = coordinates_.data() + leaf * 2 * kLeafSize;
    std::copy_n(x, kLeafSize, felt.x);
    std::copy_n(x + kLeafSize, kLeafSize, felt.y);
    kernels.add_repulsion(sources.x.data(), sources.y.data(), sources.mass.data(), sources.x.size(), felt);
    for (std::size_t lane = 0; lane < leaf_count(leaf); ++lane) {
      const auto row = static_cast<std::size_t>(rows_[leaf * kLeafSize + lane]);
      forces(row, 0) = felt.force_x[lane];
      forces(row, 1) = felt.force_y[lane];
      // A point is among its own leaf's sources: it adds 1 to Z and no force.
      z += felt.z[lane] - 1.0;
    }
  }
  return z;
}

double RepulsionTree::repel(Matrix& forces) const {
  return parallel_sum(n_tasks(), 1, [&](std::size_t task, std::size_t) { return repel_task(task, forces); });
}

RepulsionTree::PointForce RepulsionTree::at(double x, double y) const {
  Sources sources;
  collect({x, y, x, y}, sources);
  PointForce force;
  for (std::size_t source = 0; source < sources.x.size(); ++source) {
    const double dx = x - sources.x[source];
    const double dy = y - sources.y[source];
    const double q = 1.0 / (dx * dx + dy * dy + 1.0);
    const double share = q * sources.mass[source];
    force.z += share;
    force.x += share * q * dx;
    force.y += share * q * dy;
  }
  return force;
}

}  // namespace aisle
