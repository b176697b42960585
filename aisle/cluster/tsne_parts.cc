#include "aisle/cluster/tsne_parts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/map_kernels.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsOfTask = 256;

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

void attract(const Affinities& affinities, MatrixView positions, std::size_t begin, std::size_t end,
             Matrix& pulls) {
  map_kernels().attract_rows(affinities, positions.data(), begin, end, pulls.data());
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
