#include "aisle/cluster/density_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/distance_kernels.h"

namespace aisle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kRowsPerBlock = 64;
constexpr std::size_t kGroupsPerTile = 128;
// Clusters from here on are worth several threads for one step of Prim.
constexpr std::size_t kGroupsPerTask = 1024;

// The mean of distance^-d where the power itself leaves the range of doubles: scaled by the smallest
// distance.
double scaled_core_distance(Metric metric, const double* point, const LanePoints& cluster) {
  std::vector<double> distances(cluster.n_groups() * kLanes);
  kernels::distances(metric, point, cluster, 0, cluster.n_groups(), distances.data());
  distances.resize(cluster.size());
  double smallest = kInfinity;
  for (const double distance : distances) {
    if (distance > 0) smallest = std::min(smallest, distance);
  }
  if (smallest == kInfinity) return 0.0;
  const auto n_cols = static_cast<double>(cluster.n_cols());
  double sum = 0;
  for (const double distance : distances) {
    if (distance > 0) sum += std::pow(smallest / distance, n_cols);
  }
  return smallest * std::pow(sum / static_cast<double>(cluster.size() - 1), -1.0 / n_cols);
}

double core_distance(Metric metric, const double* point, const LanePoints& cluster, double sum) {
  if (!(sum > std::numeric_limits<double>::min()) || !(sum < std::numeric_limits<double>::max())) {
    return scaled_core_distance(metric, point, cluster);
  }
  return std::pow(sum / static_cast<double>(cluster.size() - 1),
                  -1.0 / static_cast<double>(cluster.n_cols()));
}

std::vector<double> core_distances(MatrixView points, std::span<const std::int32_t> rows,
                                   const LanePoints& cluster, Metric metric, const CancelFlag* cancel) {
  std::vector<double> cores(rows.size());
  parallel_for_blocks(rows.size(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    if (cancel != nullptr) cancel->check();
    double lanes[kRowsPerBlock * kLanes] = {};
    const double* at[kRowsPerBlock];
    for (std::size_t item = begin; item < end; ++item) {
      at[item - begin] = points.row(static_cast<std::size_t>(rows[item])).data();
    }
    for (std::size_t tile = 0; tile < cluster.n_groups(); tile += kGroupsPerTile) {
      const std::size_t tile_end = std::min(cluster.n_groups(), tile + kGroupsPerTile);
      for (std::size_t first = 0; first < end - begin; first += kernels::kRowsAtOnce) {
        const std::size_t n_rows = std::min(kernels::kRowsAtOnce, end - begin - first);
        kernels::add_inverse_powers(metric, at + first, n_rows, cluster, tile, tile_end,
                                    lanes + first * kLanes);
      }
    }
    for (std::size_t item = begin; item < end; ++item) {
      const double* point = at[item - begin];
      cores[item] = core_distance(metric, point, cluster, fold(lanes + (item - begin) * kLanes));
    }
  });
  return cores;
}

// An edge of the tree: `child` joined when `parent` was in it.
struct TreeEdge {
  std::int32_t parent = 0;
  std::int32_t child = 0;
  double weight = 0;
};

// Prim from the first point. Points outside the tree are kept packed apart and repacked as they get fewer, so
// a step looks at few that have joined; points in the tree are looked at only to find a parent.
class DensePrim {
 public:
  DensePrim(MatrixView points, std::span<const std::int32_t> rows, const LanePoints& cluster,
            std::span<const double> cores, Metric metric)
      : points_(points), rows_(rows), cluster_(cluster), cores_(cores), metric_(metric) {}

  std::vector<TreeEdge> grow(const CancelFlag* cancel) {
    start();
    std::vector<TreeEdge> edges;
    edges.reserve(rows_.size() - 1);
    std::size_t newest = 0;
    while (edges.size() + 1 < rows_.size()) {
      if (cancel != nullptr && edges.size() % 64 == 0) cancel->check();
      const std::size_t place = nearest_outside(newest);
      const auto joining = static_cast<std::size_t>(outside_[place]);
      const double weight = reach_[place];
      edges.push_back({parent_of(joining, weight), outside_[place], weight});
      take(place);
      newest = joining;
    }
    return edges;
  }

 private:
  void start() {
    tree_core_.assign(cluster_.n_groups() * kLanes, kInfinity);
    outside_.resize(rows_.size());
    std::iota(outside_.begin(), outside_.end(), 0);
    reach_.assign(rows_.size(), kInfinity);
    n_outside_ = rows_.size();
    take(0);
    repack();
  }

  // Moves the outside point at `place` into the tree. Its slot stays, out of reach, until the next repack.
  void take(std::size_t place) {
    const auto point = static_cast<std::size_t>(outside_[place]);
    tree_core_[point] = cores_[point];
    reach_[place] = kInfinity;
    outside_[place] = -1;
    --n_outside_;
    if (!outside_core_.empty()) outside_core_[place] = kInfinity;
    if (packed_.size() > kLanes * 4 && n_outside_ < packed_.size() - packed_.size() / 8) repack();
  }

  void repack() {
    std::size_t kept = 0;
    for (std::size_t place = 0; place < outside_.size(); ++place) {
      if (outside_[place] < 0) continue;
      outside_[kept] = outside_[place];
      reach_[kept++] = reach_[place];
    }
    outside_.resize(kept);
    reach_.resize(kept);  // the slots that pad the last group must start out of reach
    std::vector<std::int32_t> matrix_rows(kept);
    for (std::size_t place = 0; place < kept; ++place) {
      matrix_rows[place] = rows_[static_cast<std::size_t>(outside_[place])];
    }
    packed_ = LanePoints(points_, matrix_rows);
    reach_.resize(packed_.n_groups() * kLanes, kInfinity);
    outside_core_.assign(packed_.n_groups() * kLanes, kInfinity);
    for (std::size_t place = 0; place < kept; ++place) {
      outside_core_[place] = cores_[static_cast<std::size_t>(outside_[place])];
    }
    distances_.resize(std::max(distances_.size(), packed_.n_groups() * kLanes));
  }

  // Lowers the reach of the groups by the newest point of the tree and returns the smallest.
  double relax(std::size_t newest, std::size_t group_begin, std::size_t group_end) {
    double* distances = distances_.data() + group_begin * kLanes;
    kernels::distances(metric_, point(newest), packed_, group_begin, group_end, distances);
    return kernels::lower_reach(distances, outside_core_.data() + group_begin * kLanes, cores_[newest],
                                (group_end - group_begin) * kLanes, reach_.data() + group_begin * kLanes);
  }

  // The place of the outside point nearest to the tree, the first one on a tie.
  std::size_t nearest_outside(std::size_t newest) {
    const std::size_t n_groups = packed_.n_groups();
    std::vector<double>& smallest = smallest_of_task_;
    smallest.assign((n_groups + kGroupsPerTask - 1) / kGroupsPerTask, kInfinity);
    parallel_for_blocks(n_groups, kGroupsPerTask, [&](std::size_t begin, std::size_t end) {
      double best = kInfinity;
      for (std::size_t tile = begin; tile < end; tile += kGroupsPerTile) {
        best = std::min(best, relax(newest, tile, std::min(end, tile + kGroupsPerTile)));
      }
      smallest[begin / kGroupsPerTask] = best;
    });
    // Distances may all overflow to infinity: then the first point that is outside is as near as any.
    if (std::all_of(smallest.begin(), smallest.end(), [](double value) { return value == kInfinity; })) {
      return static_cast<std::size_t>(
          std::find_if(outside_.begin(), outside_.end(), [](std::int32_t item) { return item >= 0; }) -
          outside_.begin());
    }
    const auto task = std::min_element(smallest.begin(), smallest.end());
    const auto from = reach_.begin() + (task - smallest.begin()) * static_cast<long>(kGroupsPerTask * kLanes);
    return static_cast<std::size_t>(std::find(from, reach_.end(), *task) - reach_.begin());
  }

  // The first point of the tree whose mutual reachability with `joining` is its weight, as numpy.isclose
  // compares them: core distances make many edges equal but for rounding.
  std::int32_t parent_of(std::size_t joining, double weight) {
    const double limit = weight + (1e-8 + 1e-5 * weight);
    for (std::size_t tile = 0; tile < cluster_.n_groups(); tile += kGroupsPerTile) {
      const std::size_t end = std::min(cluster_.n_groups(), tile + kGroupsPerTile);
      double found[kGroupsPerTile * kLanes];
      kernels::distances(metric_, point(joining), cluster_, tile, end, found);
      for (std::size_t slot = 0; slot < (end - tile) * kLanes; ++slot) {
        if (std::max(found[slot], tree_core_[tile * kLanes + slot]) <= limit) {
          return static_cast<std::int32_t>(tile * kLanes + slot);
        }
      }
    }
    return 0;  // not reached: the point that gave the weight is in the tree
  }

  const double* point(std::size_t item) const {
    return points_.row(static_cast<std::size_t>(rows_[item])).data();
  }

  MatrixView points_;
  std::span<const std::int32_t> rows_;
  const LanePoints& cluster_;
  std::span<const double> cores_;
  Metric metric_;
  std::vector<double> tree_core_;      // by point: its core distance, infinity while it is outside
  std::vector<std::int32_t> outside_;  // ascending; -1 where the point has joined
  std::vector<double> reach_;          // by place in outside_: smallest mutual reachability to the tree
  std::vector<double> outside_core_;   // by place; infinity where the point has joined
  std::size_t n_outside_ = 0;
  LanePoints packed_;
  std::vector<double> distances_;
  std::vector<double> smallest_of_task_;
};

DensityTree inner_part(std::span<const std::int32_t> rows, std::span<const double> cores,
                       std::span<const TreeEdge> edges) {
  std::vector<std::int32_t> degrees(rows.size());
  for (const TreeEdge& edge : edges) {
    ++degrees[static_cast<std::size_t>(edge.parent)];
    ++degrees[static_cast<std::size_t>(edge.child)];
  }
  DensityTree tree;
  for (std::size_t item = 0; item < rows.size(); ++item) {
    if (degrees[item] <= 1) continue;
    tree.inner_rows.push_back(rows[item]);
    tree.inner_cores.push_back(cores[item]);
  }
  if (tree.inner_rows.empty()) {
    tree.inner_rows.push_back(rows.front());
    tree.inner_cores.push_back(cores.front());
  }
  double largest = 0;
  double largest_inner = -1;
  for (const TreeEdge& edge : edges) {
    largest = std::max(largest, edge.weight);
    const bool inner = degrees[static_cast<std::size_t>(edge.parent)] > 1 &&
                       degrees[static_cast<std::size_t>(edge.child)] > 1;
    if (inner) largest_inner = std::max(largest_inner, edge.weight);
  }
  tree.sparseness = largest_inner >= 0 ? largest_inner : largest;
  return tree;
}

}  // namespace

std::vector<double> all_points_core_distances(MatrixView points, std::span<const std::int32_t> rows,
                                              Metric metric, const CancelFlag* cancel) {
  if (rows.size() == 1) return {0.0};
  return core_distances(points, rows, LanePoints(points, rows), metric, cancel);
}

DensityTree density_tree(MatrixView points, std::span<const std::int32_t> rows, Metric metric,
                         const CancelFlag* cancel) {
  if (rows.size() == 1) return {.inner_rows = {rows.front()}, .inner_cores = {0.0}, .sparseness = 0};
  const LanePoints cluster(points, rows);
  const std::vector<double> cores = core_distances(points, rows, cluster, metric, cancel);
  const std::vector<TreeEdge> edges = DensePrim(points, rows, cluster, cores, metric).grow(cancel);
  return inner_part(rows, cores, edges);
}

}  // namespace aisle
