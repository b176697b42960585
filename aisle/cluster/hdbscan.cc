#include "aisle/cluster/hdbscan.h"

#include <fmt/format.h>

#include <utility>

#include "aisle/base/errors.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/exact_tree.h"
#include "aisle/cluster/glosh.h"
#include "aisle/cluster/limits.h"
#include "aisle/cluster/selection.h"

namespace aisle {
namespace {

// One edge less than core distances, or none of both; edges between points.
void check_tree(const char* where, const SpanningTree& tree) {
  const std::size_t n_points = tree.core_distances.size();
  if (n_points != tree.edges.size() + 1 && !(n_points == 0 && tree.edges.empty())) {
    throw InvalidInput(
        {.where = where,
         .what = fmt::format("the tree has {} core distances and {} edges", n_points, tree.edges.size()),
         .expected = "one edge less than core distances",
         .remedy = ""});
  }
  const auto is_point = [&](std::int32_t point) {
    return point >= 0 && static_cast<std::size_t>(point) < n_points;
  };
  for (std::size_t at = 0; at < tree.edges.size(); ++at) {
    const SpanningEdge& edge = tree.edges[at];
    if (is_point(edge.low) && is_point(edge.high)) continue;
    throw InvalidInput({.where = where,
                        .what = fmt::format("edge {} joins {} and {}", at, edge.low, edge.high),
                        .expected = fmt::format("points from 0 to {}", n_points - 1),
                        .remedy = ""});
  }
}

SpanningTree checked_tree(MatrixView points, const HdbscanOptions& options,
                          std::span<const std::uint64_t> row_keys) {
  constexpr const char* kWhere = "hdbscan";
  const int min_samples = min_samples_of(options);
  check_selection(kWhere, options.selection);
  check_points(kWhere, points);
  check_row_keys(kWhere, row_keys, points.n_rows());
  return exact_tree(points, options.metric, min_samples, row_keys, options.cancel);
}

}  // namespace

int min_samples_of(const HdbscanOptions& options) {
  if (options.min_samples < 0) {
    throw InvalidInput(
        {.where = "hdbscan",
         .what = fmt::format("min_samples is {}; it must be at least 1, or 0 for min_cluster_size",
                             options.min_samples),
         .expected = "",
         .remedy = ""});
  }
  return options.min_samples == 0 ? options.selection.min_cluster_size : options.min_samples;
}

HdbscanResult hdbscan(MatrixView points, const HdbscanOptions& options,
                      std::span<const std::uint64_t> row_keys) {
  return cluster_spanning_tree(checked_tree(points, options, row_keys), options.selection, row_keys);
}

ClusterSelection select_within_possible_limits(MatrixView points, const HdbscanOptions& options,
                                               std::span<const std::uint64_t> row_keys) {
  const ClusterHierarchy hierarchy(checked_tree(points, options, row_keys), row_keys);
  SelectionOptions selection = options.selection;
  try {
    return hierarchy.select(selection).selection;
  } catch (const InvalidInput&) {
    if (!has_limits(selection.limits)) throw;
  }
  selection.limits = {};
  return hierarchy.select(selection).selection;
}

ClusterHierarchy::ClusterHierarchy(const SpanningTree& tree, std::span<const std::uint64_t> row_keys)
    : n_points_(static_cast<std::int32_t>(tree.core_distances.size())),
      row_keys_(row_keys.begin(), row_keys.end()) {
  constexpr const char* kWhere = "cluster_spanning_tree";
  check_tree(kWhere, tree);
  check_row_keys(kWhere, row_keys, tree.core_distances.size());
  merges_ = single_linkage(tree);
}

HierarchySelection ClusterHierarchy::select(const SelectionOptions& options) const {
  check_selection("cluster_spanning_tree", options);
  HierarchySelection result;
  result.condensed_tree = condense(merges_, options.min_cluster_size);
  // A tree without edges has one point, or none.
  result.condensed_tree.n_points = n_points_;
  result.selection = choose_clusters(result.condensed_tree, options, row_keys_);
  result.outlier_scores = outlier_scores(result.condensed_tree);
  return result;
}

HdbscanResult cluster_spanning_tree(SpanningTree tree, const SelectionOptions& options,
                                    std::span<const std::uint64_t> row_keys) {
  HierarchySelection chosen = ClusterHierarchy(tree, row_keys).select(options);
  return {.spanning_tree = std::move(tree),
          .condensed_tree = std::move(chosen.condensed_tree),
          .selection = std::move(chosen.selection),
          .outlier_scores = std::move(chosen.outlier_scores)};
}

}  // namespace aisle
