// New points into a map that stays: each on its own, against the map alone.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/nearest.h"
#include "aisle/cluster/repulsion_tree.h"
#include "aisle/cluster/tsne.h"
#include "aisle/cluster/tsne_parts.h"

namespace aisle {
namespace {

constexpr const char* kWhere = "place_in_map";
constexpr std::size_t kPointsOfTask = 16;
// As in openTSNE's transform: small clipped steps, since the map gives the start.
constexpr Descent kDescent{0.1, 0.8};
constexpr double kSteepestGradient = 0.25;

void refuse(const char* name, double value, const char* expected) {
  throw InvalidInput({kWhere, fmt::format("{} is {}", name, value), expected, ""});
}

void check_arguments(MatrixView new_points, MatrixView points, MatrixView positions,
                     const PlaceOptions& options, std::span<const std::uint64_t> row_keys) {
  if (!(options.perplexity >= 1 && std::isfinite(options.perplexity))) {
    refuse("perplexity", options.perplexity, "a finite number of at least 1");
  }
  if (options.n_neighbours < 1) refuse("n_neighbours", options.n_neighbours, "at least 1");
  if (!(options.exaggeration >= 1 && std::isfinite(options.exaggeration))) {
    refuse("exaggeration", options.exaggeration, "a finite number of at least 1");
  }
  if (options.iterations < 0) refuse("iterations", options.iterations, "at least 0");
  if (!(options.theta >= 0 && options.theta <= 1)) refuse("theta", options.theta, "a number from 0 to 1");
  if (points.n_rows() == 0) throw InvalidInput({kWhere, "the map has no points", "at least one", ""});
  if (positions.n_rows() != points.n_rows() || positions.n_cols() != 2) {
    throw InvalidInput({kWhere, fmt::format("positions are {} x {}", positions.n_rows(), positions.n_cols()),
                        fmt::format("{} x 2, one row a point of the map", points.n_rows()), ""});
  }
  if (new_points.n_rows() > 0 && new_points.n_cols() != points.n_cols()) {
    throw InvalidInput({kWhere, fmt::format("new points have {} columns", new_points.n_cols()),
                        fmt::format("{}, as the map's points", points.n_cols()), ""});
  }
  check_points(kWhere, points);
  check_points(kWhere, positions);
  if (new_points.n_rows() > 0) check_points(kWhere, new_points);
  check_row_keys(kWhere, row_keys, points.n_rows());
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

// Descends KL(P_i || Q_i) for one new point.
class Placement {
 public:
  Placement(const RepulsionTree& tree, const Matrix& positions, double perplexity,
            const PlaceOptions& options, std::size_t k)
      : tree_(tree), positions_(positions), perplexity_(perplexity), options_(options), probabilities_(k) {}

  void place(std::span<const std::int32_t> nearest, std::span<const double> squared_distances,
             std::span<double> position) {
    conditional_probabilities(squared_distances, perplexity_, probabilities_);
    for (std::size_t axis = 0; axis < 2; ++axis) {
      coordinates_.clear();
      for (const std::int32_t row : nearest) {
        coordinates_.push_back(positions_(static_cast<std::size_t>(row), axis));
      }
      position[axis] = median(coordinates_);
    }
    double gains[2] = {1, 1};
    double updates[2] = {0, 0};
    for (int number = 0; number < options_.iterations; ++number) {
      double gradient[2];
      gradient_at(nearest, position, gradient);
      const double norm = std::hypot(gradient[0], gradient[1]);
      for (std::size_t axis = 0; axis < 2; ++axis) {
        if (norm > kSteepestGradient) gradient[axis] *= kSteepestGradient / norm;
        kDescent.step(gradient[axis], gains[axis], updates[axis]);
        position[axis] += updates[axis];
      }
    }
  }

 private:
  void gradient_at(std::span<const std::int32_t> nearest, std::span<const double> position,
                   double* gradient) const {
    const RepulsionTree::PointForce push = tree_.at(position[0], position[1]);
    gradient[0] = -push.x / push.z;
    gradient[1] = -push.y / push.z;
    for (std::size_t place = 0; place < nearest.size(); ++place) {
      const auto row = static_cast<std::size_t>(nearest[place]);
      const double dx = position[0] - positions_(row, 0);
      const double dy = position[1] - positions_(row, 1);
      const double pull = options_.exaggeration * probabilities_[place] / (1.0 + dx * dx + dy * dy);
      gradient[0] += pull * dx;
      gradient[1] += pull * dy;
    }
  }

  const RepulsionTree& tree_;
  const Matrix& positions_;
  double perplexity_;
  const PlaceOptions& options_;
  std::vector<double> probabilities_;
  std::vector<double> coordinates_;
};

}  // namespace

Matrix place_in_map(MatrixView new_points, MatrixView points, MatrixView positions,
                    const PlaceOptions& options, std::span<const std::uint64_t> row_keys) {
  check_arguments(new_points, points, positions, options, row_keys);
  const std::size_t n_new = new_points.n_rows();
  Matrix placed(n_new, 2);
  if (n_new == 0) return placed;
  const std::vector<std::size_t> order = rows_in_key_order(points.n_rows(), row_keys);
  Matrix known = rows_taken(points, order);
  const Matrix map = rows_taken(positions, order);
  Matrix queries(n_new, points.n_cols());
  std::copy_n(new_points.data(), n_new * points.n_cols(), queries.data());
  bring_to_unit_scale(known, &queries);
  const std::size_t k = std::min(static_cast<std::size_t>(options.n_neighbours), points.n_rows());
  const NearestRows nearest = nearest_to(queries, known, options.metric, k, options.cancel);
  const double perplexity = possible_perplexity(options.perplexity, k);
  const RepulsionTree tree(map, options.theta);
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for_blocks(n_new, kPointsOfTask, [&](std::size_t begin, std::size_t end) {
    if (options.cancel != nullptr) options.cancel->check();
    Placement placement(tree, map, perplexity, options, k);
    for (std::size_t row = begin; row < end; ++row) {
      placement.place({nearest.rows.data() + row * k, k}, {nearest.squared_distances.data() + row * k, k},
                      placed.row(row));
    }
    if (!options.progress) return;
    const std::lock_guard<std::mutex> lock(mutex);
    done += end - begin;
    options.progress(done, n_new);
  });
  return placed;
}

}  // namespace aisle
