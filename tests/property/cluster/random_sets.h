// Random point sets for property tests: spread, lumps, grids with ties, duplicates, lines, constants.
#pragma once

#include <cstdint>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/base/random.h"

namespace aisle::testing {

enum class SetKind { kUniform, kBlobs, kGrid, kDuplicates, kLine, kConstant, kCount };

inline Matrix random_points(SetKind kind, std::size_t n_rows, std::size_t n_cols, std::uint64_t seed) {
  Matrix points(n_rows, n_cols);
  RandomDraws draws(seed, 1, 0);
  const std::uint32_t n_lumps = 1 + draws.below(6);
  for (std::size_t row = 0; row < n_rows; ++row) {
    const std::uint32_t lump = draws.below(n_lumps);
    const double along = draws.normal();
    const std::size_t twin = row == 0 ? 0 : draws.below(static_cast<std::uint32_t>(row));
    const bool is_twin = kind == SetKind::kDuplicates && row > 0 && draws.uniform() < 0.6;
    for (std::size_t col = 0; col < n_cols; ++col) {
      double& value = points(row, col);
      if (kind == SetKind::kUniform || kind == SetKind::kDuplicates) value = draws.uniform(-1, 1);
      if (kind == SetKind::kBlobs) value = 5.0 * ((lump * 7 + col * 3) % 5) + draws.normal();
      if (kind == SetKind::kGrid) value = draws.below(n_cols > 3 ? 2 : 6);
      if (kind == SetKind::kLine) value = along * static_cast<double>(col + 1);
      if (kind == SetKind::kConstant) value = 3.25;
      if (is_twin) value = points(twin, col);
    }
  }
  return points;
}

// Distinct keys in no order.
inline std::vector<std::uint64_t> random_keys(std::size_t n, std::uint64_t seed) {
  RandomDraws draws(seed, 2, 0);
  std::vector<std::uint64_t> keys(n);
  for (std::size_t row = 0; row < n; ++row) {
    keys[row] = (std::uint64_t{draws.bits()} << 32) | row;
  }
  return keys;
}

inline std::vector<std::size_t> random_order(std::size_t n, std::uint64_t seed) {
  RandomDraws draws(seed, 3, 0);
  std::vector<std::size_t> order(n);
  for (std::size_t row = 0; row < n; ++row) {
    const std::size_t place = draws.below(static_cast<std::uint32_t>(row + 1));
    order[row] = order[place];
    order[place] = row;
  }
  return order;
}

}  // namespace aisle::testing
