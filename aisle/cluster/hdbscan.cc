#include "aisle/cluster/hdbscan.h"

#include <fmt/format.h>

#include <utility>

#include "aisle/base/errors.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/exact_tree.h"
#include "aisle/cluster/glosh.h"
#include "aisle/cluster/selection.h"

namespace aisle {

HdbscanResult hdbscan(MatrixView points, const HdbscanOptions& options,
                      std::span<const std::uint64_t> row_keys) {
  constexpr const char* kWhere = "hdbscan";
  if (options.min_samples < 0) {
    throw InvalidInput(
        {.where = kWhere,
         .what = fmt::format("min_samples is {}; it must be at least 1, or 0 for min_cluster_size",
                             options.min_samples),
         .expected = "",
         .todo = ""});
  }
  check_selection(kWhere, options.selection);
  check_points(kWhere, points);
  check_row_keys(kWhere, row_keys, points.n_rows());
  const int min_samples = options.min_samples == 0 ? options.selection.min_cluster_size : options.min_samples;
  return cluster_spanning_tree(exact_tree(points, options.metric, min_samples, row_keys, options.cancel),
                               options.selection, row_keys);
}

HdbscanResult cluster_spanning_tree(SpanningTree tree, const SelectionOptions& options,
                                    std::span<const std::uint64_t> row_keys) {
  check_selection("cluster_spanning_tree", options);
  HdbscanResult result;
  result.condensed_tree = condense(single_linkage(tree), options.min_cluster_size);
  // A tree without edges has one point, or none.
  result.condensed_tree.n_points = static_cast<std::int32_t>(tree.core_distances.size());
  result.selection = select_clusters(result.condensed_tree, options, row_keys);
  result.outlier_scores = outlier_scores(result.condensed_tree);
  result.spanning_tree = std::move(tree);
  return result;
}

}  // namespace aisle
