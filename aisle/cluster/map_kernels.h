// The inner loops of t-SNE, compiled for each instruction set and chosen when the program runs.
//
// A lane is a point of its own, or one of eight partial sums that are always folded alike, and nothing is
// contracted: every instruction set gives the same bits. Private to the room.
#pragma once

#include <cstddef>

#include "aisle/cluster/affinities.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {

// The points of one leaf of the repulsion tree and what they feel.
struct LeafForces {
  static constexpr std::size_t kPoints = 16;
  alignas(64) double x[kPoints];
  alignas(64) double y[kPoints];
  alignas(64) double force_x[kPoints];
  alignas(64) double force_y[kPoints];
  alignas(64) double z[kPoints];
};

struct MapKernels {
  // Sets force = sum_s mass_s q_s^2 (y - y_s) and z = sum_s mass_s q_s, q_s = 1 / (1 + |y - y_s|^2), over
  // the sources in order.
  void (*add_repulsion)(const double* x, const double* y, const double* mass, std::size_t n_sources,
                        LeafForces& leaf);
  // pulls_i = sum_j p_ij q_ij (y_i - y_j) for the rows [begin, end); positions and pulls are n x 2.
  void (*attract_rows)(const Affinities& affinities, const double* positions, std::size_t begin,
                       std::size_t end, double* pulls);
};

// For the best instruction set of this processor, or a lesser one when `most` says so (for tests).
MapKernels map_kernels(InstructionSet most = InstructionSet::kAvx512);

}  // namespace aisle
