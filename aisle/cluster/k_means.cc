// The door of k-means: checks, starts, the best of them, and its clusters in canonical order.
#include "aisle/cluster/k_means.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/distance_kernels.h"
#include "aisle/cluster/k_means_parts.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 512;

[[noreturn]] void refuse(std::string what, std::string expected) {
  throw InvalidInput(
      {.where = "k_means", .what = std::move(what), .expected = std::move(expected), .remedy = ""});
}

void check(MatrixView points, const KMeansOptions& options) {
  if (points.n_rows() == 0) refuse("no rows", "at least 1");
  if (options.n_clusters < 1 || static_cast<std::size_t>(options.n_clusters) > points.n_rows()) {
    refuse(fmt::format("n_clusters is {}", options.n_clusters),
           fmt::format("1 to {}, the number of rows", points.n_rows()));
  }
  if (options.n_starts < 1) refuse(fmt::format("n_starts is {}", options.n_starts), "at least 1");
  if (options.max_iterations < 1)
    refuse(fmt::format("max_iterations is {}", options.max_iterations), "at least 1");
}

LloydResult best_start(const KeyedRows& points, const KMeansOptions& options) {
  std::vector<LloydResult> ends(static_cast<std::size_t>(options.n_starts));
  parallel_for(ends.size(), [&](std::size_t start) {
    if (options.cancel != nullptr) options.cancel->check();
    const auto centres = k_means_start(points, static_cast<std::size_t>(options.n_clusters), options.seed,
                                       static_cast<std::uint32_t>(start));
    ends[start] = lloyd(points, centres, options.max_iterations, options.cancel);
  });
  const auto best =
      std::min_element(ends.begin(), ends.end(),
                       [](const LloydResult& a, const LloydResult& b) { return a.inertia < b.inertia; });
  return std::move(*best);
}

}  // namespace

std::vector<std::int32_t> canonical_places(std::span<const std::int32_t> labels, std::size_t n_clusters) {
  std::vector<std::size_t> sizes(n_clusters);
  std::vector<std::size_t> first(n_clusters, labels.size());
  for (std::size_t row = labels.size(); row-- > 0;) {
    ++sizes[static_cast<std::size_t>(labels[row])];
    first[static_cast<std::size_t>(labels[row])] = row;
  }
  std::vector<std::size_t> order(n_clusters);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : first[a] < first[b];
  });
  std::vector<std::int32_t> places(n_clusters);
  for (std::size_t place = 0; place < n_clusters; ++place)
    places[order[place]] = static_cast<std::int32_t>(place);
  return places;
}

KMeansResult k_means(MatrixView points, const KMeansOptions& options,
                     std::span<const std::uint64_t> row_keys) {
  check(points, options);
  const KeyedRows keyed("k_means", points, row_keys);
  LloydResult best = best_start(keyed, options);
  const auto places = canonical_places(best.labels, best.means.n_rows());
  KMeansResult result{.n_clusters = static_cast<std::int32_t>(best.means.n_rows()),
                      .labels = std::vector<std::int32_t>(points.n_rows()),
                      .means = Matrix(best.means.n_rows(), points.n_cols()),
                      .inertia = best.inertia,
                      .n_iterations = best.n_iterations,
                      .converged = best.converged};
  for (std::size_t row = 0; row < best.labels.size(); ++row)
    result.labels[keyed.places[row]] = places[static_cast<std::size_t>(best.labels[row])];
  for (std::size_t mean = 0; mean < places.size(); ++mean)
    std::ranges::copy(best.means.row(mean), result.means.row(static_cast<std::size_t>(places[mean])).begin());
  return result;
}

Matrix distances_to_means(MatrixView points, MatrixView means) {
  check_points("distances_to_means", points);
  check_points("distances_to_means", means);
  if (points.n_rows() > 0 && points.n_cols() != means.n_cols()) {
    refuse(fmt::format("points have {} columns", points.n_cols()),
           fmt::format("{} as the means", means.n_cols()));
  }
  std::vector<std::int32_t> all(means.n_rows());
  std::iota(all.begin(), all.end(), 0);
  const LanePoints packed(means, all);
  Matrix distances(points.n_rows(), means.n_rows());
  parallel_for_blocks(points.n_rows(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    std::vector<double> lanes(packed.n_groups() * kLanes);
    for (std::size_t row = begin; row < end; ++row) {
      kernels::distances(Metric::kEuclidean, points.row(row).data(), packed, 0, packed.n_groups(),
                         lanes.data());
      std::copy_n(lanes.begin(), means.n_rows(), distances.row(row).begin());
    }
  });
  return distances;
}

std::vector<std::int32_t> nearest_means(MatrixView points, MatrixView means) {
  if (means.n_rows() == 0) refuse("no means", "at least 1");
  const Matrix distances = distances_to_means(points, means);
  std::vector<std::int32_t> labels(points.n_rows());
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto here = distances.row(row);
    labels[row] = static_cast<std::int32_t>(std::min_element(here.begin(), here.end()) - here.begin());
  }
  return labels;
}

}  // namespace aisle
