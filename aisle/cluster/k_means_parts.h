// The parts of k-means: rows in the order of their keys, a start, and Lloyd's iterations. Private to the
// room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/lanes.h"

namespace aisle {

// A copy of the rows in ascending order of their keys: sums over them do not depend on the order given.
struct KeyedRows {
  // Checks both. Throws InvalidInput naming `where`.
  KeyedRows(const char* where, MatrixView points, std::span<const std::uint64_t> row_keys);

  Matrix rows;
  std::vector<std::uint64_t> keys;    // ascending
  std::vector<std::uint32_t> places;  // of each row here in the points given
  LanePoints packed;                  // the rows, for distances from one point to all
};

// The rows that k-means++ takes as first centres: `n` of them, or fewer when there are not that many
// different rows. Draws are of (seed, start, centre, key).
std::vector<std::size_t> k_means_start(const KeyedRows& points, std::size_t n, std::uint64_t seed,
                                       std::uint32_t start);

// Where Lloyd's iterations end.
struct LloydResult {
  Matrix means;
  std::vector<std::int32_t> labels;  // by keyed row, numbered as the means
  double inertia = 0;
  int n_iterations = 0;
  bool converged = false;
};
// From the given rows as first centres, which are all different.
LloydResult lloyd(const KeyedRows& points, std::span<const std::size_t> centres, int max_iterations,
                  const CancelFlag* cancel);

// The place of each cluster in the canonical order: most rows first, then the one whose first row comes
// first; a cluster without a row last.
std::vector<std::int32_t> canonical_places(std::span<const std::int32_t> labels, std::size_t n_clusters);

}  // namespace aisle
