// Checks at the door of the cluster library. Each throws InvalidInput that names the function, the value and
// the range.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"

namespace aisle {

// Rows have columns, there are at most 2^30 - 1 of them, and every value is finite; else the first row and
// column that break it are named (counted from 0).
void check_points(const char* where, MatrixView points);

// Empty, or one distinct key a row.
void check_row_keys(const char* where, std::span<const std::uint64_t> row_keys, std::size_t n_rows);

// The rows in ascending order of their keys, which are checked as above; empty keys are the row numbers.
std::vector<std::uint32_t> rows_by_key(const char* where, std::span<const std::uint64_t> row_keys,
                                       std::size_t n_rows);

}  // namespace aisle
