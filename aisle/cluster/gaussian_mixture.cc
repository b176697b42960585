// The door of the mixture: checks, starts, iterations, and the components in canonical order.
#include "aisle/cluster/gaussian_mixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/k_means.h"
#include "aisle/cluster/k_means_parts.h"
#include "aisle/cluster/mixture_densities.h"
#include "aisle/cluster/mixture_steps.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 256;
constexpr int kShortIterations = 15;   // of every start
constexpr std::size_t kLongRuns = 3;   // of the best starts
constexpr int kStartIterations = 100;  // of k-means

[[noreturn]] void refuse(std::string what, std::string expected) {
  throw InvalidInput(
      {.where = "gaussian_mixture", .what = std::move(what), .expected = std::move(expected), .remedy = ""});
}

void check(MatrixView points, const GaussianMixtureOptions& options) {
  if (points.n_rows() == 0) refuse("no rows", "at least 1");
  if (options.n_components < 1 || static_cast<std::size_t>(options.n_components) > points.n_rows()) {
    refuse(fmt::format("n_components is {}", options.n_components),
           fmt::format("1 to {}, the number of rows", points.n_rows()));
  }
  if (options.n_starts < 1) refuse(fmt::format("n_starts is {}", options.n_starts), "at least 1");
  if (options.max_iterations < 1)
    refuse(fmt::format("max_iterations is {}", options.max_iterations), "at least 1");
  if (!(options.tolerance > 0) || !std::isfinite(options.tolerance))
    refuse(fmt::format("tolerance is {}", options.tolerance), "a number above 0");
  if (!(options.regularisation > 0) || !std::isfinite(options.regularisation))
    refuse(fmt::format("regularisation is {}", options.regularisation), "a number above 0");
}

std::size_t covariance_width(CovarianceShape shape, std::size_t n_cols) {
  if (shape == CovarianceShape::kFull) return n_cols * n_cols;
  return shape == CovarianceShape::kDiagonal ? n_cols : 1;
}

void check(const GaussianMixture& mixture, MatrixView points) {
  const std::size_t k = mixture.weights.size();
  const std::size_t n_cols = mixture.means.n_cols();
  if (k == 0) refuse("a mixture of no components", "at least 1");
  if (mixture.means.n_rows() != k || mixture.covariances.n_rows() != k ||
      mixture.covariances.n_cols() != covariance_width(mixture.shape, n_cols)) {
    refuse("weights, means and covariances of unequal number", "one of each a component");
  }
  for (const double weight : mixture.weights) {
    if (!(weight > 0) || !(weight <= 1)) refuse(fmt::format("a weight is {}", weight), "above 0, at most 1");
  }
  check_points("gaussian_mixture: means", mixture.means);
  check_points("read_mixture", points);
  if (points.n_rows() > 0 && points.n_cols() != n_cols)
    refuse(fmt::format("points have {} columns", points.n_cols()), fmt::format("{} as the mixture", n_cols));
}

// A run of EM, which can be taken up again.
struct Run {
  GaussianMixture mixture;
  double log_likelihood = -std::numeric_limits<double>::infinity();  // of the mixture
  int n_iterations = 0;
  bool converged = false;
};

// Up to `max_iterations` in all.
void iterate(const MixtureFrame& frame, int max_iterations, Run& run) {
  const double enough = frame.options.tolerance * static_cast<double>(frame.points.rows.n_rows());
  while (!run.converged && run.n_iterations < max_iterations) {
    if (frame.options.cancel != nullptr) frame.options.cancel->check();
    MixtureStep step = mixture_step(frame, run.mixture);
    run.converged = std::abs(step.log_likelihood - run.log_likelihood) < enough;
    run.log_likelihood = step.log_likelihood;
    ++run.n_iterations;
    // A mixture that stands still is kept: its likelihood is the one that was just measured.
    if (!run.converged) run.mixture = std::move(step.next);
  }
}

Run started(const MixtureFrame& frame, std::size_t start) {
  const GaussianMixtureOptions& options = frame.options;
  const auto centres = k_means_start(frame.points, static_cast<std::size_t>(options.n_components),
                                     options.seed, static_cast<std::uint32_t>(start));
  // Every other start is rougher than the end of k-means, so that not all fall into the same place.
  const int iterations = start % 2 == 0 ? kStartIterations : 1;
  const LloydResult groups = lloyd(frame.points, centres, iterations, options.cancel);
  return {.mixture = mixture_of_labels(frame, groups.labels, centres.size())};
}

Run best_run(const MixtureFrame& frame) {
  const GaussianMixtureOptions& options = frame.options;
  std::vector<Run> runs(static_cast<std::size_t>(options.n_starts));
  parallel_for(runs.size(), [&](std::size_t start) {
    runs[start] = started(frame, start);
    iterate(frame, std::min(kShortIterations, options.max_iterations), runs[start]);
  });
  const auto better = [](const Run& a, const Run& b) { return a.log_likelihood > b.log_likelihood; };
  std::stable_sort(runs.begin(), runs.end(), better);
  if (runs.size() > kLongRuns) runs.resize(kLongRuns);
  parallel_for(runs.size(), [&](std::size_t run) { iterate(frame, options.max_iterations, runs[run]); });
  std::stable_sort(runs.begin(), runs.end(), better);
  return std::move(runs.front());
}

GaussianMixture in_order(const GaussianMixture& mixture, std::span<const std::int32_t> places) {
  GaussianMixture result = mixture;
  for (std::size_t from = 0; from < places.size(); ++from) {
    const auto to = static_cast<std::size_t>(places[from]);
    result.weights[to] = mixture.weights[from];
    std::ranges::copy(mixture.means.row(from), result.means.row(to).begin());
    std::ranges::copy(mixture.covariances.row(from), result.covariances.row(to).begin());
  }
  return result;
}

void read_block(const MixtureDensities& densities, const LanePoints& packed, std::size_t begin,
                std::size_t end, MixtureReading& reading) {
  const std::size_t k = densities.n_components();
  std::vector<double> memberships(k * kRowsPerBlock);
  std::vector<double> squares(k * kRowsPerBlock);
  densities.read(packed, begin, end, kRowsPerBlock, memberships.data(), squares.data());
  normalise(k, end - begin, kRowsPerBlock, memberships.data(), reading.log_densities.data() + begin);
  for (std::size_t row = begin; row < end; ++row) {
    const auto target = reading.memberships.row(row);
    for (std::size_t at = 0; at < k; ++at) target[at] = memberships[at * kRowsPerBlock + row - begin];
    const auto label = std::max_element(target.begin(), target.end()) - target.begin();
    reading.labels[row] = static_cast<std::int32_t>(label);
    reading.squared_distances[row] = squares[static_cast<std::size_t>(label) * kRowsPerBlock + row - begin];
  }
}

}  // namespace

const char* covariance_shape_name(CovarianceShape shape) {
  switch (shape) {
    case CovarianceShape::kSpherical:
      return "spherical";
    case CovarianceShape::kDiagonal:
      return "diagonal";
    default:
      return "full";
  }
}

std::int64_t mixture_parameters(CovarianceShape shape, std::size_t n_components, std::size_t n_columns) {
  const auto k = static_cast<std::int64_t>(n_components);
  const auto d = static_cast<std::int64_t>(n_columns);
  const std::int64_t of_covariance = shape == CovarianceShape::kFull       ? d * (d + 1) / 2
                                     : shape == CovarianceShape::kDiagonal ? d
                                                                           : 1;
  return k - 1 + k * (d + of_covariance);
}

MixtureReading read_mixture(const GaussianMixture& mixture, MatrixView points) {
  check(mixture, points);
  const MixtureDensities densities(mixture);
  const std::size_t n = points.n_rows();
  MixtureReading reading{.labels = std::vector<std::int32_t>(n),
                         .memberships = Matrix(n, mixture.weights.size()),
                         .log_densities = std::vector<double>(n),
                         .squared_distances = std::vector<double>(n)};
  if (n == 0) return reading;
  std::vector<std::int32_t> all(n);
  std::iota(all.begin(), all.end(), 0);
  const LanePoints packed(points, all);
  parallel_for_blocks(n, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    read_block(densities, packed, begin, end, reading);
  });
  return reading;
}

GaussianMixtureResult gaussian_mixture(MatrixView points, const GaussianMixtureOptions& options,
                                       std::span<const std::uint64_t> row_keys) {
  check(points, options);
  const KeyedRows keyed("gaussian_mixture", points, row_keys);
  const MixtureFrame frame(keyed, options);
  Run run = best_run(frame);
  const MixtureReading found = read_mixture(run.mixture, keyed.rows);
  const auto places = canonical_places(found.labels, run.mixture.weights.size());

  GaussianMixtureResult result;
  result.mixture = in_order(run.mixture, places);
  result.reading = read_mixture(result.mixture, points);
  result.n_clusters = 1 + *std::max_element(result.reading.labels.begin(), result.reading.labels.end());
  // In the order of the keys, as every sum.
  for (const std::uint32_t place : keyed.places) result.log_likelihood += result.reading.log_densities[place];
  const auto n_parameters =
      static_cast<double>(mixture_parameters(options.shape, result.mixture.weights.size(), points.n_cols()));
  result.bic = n_parameters * std::log(static_cast<double>(points.n_rows())) - 2 * result.log_likelihood;
  result.n_iterations = run.n_iterations;
  result.converged = run.converged;
  return result;
}

}  // namespace aisle
