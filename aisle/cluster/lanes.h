// Points laid out for vector kernels: groups of eight, within a group column by column. Private to the room.
//
// A kernel handles one pair of points per lane and adds over the columns in order, so each distance has the
// same bits on every processor; the lanes of a sum are folded in one fixed order (see fold).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"

// One body, compiled for several processors and chosen when the program starts. Fused multiply-add stays off
// (-ffp-contract=off), so the results are bit-identical. Sanitizers instrument the choosing code, which runs
// before they are ready. A test defines the macro itself, to compare one compilation with another.
#if defined(AISLE_KERNEL_CLONES)
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define AISLE_KERNEL_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define AISLE_KERNEL_CLONES
#endif

namespace aisle {

inline constexpr std::size_t kLanes = 8;

// Eight doubles; the compiler maps them onto what the processor has. Aligned as plain doubles, so that
// vectors and memory need no care.
typedef double Lanes
    __attribute__((vector_size(64), aligned(8), may_alias));  // NOLINT: not expressible by using

// Points `rows` of a matrix, packed. The last group is filled up with copies of its last point.
class LanePoints {
 public:
  LanePoints() = default;
  LanePoints(MatrixView points, std::span<const std::int32_t> rows)
      : n_(rows.size()), n_cols_(points.n_cols()) {
    values_.resize(n_groups() * kLanes * n_cols_);
    for (std::size_t slot = 0; slot < n_groups() * kLanes; ++slot) {
      const auto row = static_cast<std::size_t>(rows[slot < n_ ? slot : n_ - 1]);
      double* group = values_.data() + slot / kLanes * kLanes * n_cols_;
      for (std::size_t col = 0; col < n_cols_; ++col) group[col * kLanes + slot % kLanes] = points(row, col);
    }
  }

  std::size_t size() const { return n_; }
  std::size_t n_cols() const { return n_cols_; }
  std::size_t n_groups() const { return (n_ + kLanes - 1) / kLanes; }
  // n_cols x 8 values.
  const double* group(std::size_t group) const { return values_.data() + group * kLanes * n_cols_; }

 private:
  std::size_t n_ = 0;
  std::size_t n_cols_ = 0;
  std::vector<double> values_;
};

// The sum of eight lanes, always paired the same way.
inline double fold(const double* lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

}  // namespace aisle
