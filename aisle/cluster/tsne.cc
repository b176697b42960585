// t-SNE: start, descent, divergence.
#include "aisle/cluster/tsne.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/base/random.h"
#include "aisle/cluster/affinities.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/nearest.h"
#include "aisle/cluster/repulsion_tree.h"
#include "aisle/cluster/tsne_parts.h"

namespace aisle {
namespace {

constexpr const char* kWhere = "tsne";
constexpr std::uint32_t kJitterStream = 0x7473'6e65;
constexpr double kStartDeviation = 1e-4;
constexpr double kJitterShare = 0.01;
// The partition is made anew so often; in between its boxes follow the points.
constexpr int kIterationsOfPartition = 10;
constexpr double kLongestStep = 5;
constexpr double kEarlyMomentum = 0.5;
constexpr double kMomentum = 0.8;
constexpr double kDivergenceTheta = 0.2;
constexpr std::size_t kRowsOfPull = 256;
// Steps cost so little that threads pay only for many rows: a map of this many has one parallel loop an
// iteration, which matters where threads must wait for a processor.
constexpr std::size_t kRowsOfStep = 32768;

void refuse(const char* name, double value, const char* expected) {
  throw InvalidInput({kWhere, fmt::format("{} is {}", name, value), expected, ""});
}

void check_options(const TsneOptions& options) {
  if (!(options.perplexity >= 1 && std::isfinite(options.perplexity))) {
    refuse("perplexity", options.perplexity, "a finite number of at least 1");
  }
  if (!(options.early_exaggeration >= 1 && std::isfinite(options.early_exaggeration))) {
    refuse("early_exaggeration", options.early_exaggeration, "a finite number of at least 1");
  }
  if (options.early_iterations < 0) refuse("early_iterations", options.early_iterations, "at least 0");
  if (options.iterations < 0) refuse("iterations", options.iterations, "at least 0");
  if (!(options.learning_rate >= 0 && std::isfinite(options.learning_rate))) {
    refuse("learning_rate", options.learning_rate, "a finite number of at least 0");
  }
  if (!(options.theta >= 0 && options.theta <= 1)) refuse("theta", options.theta, "a number from 0 to 1");
}

// The first two principal axes (zero where there is only one), the first with deviation kStartDeviation.
void principal_start(MatrixView points, Matrix& positions) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(points.n_rows());
  const auto d = static_cast<Eigen::Index>(points.n_cols());
  RowMajor centred = Eigen::Map<const RowMajor>(points.data(), n, d);
  const Eigen::RowVectorXd means = centred.colwise().mean();
  centred.rowwise() -= means;
  const Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  const double largest = solver.eigenvalues()(d - 1);
  if (!(largest > 0)) return;
  for (Eigen::Index axis = 0; axis < std::min<Eigen::Index>(2, d); ++axis) {
    Eigen::VectorXd loadings = solver.eigenvectors().col(d - 1 - axis);
    Eigen::Index leading = 0;
    loadings.cwiseAbs().maxCoeff(&leading);
    if (loadings(leading) < 0) loadings = -loadings;
    const Eigen::VectorXd scores = centred * loadings * (kStartDeviation / std::sqrt(largest));
    for (Eigen::Index row = 0; row < n; ++row) {
      positions(static_cast<std::size_t>(row), static_cast<std::size_t>(axis)) = scores(row);
    }
  }
}

void add_jitter(std::span<const std::uint64_t> keys, std::uint64_t seed, Matrix& positions) {
  for (std::size_t row = 0; row < positions.n_rows(); ++row) {
    RandomDraws draws(seed, kJitterStream, keys[row]);
    for (double& coordinate : positions.row(row)) {
      coordinate += draws.normal(0.0, kJitterShare * kStartDeviation);
    }
  }
}

// The state of the descent; rows are in the order of their keys.
class Optimisation {
 public:
  Optimisation(const Affinities& affinities, Matrix start, double theta)
      : affinities_(affinities),
        positions_(std::move(start)),
        tree_(positions_, theta),
        pulls_(positions_.n_rows(), 2),
        pushes_(positions_.n_rows(), 2),
        updates_(positions_.n_rows(), 2),
        gains_(positions_.n_rows(), 2) {
    std::fill_n(gains_.data(), positions_.n_rows() * 2, 1.0);
  }

  // Gradient: sum_j (exaggeration p_ij - q_ij / Z) q_ij (y_i - y_j).
  void iterate(int number, double exaggeration, const Descent& descent) {
    if (number % kIterationsOfPartition == 0) {
      tree_.rebuild(positions_);
    } else {
      tree_.refresh(positions_);
    }
    const double z = feel_forces();
    const std::size_t n = positions_.n_rows();
    parallel_for_blocks(n, kRowsOfStep, [&](std::size_t begin, std::size_t end) {
      for (std::size_t row = begin; row < end; ++row) move(row, exaggeration, z, descent);
    });
    centre();
  }

  const Matrix& positions() const { return positions_; }

 private:
  // Pushes and pulls in one parallel loop; returns Z.
  double feel_forces() {
    const std::size_t n_push_tasks = tree_.n_tasks();
    const std::size_t n_pull_tasks = (positions_.n_rows() + kRowsOfPull - 1) / kRowsOfPull;
    return parallel_sum(n_push_tasks + n_pull_tasks, 1, [&](std::size_t task, std::size_t) {
      if (task < n_push_tasks) return tree_.repel_task(task, pushes_);
      const std::size_t begin = (task - n_push_tasks) * kRowsOfPull;
      attract(affinities_, positions_, begin, std::min(positions_.n_rows(), begin + kRowsOfPull), pulls_);
      return 0.0;
    });
  }

  void move(std::size_t row, double exaggeration, double z, const Descent& descent) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const double gradient = exaggeration * pulls_(row, axis) - pushes_(row, axis) / z;
      descent.step(gradient, gains_(row, axis), updates_(row, axis));
    }
    const double length = std::hypot(updates_(row, 0), updates_(row, 1));
    for (std::size_t axis = 0; axis < 2; ++axis) {
      if (length > kLongestStep) updates_(row, axis) *= kLongestStep / length;
      positions_(row, axis) += updates_(row, axis);
    }
  }

  void centre() {
    const std::size_t n = positions_.n_rows();
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const double mean = parallel_sum(n, kRowsOfStep,
                                       [&](std::size_t begin, std::size_t end) {
                                         double sum = 0;
                                         for (std::size_t row = begin; row < end; ++row) {
                                           sum += positions_(row, axis);
                                         }
                                         return sum;
                                       }) /
                          static_cast<double>(n);
      parallel_for_blocks(n, kRowsOfStep, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) positions_(row, axis) -= mean;
      });
    }
  }

  const Affinities& affinities_;
  Matrix positions_;
  RepulsionTree tree_;
  Matrix pulls_;
  Matrix pushes_;
  Matrix updates_;
  Matrix gains_;
};

Matrix optimise(const Affinities& affinities, Matrix start, const TsneOptions& options) {
  const auto n = static_cast<double>(start.n_rows());
  Optimisation optimisation(affinities, std::move(start), options.theta);
  const int total = options.early_iterations + options.iterations;
  for (int number = 0; number < total; ++number) {
    if (options.cancel != nullptr) options.cancel->check();
    const bool early = number < options.early_iterations;
    const double exaggeration = early ? options.early_exaggeration : 1.0;
    const double rate = options.learning_rate > 0 ? options.learning_rate : n / exaggeration;
    optimisation.iterate(number, exaggeration, {rate, early ? kEarlyMomentum : kMomentum});
    if (options.progress) {
      options.progress(static_cast<std::size_t>(number + 1), static_cast<std::size_t>(total));
    }
  }
  return optimisation.positions();
}

// KL(P || Q) = sum p log p + sum p log(1 + d^2) + log Z, as the p sum to 1.
double divergence(const Affinities& affinities, const Matrix& positions, double theta) {
  const RepulsionTree tree(positions, std::min(theta, kDivergenceTheta));
  Matrix forces(positions.n_rows(), 2);
  return affinities.sum_p_log_p + sum_p_log_distance(affinities, positions) + std::log(tree.repel(forces));
}

}  // namespace

TsneMap tsne(MatrixView points, const TsneOptions& options, std::span<const std::uint64_t> row_keys) {
  check_options(options);
  const std::size_t n = points.n_rows();
  TsneMap map;
  if (n > 0) check_points(kWhere, points);
  check_row_keys(kWhere, row_keys, n);
  map.positions = Matrix(n, 2);
  map.perplexity = possible_perplexity(options.perplexity, n > 0 ? n - 1 : 0);
  if (n < 2) return map;
  const std::vector<std::size_t> order = rows_in_key_order(n, row_keys);
  std::vector<std::uint64_t> keys(n);
  for (std::size_t row = 0; row < n; ++row) keys[row] = row_keys.empty() ? row : row_keys[order[row]];
  Matrix ordered = rows_taken(points, order);
  bring_to_unit_scale(ordered, nullptr);
  const auto k = std::clamp<std::size_t>(static_cast<std::size_t>(3 * map.perplexity), 1, n - 1);
  const Affinities affinities = symmetric_affinities(
      nearest_among(ordered, options.metric, k, options.cancel), map.perplexity, options.cancel);
  Matrix start(n, 2);
  principal_start(ordered, start);
  add_jitter(keys, options.seed, start);
  const Matrix positions = optimise(affinities, std::move(start), options);
  map.kl_divergence = divergence(affinities, positions, options.theta);
  for (std::size_t row = 0; row < n; ++row) {
    std::ranges::copy(positions.row(row), map.positions.row(order[row]).begin());
  }
  return map;
}

}  // namespace aisle
