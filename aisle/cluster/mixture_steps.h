// One iteration of expectation-maximisation: a single pass over the rows. Private to the room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aisle/cluster/gaussian_mixture.h"
#include "aisle/cluster/k_means_parts.h"

namespace aisle {

// What all iterations of a fit share.
struct MixtureFrame {
  MixtureFrame(const KeyedRows& points, const GaussianMixtureOptions& options);

  const KeyedRows& points;
  const GaussianMixtureOptions& options;
  std::vector<double> means;  // of the columns
  std::vector<double> floor;  // by column: added to its variances
  Matrix covariance;          // of all rows, n_cols x n_cols
};

// The mixture with each keyed row wholly in the component of its label.
GaussianMixture mixture_of_labels(const MixtureFrame& frame, std::span<const std::int32_t> labels,
                                  std::size_t n_components);

struct MixtureStep {
  GaussianMixture next;       // by the memberships under the mixture given
  double log_likelihood = 0;  // of the mixture given
};
MixtureStep mixture_step(const MixtureFrame& frame, const GaussianMixture& mixture);

}  // namespace aisle
