// How near points are, as probabilities: second phase of t-SNE (van der Maaten and Hinton 2008, section 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/cluster/nearest.h"

namespace aisle {

// p_j = exp(-beta d_j^2) / sum for the beta that gives the perplexity 2^H(p) asked for (eq. 1). Where no beta
// does (equal distances, or no more of them than the perplexity) it comes as near as it can.
void conditional_probabilities(std::span<const double> squared_distances, double perplexity,
                               std::span<double> probabilities);

// The sparse symmetric matrix P of t-SNE: p_ij = (p_j|i + p_i|j) / 2n, rows one after the other, columns
// ascending. Each row is filled up to a multiple of eight entries with its own column at probability 0, so a
// kernel takes eight at a time.
struct Affinities {
  std::vector<std::size_t> offsets;  // n + 1
  std::vector<std::int32_t> cols;
  std::vector<double> values;
  double sum_p_log_p = 0;
};
Affinities symmetric_affinities(const NearestRows& nearest, double perplexity, const CancelFlag* cancel);

}  // namespace aisle
