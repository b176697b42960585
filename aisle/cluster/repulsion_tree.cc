#include "aisle/cluster/repulsion_tree.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/lanes.h"

namespace aisle {
namespace {

constexpr std::size_t kLeavesOfTask = 16;
constexpr std::size_t kLeafSize = KdTree::kLeafSize;
// A balanced tree of at most 2^27 leaves is no deeper, and a walk keeps one open node a level.
constexpr std::size_t kOpenNodes = 64;

struct Targets {
  alignas(64) double x[kLeafSize];
  alignas(64) double y[kLeafSize];
  alignas(64) double force_x[kLeafSize];
  alignas(64) double force_y[kLeafSize];
  alignas(64) double z[kLeafSize];
};

// A lane is a target; all lanes take the sources in the same order.
AISLE_KERNEL_CLONES
void add_repulsion(const double* x, const double* y, const double* mass, std::size_t n_sources,
                   Targets& targets) {
  for (std::size_t first = 0; first < kLeafSize; first += kLanes) {
    const Lanes own_x = *reinterpret_cast<const Lanes*>(targets.x + first);
    const Lanes own_y = *reinterpret_cast<const Lanes*>(targets.y + first);
    Lanes force_x{}, force_y{}, z{};
    for (std::size_t source = 0; source < n_sources; ++source) {
      const Lanes dx = own_x - x[source];
      const Lanes dy = own_y - y[source];
      const Lanes q = 1.0 / (dx * dx + dy * dy + 1.0);
      const Lanes share = q * mass[source];
      z += share;
      const Lanes pull = share * q;
      force_x += pull * dx;
      force_y += pull * dy;
    }
    *reinterpret_cast<Lanes*>(targets.force_x + first) = force_x;
    *reinterpret_cast<Lanes*>(targets.force_y + first) = force_y;
    *reinterpret_cast<Lanes*>(targets.z + first) = z;
  }
}

}  // namespace

RepulsionTree::RepulsionTree(MatrixView positions, double theta) : theta_(theta) {
  rebuild(positions);
}

void RepulsionTree::rebuild(MatrixView positions) {
  tree_ = build_kd_tree(positions);
  cells_.resize(tree_.nodes.size());
  refresh(positions);
}

void RepulsionTree::Sources::add(double source_x, double source_y, double source_mass) {
  x.push_back(source_x);
  y.push_back(source_y);
  mass.push_back(source_mass);
}

void RepulsionTree::finish_cell(std::size_t node, double sum_x, double sum_y, double mass) {
  const double* box = tree_.box(node);
  const double width = box[2] - box[0];
  const double height = box[3] - box[1];
  const double opening = theta_ > 0 ? (width * width + height * height) / (theta_ * theta_)
                                    : std::numeric_limits<double>::infinity();
  cells_[node] = {sum_x / mass, sum_y / mass, mass, opening};
}

void RepulsionTree::refresh_leaf(MatrixView positions, std::size_t leaf) {
  const std::size_t count = tree_.leaf_count(leaf);
  double* x = tree_.coordinates.data() + leaf * 2 * kLeafSize;
  double* y = x + kLeafSize;
  double sum_x = 0, sum_y = 0;
  for (std::size_t lane = 0; lane < kLeafSize; ++lane) {
    // Lanes beyond the last point repeat it: targets whose forces nobody reads.
    const std::size_t position = leaf * kLeafSize + std::min(lane, count - 1);
    const auto row = static_cast<std::size_t>(tree_.rows[position]);
    x[lane] = positions(row, 0);
    y[lane] = positions(row, 1);
    if (lane >= count) continue;
    sum_x += x[lane];
    sum_y += y[lane];
  }
  const auto node = static_cast<std::size_t>(tree_.leaf_nodes[leaf]);
  double* box = tree_.boxes.data() + node * 4;
  box[0] = *std::min_element(x, x + kLeafSize);
  box[1] = *std::min_element(y, y + kLeafSize);
  box[2] = *std::max_element(x, x + kLeafSize);
  box[3] = *std::max_element(y, y + kLeafSize);
  finish_cell(node, sum_x, sum_y, static_cast<double>(count));
}

void RepulsionTree::refresh(MatrixView positions) {
  parallel_for_blocks(tree_.n_leaves, kLeavesOfTask, [&](std::size_t begin, std::size_t end) {
    for (std::size_t leaf = begin; leaf < end; ++leaf) refresh_leaf(positions, leaf);
  });
  // Nodes are in preorder, so children come after their parent.
  for (std::size_t node = tree_.nodes.size(); node-- > 0;) {
    if (tree_.nodes[node].right < 0) continue;
    const std::size_t left = node + 1;
    const auto right = static_cast<std::size_t>(tree_.nodes[node].right);
    double* box = tree_.boxes.data() + node * 4;
    for (std::size_t dim = 0; dim < 2; ++dim) {
      box[dim] = std::min(tree_.box(left)[dim], tree_.box(right)[dim]);
      box[2 + dim] = std::max(tree_.box(left)[2 + dim], tree_.box(right)[2 + dim]);
    }
    const Cell& a = cells_[left];
    const Cell& b = cells_[right];
    finish_cell(node, a.x * a.mass + b.x * b.mass, a.y * a.mass + b.y * b.mass, a.mass + b.mass);
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
    const std::size_t node = open[--n_open];
    const Cell& cell = cells_[node];
    const double gap_x = std::max(std::max(box.low_x - cell.x, cell.x - box.high_x), 0.0);
    const double gap_y = std::max(std::max(box.low_y - cell.y, cell.y - box.high_y), 0.0);
    if (cell.opening < gap_x * gap_x + gap_y * gap_y) {
      sources.add(cell.x, cell.y, cell.mass);
      continue;
    }
    const KdNode& at = tree_.nodes[node];
    if (at.right >= 0) {
      open[n_open++] = static_cast<std::size_t>(at.right);
      open[n_open++] = node + 1;
      continue;
    }
    const auto leaf = static_cast<std::size_t>(at.first_leaf);
    const double* x = tree_.leaf(leaf);
    const std::size_t count = tree_.leaf_count(leaf);
    sources.x.insert(sources.x.end(), x, x + count);
    sources.y.insert(sources.y.end(), x + kLeafSize, x + kLeafSize + count);
    sources.mass.insert(sources.mass.end(), count, 1.0);
  }
}

double RepulsionTree::repel(Matrix& forces) const {
  std::vector<double> z_of_leaves(tree_.n_leaves);
  parallel_for_blocks(tree_.n_leaves, kLeavesOfTask, [&](std::size_t begin, std::size_t end) {
    Sources sources;
    Targets targets;
    for (std::size_t leaf = begin; leaf < end; ++leaf) {
      const double* box = tree_.box(static_cast<std::size_t>(tree_.leaf_nodes[leaf]));
      collect({box[0], box[1], box[2], box[3]}, sources);
      std::copy_n(tree_.leaf(leaf), kLeafSize, targets.x);
      std::copy_n(tree_.leaf(leaf) + kLeafSize, kLeafSize, targets.y);
      add_repulsion(sources.x.data(), sources.y.data(), sources.mass.data(), sources.x.size(), targets);
      double z = 0;
      for (std::size_t lane = 0; lane < tree_.leaf_count(leaf); ++lane) {
        const auto row = static_cast<std::size_t>(tree_.rows[leaf * kLeafSize + lane]);
        forces(row, 0) = targets.force_x[lane];
        forces(row, 1) = targets.force_y[lane];
        z += targets.z[lane];
      }
      z_of_leaves[leaf] = z;
    }
  });
  // A point is among its own leaf's sources: it adds 1 to Z and no force.
  const double z = std::accumulate(z_of_leaves.begin(), z_of_leaves.end(), 0.0);
  return z - static_cast<double>(tree_.n_points);
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
