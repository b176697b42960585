// The projection: rows onto the axes of a fit, by the fit's own means, deviations and shares.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aisle/base/parallel.h"
#include "aisle/cluster/famd.h"
#include "aisle/cluster/famd_input.h"

namespace aisle {
namespace {

using famd_input::refuse;

constexpr std::size_t kRowsPerBlock = 4096;

// A categorical column of the fit beside its column in the data to project: what a code adds to a row.
struct LevelTable {
  const std::vector<std::int32_t>* codes = nullptr;
  Matrix added;  // data levels x axes; a level that the fit lacks adds nothing
};

LevelTable level_table(const Famd& famd, std::size_t column, std::size_t first_row,
                       const CategoricalColumn& data) {
  const auto& levels = famd.levels[column];
  const auto& shares = famd.shares[column];
  const std::size_t n_axes = famd.eigenvalues.size();
  LevelTable table{&data.codes, Matrix(data.levels.size(), n_axes)};
  const double root = std::sqrt(famd.categorical_weights[column]);
  std::vector<double> centre(n_axes);
  for (std::size_t level = 0; level < levels.size(); ++level) {
    for (std::size_t axis = 0; axis < n_axes; ++axis) {
      centre[axis] += std::sqrt(shares[level]) * famd.loadings(first_row + level, axis);
    }
  }
  for (std::size_t code = 0; code < data.levels.size(); ++code) {
    const auto found = std::lower_bound(levels.begin(), levels.end(), data.levels[code]);
    if (found == levels.end() || *found != data.levels[code]) continue;
    const auto level = static_cast<std::size_t>(found - levels.begin());
    for (std::size_t axis = 0; axis < n_axes; ++axis) {
      table.added(code, axis) =
          (famd.loadings(first_row + level, axis) / std::sqrt(shares[level]) - centre[axis]) * root;
    }
  }
  return table;
}

std::vector<LevelTable> level_tables(const Famd& famd, const MixedData& data) {
  std::vector<LevelTable> tables;
  std::size_t first_row = famd.numeric_names.size();
  for (std::size_t column = 0; column < famd.categorical_names.size(); ++column) {
    const auto found = std::find_if(data.categorical.begin(), data.categorical.end(), [&](const auto& given) {
      return given.name == famd.categorical_names[column];
    });
    if (found == data.categorical.end()) {
      refuse(fmt::format("categorical column {} is missing", famd.categorical_names[column]),
             "every column of the fit");
    }
    tables.push_back(level_table(famd, column, first_row, *found));
    first_row += famd.levels[column].size();
  }
  return tables;
}

std::vector<std::size_t> numeric_places(const Famd& famd, const MixedData& data) {
  std::vector<std::size_t> places;
  for (const std::string& name : famd.numeric_names) {
    const auto found = std::find(data.numeric_names.begin(), data.numeric_names.end(), name);
    if (found == data.numeric_names.end()) {
      refuse(fmt::format("numeric column {} is missing", name), "every column of the fit");
    }
    places.push_back(static_cast<std::size_t>(found - data.numeric_names.begin()));
  }
  return places;
}

}  // namespace

Matrix project(const Famd& famd, const MixedData& data) {
  famd_input::check_numeric(data);
  famd_input::check_categorical(data, -1);
  const std::vector<std::size_t> places = numeric_places(famd, data);
  const std::vector<LevelTable> tables = level_tables(famd, data);
  const std::size_t n_axes = famd.eigenvalues.size();
  std::vector<double> roots;
  for (const double weight : famd.numeric_weights) roots.push_back(std::sqrt(weight));
  Matrix coordinates(data.n_rows(), n_axes);
  parallel_for_blocks(data.n_rows(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      const auto target = coordinates.row(row);
      for (std::size_t col = 0; col < places.size(); ++col) {
        if (famd.deviations[col] == 0) continue;
        const double z =
            (data.numeric(row, places[col]) - famd.means[col]) / famd.deviations[col] * roots[col];
        for (std::size_t axis = 0; axis < n_axes; ++axis) target[axis] += z * famd.loadings(col, axis);
      }
      for (const LevelTable& table : tables) {
        const std::int32_t code = (*table.codes)[row];
        if (code < 0) continue;
        const auto added = table.added.row(static_cast<std::size_t>(code));
        for (std::size_t axis = 0; axis < n_axes; ++axis) target[axis] += added[axis];
      }
    }
  });
  return coordinates;
}

}  // namespace aisle
