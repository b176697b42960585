#include "aisle/cluster/tsne_parts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/lanes.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsOfTask = 256;

// Lanes are eight neighbours of one row; entries that fill a row up have p = 0 and distance 0.
AISLE_KERNEL_CLONES
void attract_rows(const Affinities& affinities, const double* positions, std::size_t begin, std::size_t end,
                  double* pulls) {
  for (std::size_t row = begin; row < end; ++row) {
    const double own_x = positions[2 * row];
    const double own_y = positions[2 * row + 1];
    Lanes pull_x{}, pull_y{};
    for (std::size_t entry = affinities.offsets[row]; entry < affinities.offsets[row + 1]; entry += kLanes) {
      const std::int32_t* cols = affinities.cols.data() + entry;
      Lanes dx, dy;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double* other = positions + 2 * static_cast<std::size_t>(cols[lane]);
        dx[lane] = own_x - other[0];
        dy[lane] = own_y - other[1];
      }
      const Lanes p = *reinterpret_cast<const Lanes*>(affinities.values.data() + entry);
      const Lanes pull = p / (dx * dx + dy * dy + 1.0);
      pull_x += pull * dx;
      pull_y += pull * dy;
    }
    alignas(64) double x[kLanes];
    alignas(64) double y[kLanes];
    *reinterpret_cast<Lanes*>(x) = pull_x;
    *reinterpret_cast<Lanes*>(y) = pull_y;
    pulls[2 * row] = fold(x);
    pulls[2 * row + 1] = fold(y);
  }
}

}  // namespace

std::vector<std::size_t> rows_in_key_order(std::size_t n_rows, std::span<const std::uint64_t> row_keys) {
  std::vector<std::size_t> order(n_rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (!row_keys.empty()) {
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return row_keys[a] < row_keys[b]; });
  }
  return order;
}

Matrix rows_taken(MatrixView points, std::span<const std::size_t> order) {
  Matrix taken(order.size(), points.n_cols());
  for (std::size_t row = 0; row < order.size(); ++row) {
    std::ranges::copy(points.row(order[row]), taken.row(row).begin());
  }
  return taken;
}

void bring_to_unit_scale(Matrix& points, Matrix* others) {
  const auto values_of = [](Matrix& matrix) {
    return std::span<double>(matrix.data(), matrix.n_rows() * matrix.n_cols());
  };
  double largest = 0;
  for (const double value : values_of(points)) largest = std::max(largest, std::abs(value));
  if (others != nullptr) {
    for (const double value : values_of(*others)) largest = std::max(largest, std::abs(value));
  }
  if (largest == 0) return;
  const int exponent = std::ilogb(largest);
  for (double& value : values_of(points)) value = std::ldexp(value, -exponent);
  if (others != nullptr) {
    for (double& value : values_of(*others)) value = std::ldexp(value, -exponent);
  }
}

double possible_perplexity(double asked, std::size_t n_others) {
  return std::min(asked, std::max(1.0, static_cast<double>(n_others) / 3.0));
}

void attract(const Affinities& affinities, MatrixView positions, Matrix& pulls) {
  parallel_for_blocks(positions.n_rows(), kRowsOfTask, [&](std::size_t begin, std::size_t end) {
    attract_rows(affinities, positions.data(), begin, end, pulls.data());
  });
}

double sum_p_log_distance(const Affinities& affinities, MatrixView positions) {
  return parallel_sum(positions.n_rows(), kRowsOfTask, [&](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t row = begin; row < end; ++row) {
      for (std::size_t entry = affinities.offsets[row]; entry < affinities.offsets[row + 1]; ++entry) {
        const auto col = static_cast<std::size_t>(affinities.cols[entry]);
        const double dx = positions(row, 0) - positions(col, 0);
        const double dy = positions(row, 1) - positions(col, 1);
        sum += affinities.values[entry] * std::log1p(dx * dx + dy * dy);
      }
    }
    return sum;
  });
}

}  // namespace aisle
