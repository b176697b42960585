#include "aisle/cluster/mixture_densities.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "aisle/base/errors.h"
#include "aisle/cluster/gaussian_kernels.h"

namespace aisle {
namespace {

[[noreturn]] void not_positive(std::size_t component) {
  throw InvalidInput(
      {.where = "gaussian_mixture",
       .what = fmt::format("the covariance of component {} is not positive definite", component),
       .expected = "",
       .remedy = "raise regularisation, or take the conjugate prior"});
}

// Cholesky: the factor with its diagonal inverted; returns the logarithm of the determinant.
double factorise(std::span<const double> covariance, std::size_t n, std::size_t component,
                 std::span<double> factor) {
  double log_determinant = 0;
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t col = 0; col <= row; ++col) {
      double value = covariance[row * n + col];
      for (std::size_t at = 0; at < col; ++at) value -= factor[row * n + at] * factor[col * n + at];
      if (col < row) {
        factor[row * n + col] = value * factor[col * n + col];
        continue;
      }
      if (!(value > 0) || !std::isfinite(value)) not_positive(component);
      log_determinant += std::log(value);
      factor[row * n + row] = 1 / std::sqrt(value);
    }
  }
  return log_determinant;
}

}  // namespace

MixtureDensities::MixtureDensities(const GaussianMixture& mixture)
    : mixture_(mixture),
      factors_(mixture.weights.size(), mixture.shape == CovarianceShape::kFull
                                           ? mixture.means.n_cols() * mixture.means.n_cols()
                                           : mixture.means.n_cols()) {
  const std::size_t n_cols = mixture.means.n_cols();
  for (std::size_t component = 0; component < mixture.weights.size(); ++component) {
    const auto covariance = mixture.covariances.row(component);
    const auto factor = factors_.row(component);
    double log_determinant = 0;
    if (mixture.shape == CovarianceShape::kFull) {
      log_determinant = factorise(covariance, n_cols, component, factor);
    } else {
      for (std::size_t col = 0; col < n_cols; ++col) {
        const double variance = covariance[mixture.shape == CovarianceShape::kSpherical ? 0 : col];
        if (!(variance > 0) || !std::isfinite(variance)) not_positive(component);
        log_determinant += std::log(variance);
        factor[col] = 1 / variance;
      }
    }
    const double log_scale = static_cast<double>(n_cols) * std::log(2 * std::numbers::pi);
    log_constants_.push_back(std::log(mixture.weights[component]) - 0.5 * (log_scale + log_determinant));
  }
}

void MixtureDensities::read(const LanePoints& points, std::size_t begin, std::size_t end, std::size_t stride,
                            double* logs, double* squares) const {
  const std::size_t n_cols = points.n_cols();
  std::vector<double> work(n_cols * kLanes);
  for (std::size_t component = 0; component < n_components(); ++component) {
    const double* mean = mixture_.means.row(component).data();
    const double* factor = factors_.row(component).data();
    double* distances = squares + component * stride;
    for (std::size_t point = begin; point < end; point += kLanes, distances += kLanes) {
      const double* group = points.group(point / kLanes);
      if (mixture_.shape == CovarianceShape::kFull) {
        kernels::factor_distances(group, n_cols, mean, factor, work.data(), distances);
      } else {
        kernels::diagonal_distances(group, n_cols, mean, factor, distances);
      }
    }
    for (std::size_t at = 0; at < end - begin; ++at) {
      logs[component * stride + at] = log_constants_[component] - 0.5 * squares[component * stride + at];
    }
  }
}

void normalise(std::size_t n_components, std::size_t n_points, std::size_t stride, double* logs,
               double* log_densities) {
  for (std::size_t point = 0; point < n_points; ++point) {
    double largest = logs[point];
    for (std::size_t component = 1; component < n_components; ++component)
      largest = std::max(largest, logs[component * stride + point]);
    double sum = 0;
    for (std::size_t component = 0; component < n_components; ++component) {
      double& value = logs[component * stride + point];
      value = std::exp(value - largest);
      sum += value;
    }
    for (std::size_t component = 0; component < n_components; ++component)
      logs[component * stride + point] /= sum;
    log_densities[point] = largest + std::log(sum);
  }
}

}  // namespace aisle
