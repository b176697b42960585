#include "aisle/cluster/checks.h"

#include <fmt/format.h>
#include <tbb/parallel_sort.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/atomic_minimum.h"

namespace aisle {
namespace {

// Nodes of the hierarchy are numbered in 32 bits, two a row.
constexpr std::size_t kMostRows = (std::size_t{1} << 30) - 1;

[[noreturn]] void refuse(const char* where, std::string what) {
  throw InvalidInput({.where = where, .what = std::move(what), .expected = "", .remedy = ""});
}

}  // namespace

void check_points(const char* where, MatrixView points) {
  const std::size_t n_cols = points.n_cols();
  if (points.n_rows() == 0) return;
  if (n_cols == 0) refuse(where, "points have no columns; there must be at least 1");
  if (points.n_rows() > kMostRows) {
    refuse(where, fmt::format("points have {} rows; there may be at most {}", points.n_rows(), kMostRows));
  }
  std::atomic<std::size_t> first_bad{points.n_rows()};
  parallel_for_blocks(points.n_rows(), 4096, [&](std::size_t begin, std::size_t end) {
    const double* values = points.data() + begin * n_cols;
    // A value times zero is zero, unless it is not finite.
    double sum = 0;
    for (std::size_t index = 0; index < (end - begin) * n_cols; ++index) sum += values[index] * 0.0;
    if (sum == 0) return;
    const double* bad = std::find_if(values, values + (end - begin) * n_cols,
                                     [](double value) { return !std::isfinite(value); });
    const std::size_t row = begin + static_cast<std::size_t>(bad - values) / n_cols;
    lower(first_bad, row);
  });
  const std::size_t row = first_bad.load();
  if (row == points.n_rows()) return;
  std::size_t col = 0;
  while (std::isfinite(points(row, col))) ++col;
  refuse(
      where,
      fmt::format("points[{}, {}] is {}; every value must be finite, neither NaN nor inf (row {}, column {}, "
                  "counted from 0)",
                  row, col, points(row, col), row, col));
}

void check_row_keys(const char* where, std::span<const std::uint64_t> row_keys, std::size_t n_rows) {
  if (!row_keys.empty()) rows_by_key(where, row_keys, n_rows);
}

std::vector<std::uint32_t> rows_by_key(const char* where, std::span<const std::uint64_t> row_keys,
                                       std::size_t n_rows) {
  if (n_rows > std::numeric_limits<std::uint32_t>::max()) {
    refuse(where, fmt::format("there are {} rows; there may be at most {}", n_rows,
                              std::numeric_limits<std::uint32_t>::max()));
  }
  std::vector<std::uint32_t> rows(n_rows);
  std::iota(rows.begin(), rows.end(), 0u);
  if (row_keys.empty()) return rows;
  if (row_keys.size() != n_rows) {
    refuse(where, fmt::format("row_keys has {} values; there must be none, or one for each of the {} rows",
                              row_keys.size(), n_rows));
  }
  tbb::parallel_sort(rows.begin(), rows.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return row_keys[a] < row_keys[b]; });
  const auto twin = std::adjacent_find(
      rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) { return row_keys[a] == row_keys[b]; });
  if (twin != rows.end()) {
    refuse(where, fmt::format("row_keys has {} twice; every row's key must be its own", row_keys[*twin]));
  }
  return rows;
}

}  // namespace aisle
