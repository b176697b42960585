// Joins the phases of the spanning tree: k-d tree, neighbours and core distances, Boruvka, sorted edges.
#include "aisle/cluster/spanning_tree.h"

#include <fmt/format.h>
#include <tbb/parallel_sort.h>

#include <algorithm>
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

// The spanning tree for core distances by position, reduced.
SpanningTree tree_for(Metric metric, const KdTree& tree, const NeighbourLists& lists,
                      const AlignedArray<double>& core_distances, std::span<const std::uint64_t> keys,
                      const TreeKernels& kernels, const CancelFlag* cancel) {
  const std::vector<std::int32_t> twins = first_twins(tree, lists, core_distances, keys);
  std::vector<PositionEdge> found = boruvka({tree, lists, core_distances, keys, twins, kernels}, cancel);
  sort_edges(found, keys, twins);
  SpanningTree result{.edges = std::vector<SpanningEdge>(found.size()),
                      .core_distances = std::vector<double>(tree.n_points)};
  parallel_for_blocks(tree.n_points, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t position = begin; position < end; ++position) {
      result.core_distances[static_cast<std::size_t>(tree.rows[position])] =
          unreduced(metric, core_distances[position]);
    }
    for (std::size_t edge = begin; edge < std::min(end, found.size()); ++edge) {
      result.edges[edge] = {unreduced(metric, found[edge].weight),
                            tree.rows[static_cast<std::size_t>(found[edge].from)],
                            tree.rows[static_cast<std::size_t>(found[edge].to)]};
    }
  });
  return result;
}

std::vector<std::uint64_t> keys_by_position(const KdTree& tree, std::span<const std::uint64_t> row_keys) {
  std::vector<std::uint64_t> keys(tree.n_points);
  for (std::size_t position = 0; position < keys.size(); ++position) {
    const auto row = static_cast<std::size_t>(tree.rows[position]);
    keys[position] = row_keys.empty() ? row : row_keys[row];
  }
  return keys;
}

void check_min_samples(const char* where, const char* name, int min_samples) {
  if (min_samples >= 1) return;
  throw InvalidInput({.where = where,
                      .what = fmt::format("{} is {}; it must be at least 1", name, min_samples),
                      .expected = "",
                      .remedy = ""});
}

}  // namespace

SpanningTree exact_tree(MatrixView points, Metric metric, int min_samples,
                        std::span<const std::uint64_t> row_keys, const CancelFlag* cancel,
                        InstructionSet most) {
  const std::size_t n = points.n_rows();
  if (n < 2) return {.edges = {}, .core_distances = std::vector<double>(n)};
  const KdTree tree = build_kd_tree(points);
  if (cancel != nullptr) cancel->check();
  const TreeKernels kernels = tree_kernels(metric, points.n_cols(), most);
  const NeighbourLists lists =
      find_neighbours(tree, tree, static_cast<std::size_t>(min_samples), kernels, cancel);
  return tree_for(metric, tree, lists, lists.core_distances, keys_by_position(tree, row_keys), kernels,
                  cancel);
}

SpanningTree mutual_reachability_tree(MatrixView points, Metric metric, int min_samples,
                                      std::span<const std::uint64_t> row_keys, const CancelFlag* cancel) {
  constexpr const char* kWhere = "mutual_reachability_tree";
  check_min_samples(kWhere, "min_samples", min_samples);
  check_points(kWhere, points);
  check_row_keys(kWhere, row_keys, points.n_rows());
  return exact_tree(points, metric, min_samples, row_keys, cancel);
}

struct ReachabilitySearch::Searched {
  Metric metric = Metric::kEuclidean;
  std::size_t n_points = 0;
  KdTree tree{};
  TreeKernels kernels{};
  NeighbourLists lists{};
  std::vector<std::uint64_t> keys{};

  // By position, padded; reduced.
  AlignedArray<double> core_distances(int min_samples) const {
    const std::size_t place = std::min(static_cast<std::size_t>(min_samples), n_points - 1) - 1;
    AlignedArray<double> cores(lists.core_distances.size());
    std::copy_n(lists.core_distances.data(), cores.size(), cores.data());
    for (std::size_t position = 0; position < n_points; ++position) {
      cores[position] = lists.all_distances[position * lists.n_neighbours + place];
    }
    return cores;
  }
};

ReachabilitySearch::ReachabilitySearch(MatrixView points, Metric metric, int largest_min_samples,
                                       std::span<const std::uint64_t> row_keys, const CancelFlag* cancel)
    : largest_min_samples_(largest_min_samples), searched_(std::make_unique<Searched>()) {
  constexpr const char* kWhere = "ReachabilitySearch";
  check_min_samples(kWhere, "largest_min_samples", largest_min_samples);
  check_points(kWhere, points);
  check_row_keys(kWhere, row_keys, points.n_rows());
  searched_->metric = metric;
  searched_->n_points = points.n_rows();
  if (points.n_rows() < 2) return;
  searched_->tree = build_kd_tree(points);
  searched_->kernels = tree_kernels(metric, points.n_cols());
  searched_->lists =
      find_neighbours(searched_->tree, searched_->tree, static_cast<std::size_t>(largest_min_samples),
                      searched_->kernels, cancel, KeptDistances::kAll);
  searched_->keys = keys_by_position(searched_->tree, row_keys);
}

ReachabilitySearch::ReachabilitySearch(ReachabilitySearch&&) noexcept = default;
ReachabilitySearch::~ReachabilitySearch() = default;

void ReachabilitySearch::check_searched(int min_samples) const {
  if (min_samples >= 1 && min_samples <= largest_min_samples_) return;
  throw InvalidInput(
      {.where = "ReachabilitySearch",
       .what = fmt::format("min_samples is {}", min_samples),
       .expected = fmt::format("1 to {}, for which the neighbours were searched", largest_min_samples_),
       .remedy = ""});
}

std::vector<double> ReachabilitySearch::core_distances(int min_samples) const {
  check_searched(min_samples);
  std::vector<double> result(searched_->n_points);
  if (result.size() < 2) return result;
  const AlignedArray<double> cores = searched_->core_distances(min_samples);
  for (std::size_t position = 0; position < result.size(); ++position) {
    result[static_cast<std::size_t>(searched_->tree.rows[position])] =
        unreduced(searched_->metric, cores[position]);
  }
  return result;
}

SpanningTree ReachabilitySearch::spanning_tree(int min_samples, const CancelFlag* cancel) const {
  check_searched(min_samples);
  const Searched& by = *searched_;
  if (by.n_points < 2) return {.edges = {}, .core_distances = std::vector<double>(by.n_points)};
  return tree_for(by.metric, by.tree, by.lists, by.core_distances(min_samples), by.keys, by.kernels, cancel);
}

}  // namespace aisle
