#include "aisle/cluster/gaussian_kernels.h"

#include "aisle/cluster/lanes.h"

namespace aisle::kernels {
namespace {

// References, not values: a vector that is returned has another form on each processor.
inline __attribute__((always_inline)) const Lanes& load(const double* from) {
  return *reinterpret_cast<const Lanes*>(from);
}
inline __attribute__((always_inline)) Lanes& at(double* place) {
  return *reinterpret_cast<Lanes*>(place);
}

}  // namespace

AISLE_KERNEL_CLONES void factor_distances(const double* group, std::size_t n_cols, const double* mean,
                                          const double* factor, double* work, double* out) {
  for (std::size_t col = 0; col < n_cols; ++col)
    at(work + col * kLanes) = load(group + col * kLanes) - mean[col];
  Lanes sum = {};
  for (std::size_t col = 0; col < n_cols; ++col) {
    // Forward substitution, column by column: the updates below do not wait for one another.
    const Lanes solved = load(work + col * kLanes) * factor[col * n_cols + col];
    sum += solved * solved;
    for (std::size_t below = col + 1; below < n_cols; ++below)
      at(work + below * kLanes) -= factor[below * n_cols + col] * solved;
  }
  at(out) = sum;
}

AISLE_KERNEL_CLONES void diagonal_distances(const double* group, std::size_t n_cols, const double* mean,
                                            const double* inverse_variances, double* out) {
  Lanes sum = {};
  for (std::size_t col = 0; col < n_cols; ++col) {
    const Lanes deviation = load(group + col * kLanes) - mean[col];
    sum += deviation * deviation * inverse_variances[col];
  }
  at(out) = sum;
}

AISLE_KERNEL_CLONES void add_products(const double* deviation, double weight, std::size_t n_cols,
                                      std::size_t stride, double* scatter) {
  for (std::size_t row = 0; row < n_cols; ++row) {
    const double weighted = weight * deviation[row];
    double* target = scatter + row * stride;
    for (std::size_t col = 0; col <= row; col += kLanes) at(target + col) += weighted * load(deviation + col);
  }
}

AISLE_KERNEL_CLONES void add_squares(const double* deviation, double weight, std::size_t stride,
                                     double* squares) {
  for (std::size_t col = 0; col < stride; col += kLanes) {
    const Lanes value = load(deviation + col);
    at(squares + col) += weight * (value * value);
  }
}

}  // namespace aisle::kernels
