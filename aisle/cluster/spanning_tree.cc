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
#include "aisle/cluster/twins.h"

namespace aisle {
namespace {

constexpr std::size_t kBlock = 8192;

double unreduced(Metric metric, double reduced) {
  return metric == Metric::kEuclidean ? std::sqrt(reduced) : reduced;
}

// Puts the edges into the order of the spanning tree, each with its lower key first.
void sort_edges(std::vector<PositionEdge>& edges, std::span<const std::uint64_t> keys,
                std::span<const std::int32_t> twins) {
  const auto key = [keys](std::int32_t position) { return keys[static_cast<std::size_t>(position)]; };
  const auto are_twins = [twins](const PositionEdge& edge) {
    const std::int32_t first = twins[static_cast<std::size_t>(edge.from)];
    return first >= 0 && first == twins[static_cast<std::size_t>(edge.to)];
  };
  parallel_for_blocks(edges.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t edge = begin; edge < end; ++edge) {
      if (key(edges[edge].from) > key(edges[edge].to)) std::swap(edges[edge].from, edges[edge].to);
    }
  });
  tbb::parallel_sort(edges.begin(), edges.end(), [&](const PositionEdge& a, const PositionEdge& b) {
    if (a.weight != b.weight) return a.weight < b.weight;
    if (!twins.empty() && are_twins(a) != are_twins(b)) return are_twins(a);
    if (a.from != b.from) return key(a.from) < key(b.from);
    return key(a.to) < key(b.to);
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
  const NeighbourLists lists =
      find_neighbours(tree, tree, static_cast<std::size_t>(min_samples), kernels, cancel);
  std::vector<std::uint64_t> keys(n);
  parallel_for_blocks(n, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t position = begin; position < end; ++position) {
      const std::size_t row = static_cast<std::size_t>(tree.rows[position]);
      keys[position] = row_keys.empty() ? row : row_keys[row];
      result.core_distances[row] = unreduced(metric, lists.core_distances[position]);
    }
  });
  const std::vector<std::int32_t> twins = first_twins(tree, lists, keys);
  std::vector<PositionEdge> found = boruvka(tree, lists, keys, twins, kernels, cancel);
  sort_edges(found, keys, twins);
  result.edges.resize(n - 1);
  parallel_for_blocks(n - 1, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t edge = begin; edge < end; ++edge) {
      result.edges[edge] = {unreduced(metric, found[edge].weight),
                            tree.rows[static_cast<std::size_t>(found[edge].from)],
                            tree.rows[static_cast<std::size_t>(found[edge].to)]};
    }
  });
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
