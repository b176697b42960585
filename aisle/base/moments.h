// Mean and deviation of a column, and when a column is constant: one rule for all rooms.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace aisle {

// A spread below twelve digits of the values is rounding, not information: standardising such a column would
// blow the rounding up to unit size.
inline bool is_constant(double low, double high) {
  return high - low <= 1e-12 * std::max(std::abs(low), std::abs(high));
}

// What column_moments finds, in the column's unit.
struct ColumnMoments {
  double mean = 0;       // by the sum of the weights
  double deviation = 0;  // population: by the sum of the weights; 0 for a constant column
};

// Of value(row) by weight(row) >= 0 over the rows from 0 to n_rows - 1, in their order. A row of weight 0 is
// left out whatever its value (also NaN); both are 0 where no row is left. The mean is summed from the first
// row's value, so that a constant column has exactly its value as mean. Two passes.
template <typename Value, typename Weight>
ColumnMoments column_moments(std::size_t n_rows, const Value& value, const Weight& weight) {
  std::size_t first = 0;
  while (first < n_rows && weight(first) == 0) ++first;
  if (first == n_rows) return {};
  const double origin = value(first);
  double low = origin;
  double high = origin;
  double sum = 0;
  double total = 0;
  for (std::size_t row = first; row < n_rows; ++row) {
    const double row_weight = weight(row);
    if (row_weight == 0) continue;
    const double here = value(row);
    sum += row_weight * (here - origin);
    total += row_weight;
    low = std::min(low, here);
    high = std::max(high, here);
  }
  const double mean = origin + sum / total;
  if (is_constant(low, high)) return {mean, 0};
  double squares = 0;
  for (std::size_t row = first; row < n_rows; ++row) {
    const double row_weight = weight(row);
    if (row_weight == 0) continue;
    const double from_mean = value(row) - mean;
    squares += row_weight * from_mean * from_mean;
  }
  return {mean, std::sqrt(squares / total)};
}

}  // namespace aisle
