// The projection: rows onto the axes of a fit, by the fit's own means, deviations and shares.
#include <cmath>

#include "aisle/base/parallel.h"
#include "aisle/cluster/famd.h"
#include "aisle/cluster/famd_input.h"
#include "aisle/cluster/famd_rows.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 4096;

// What a level of the fit adds to a row: levels x axes.
Matrix level_additions(const Famd& famd) {
  const std::size_t n_axes = famd.eigenvalues.size();
  Matrix added(famd.loadings.n_rows() - famd.numeric_names.size(), n_axes);
  std::size_t first = 0;
  for (std::size_t column = 0; column < famd.levels.size(); ++column) {
    const auto& shares = famd.shares[column];
    const double root = std::sqrt(famd.categorical_weights[column]);
    for (std::size_t axis = 0; axis < n_axes; ++axis) {
      const std::size_t first_row = famd.numeric_names.size() + first;
      double centre = 0;
      for (std::size_t level = 0; level < shares.size(); ++level) {
        centre += std::sqrt(shares[level]) * famd.loadings(first_row + level, axis);
      }
      for (std::size_t level = 0; level < shares.size(); ++level) {
        added(first + level, axis) =
            (famd.loadings(first_row + level, axis) / std::sqrt(shares[level]) - centre) * root;
      }
    }
    first += shares.size();
  }
  return added;
}

}  // namespace

Matrix project(const Famd& famd, const MixedData& data) {
  famd_input::check_numeric(data);
  famd_input::check_categorical(data, -1);
  const StandardRows rows(famd, data);
  const Matrix added = level_additions(famd);
  const std::size_t n_axes = famd.eigenvalues.size();
  std::vector<double> roots;
  for (const double weight : famd.numeric_weights) roots.push_back(std::sqrt(weight));
  Matrix coordinates(data.n_rows(), n_axes);
  parallel_for_blocks(data.n_rows(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    std::vector<double> z(rows.n_numeric());
    std::vector<std::int32_t> levels(rows.n_categorical());
    for (std::size_t row = begin; row < end; ++row) {
      const auto target = coordinates.row(row);
      rows.read_numeric(row, z);
      rows.read_levels(row, levels);
      for (std::size_t col = 0; col < z.size(); ++col) {
        const double value = z[col] * roots[col];
        for (std::size_t axis = 0; axis < n_axes; ++axis) target[axis] += value * famd.loadings(col, axis);
      }
      for (const std::int32_t level : levels) {
        if (level < 0) continue;
        const auto addition = added.row(static_cast<std::size_t>(level));
        for (std::size_t axis = 0; axis < n_axes; ++axis) target[axis] += addition[axis];
      }
    }
  });
  return coordinates;
}

}  // namespace aisle
