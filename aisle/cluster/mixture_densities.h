// A mixture made ready to be read: its covariances factored, its constants taken. Private to the room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "aisle/cluster/gaussian_mixture.h"
#include "aisle/cluster/lanes.h"

namespace aisle {

class MixtureDensities {
 public:
  // One Cholesky factor a component. Throws InvalidInput where one is not positive definite.
  explicit MixtureDensities(const GaussianMixture& mixture);

  std::size_t n_components() const { return log_constants_.size(); }

  // Of the packed points [begin, end), `begin` a multiple of 8: log(weight x density) and the squared
  // distance, both with a row of `stride` values a component, the first for `begin`. `stride` is a multiple
  // of 8, at least end - begin.
  void read(const LanePoints& points, std::size_t begin, std::size_t end, std::size_t stride, double* logs,
            double* squares) const;

 private:
  const GaussianMixture& mixture_;
  Matrix factors_;  // a component a row: see kernels::factor_distances, or inverse variances
  std::vector<double> log_constants_;
};

// Turns the n_points logarithms of each component (rows of `stride`) into memberships, in place; the
// logarithms of their sums go to `log_densities`.
void normalise(std::size_t n_components, std::size_t n_points, std::size_t stride, double* logs,
               double* log_densities);

}  // namespace aisle
