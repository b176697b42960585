// The inner loops of a mixture: squared distances by a Cholesky factor, and weighted sums of products.
// Private to the room. Bit-identical on all processors (see lanes.h).
#pragma once

#include <cstddef>

namespace aisle::kernels {

// Squared lengths of L^-1 (x - mean) for the eight points x of a packed group (n_cols x 8, see LanePoints).
// `factor` is n_cols x n_cols, row-major: L below the diagonal, the inverse of L's diagonal on it. `work` has
// room for n_cols x 8.
void factor_distances(const double* group, std::size_t n_cols, const double* mean, const double* factor,
                      double* work, double* out);

// The same where L is diagonal: `inverse_variances` by column.
void diagonal_distances(const double* group, std::size_t n_cols, const double* mean,
                        const double* inverse_variances, double* out);

// scatter[a * stride + b] += weight * deviation[a] * deviation[b] for b <= a, and maybe a few beyond.
// `stride` is a multiple of 8 and at least n_cols; `deviation` has `stride` values, zero from n_cols on.
void add_products(const double* deviation, double weight, std::size_t n_cols, std::size_t stride,
                  double* scatter);

// squares[a] += weight * deviation[a]²; `stride` values of both.
void add_squares(const double* deviation, double weight, std::size_t stride, double* squares);

}  // namespace aisle::kernels
