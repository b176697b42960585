// Joins the phases of the spanning tree: k-d tree, neighbours and core distances, Boruvka, sorted edges.
#include "aisle/cluster/spanning_tree.h"

#include <fmt/format.h>
#include <tbb/parallel_sort.h>

#include <cmath>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/boruvka.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/exact_tree.h"
#include "aisle/cluster/kd_tree.h"
#include "aisle/cluster/neighbours.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {
namespace {

constexpr std::size_t kBlock = 8192;

double unreduced(Metric metric, double reduced) {
  return metric == Metric::kEuclidean ? std::sqrt(reduced) : reduced;
}

// An edge by rows, low before high by key.
SpanningEdge oriented(const KdTree& tree, std::span<const std::uint64_t> keys, const PositionEdge& edge) {
  std::size_t low = static_cast<std::size_t>(edge.from);
  std::size_t high = static_cast<std::size_t>(edge.to);
  if (keys[low] > keys[high]) std::swap(low, high);
  return {edge.weight, tree.rows[low], tree.rows[high]};
}

void sort_edges(std::vector<SpanningEdge>& edges, std::span<const std::uint64_t> row_keys) {
  const auto key = [row_keys](std::int32_t row) {
    const std::size_t index = static_cast<std::size_t>(row);
    return row_keys.empty() ? index : row_keys[index];
  };
  tbb::parallel_sort(edges.begin(), edges.end(), [&key](const SpanningEdge& a, const SpanningEdge& b) {
    if (a.weight != b.weight) return a.weight < b.weight;
    if (a.low != b.low) return key(a.low) < key(b.low);
    return key(a.high) < key(b.high);
  });
}

}  // namespace

SpanningTree exact_tree(MatrixView points, Metric metric, int min_samples,
                        std::span<const std::uint64_t> row_keys, const CancelFlag* cancel,
                        InstructionSet most) {
  const std::size_t n = points.n_rows();
  SpanningTree result;
  result.core_distances.resize(n);
  if (n < 2) return result;
  const KdTree tree = build_kd_tree(points);
  if (cancel != nullptr) cancel->check();
  const TreeKernels kernels = tree_kernels(metric, points.n_cols(), most);
  const NeighbourLists lists = find_neighbours(tree, static_cast<std::size_t>(min_samples), kernels, cancel);
  std::vector<std::uint64_t> keys(n);
  parallel_for_blocks(n, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t position = begin; position < end; ++position) {
      const std::size_t row = static_cast<std::size_t>(tree.rows[position]);
      keys[position] = row_keys.empty() ? row : row_keys[row];
      result.core_distances[row] = unreduced(metric, lists.core_distances[position]);
    }
  });
  const std::vector<PositionEdge> found = boruvka(tree, lists, keys, kernels, cancel);
  result.edges.resize(n - 1);
  parallel_for_blocks(n - 1, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t edge = begin; edge < end; ++edge) {
      result.edges[edge] = oriented(tree, keys, found[edge]);
    }
  });
  sort_edges(result.edges, row_keys);
  for (SpanningEdge& edge : result.edges) edge.weight = unreduced(metric, edge.weight);
  return result;
}

SpanningTree mutual_reachability_tree(MatrixView points, Metric metric, int min_samples,
                                      std::span<const std::uint64_t> row_keys, const CancelFlag* cancel) {
  constexpr const char* kWhere = "mutual_reachability_tree";
  if (min_samples < 1) {
    throw InvalidInput({.where = kWhere,
                        .what = fmt::format("min_samples is {}; it must be at least 1", min_samples),
                        .expected = "",
                        .remedy = ""});
  }
  check_points(kWhere, points);
  check_row_keys(kWhere, row_keys, points.n_rows());
  return exact_tree(points, metric, min_samples, row_keys, cancel);
}

}  // namespace aisle
