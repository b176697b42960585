// Coordinates, contributions and cos2 by the closed formulae: nothing here looks at the data but famd_rows.
#include "aisle/cluster/famd_outputs.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/famd_input.h"
#include "aisle/cluster/famd_rows.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 4096;

// Squared distance of each row from the origin of Z: z^2 for a number, 1 / share - 1 for a level, each times
// its column's weight.
std::vector<double> row_distances(const Famd& famd, const MixedData& data) {
  std::vector<double> by_level;
  for (std::size_t column = 0; column < famd.shares.size(); ++column) {
    for (const double share : famd.shares[column]) {
      by_level.push_back(famd.categorical_weights[column] * (1 / share - 1));
    }
  }
  const StandardRows rows(famd, data);
  std::vector<double> distances(data.n_rows());
  parallel_for_blocks(data.n_rows(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    std::vector<double> z(rows.n_numeric());
    std::vector<std::int32_t> levels(rows.n_categorical());
    for (std::size_t row = begin; row < end; ++row) {
      rows.read_numeric(row, z);
      rows.read_levels(row, levels);
      double sum = 0;
      for (std::size_t col = 0; col < z.size(); ++col) sum += z[col] * z[col] * famd.numeric_weights[col];
      for (const std::int32_t level : levels) {
        if (level >= 0) sum += by_level[static_cast<std::size_t>(level)];
      }
      distances[row] = sum;
    }
  });
  return distances;
}

// numerator / denominator, 0 where nothing is divided.
double share_of(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : 0;
}

// By level in the order of the loadings: its share and its column.
struct LevelPlace {
  double share = 0;
  std::size_t column = 0;
};

std::vector<LevelPlace> level_places(const Famd& famd) {
  std::vector<LevelPlace> places;
  for (std::size_t column = 0; column < famd.shares.size(); ++column) {
    for (const double share : famd.shares[column]) places.push_back({share, column});
  }
  return places;
}

}  // namespace

std::vector<double> percentage_of_variance(const Famd& famd) {
  std::vector<double> percentages;
  for (const double eigenvalue : famd.eigenvalues)
    percentages.push_back(100 * eigenvalue / famd.total_inertia);
  return percentages;
}

std::vector<double> cumulative_percentage_of_variance(const Famd& famd) {
  std::vector<double> percentages = percentage_of_variance(famd);
  std::partial_sum(percentages.begin(), percentages.end(), percentages.begin());
  return percentages;
}

FamdRows famd_rows(const Famd& famd, const MixedData& data) {
  famd_input::check_row_weights(data);
  FamdRows result{.coordinates = project(famd, data), .contributions = {}, .cos2 = {}};
  const std::size_t n_axes = famd.eigenvalues.size();
  const std::vector<double> distances = row_distances(famd, data);
  const double total = total_row_weight(data.row_weights, data.n_rows());
  result.contributions = Matrix(data.n_rows(), n_axes);
  result.cos2 = Matrix(data.n_rows(), n_axes);
  parallel_for_blocks(data.n_rows(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      const double weight = row_weight(data.row_weights, row) / total;
      for (std::size_t axis = 0; axis < n_axes; ++axis) {
        const double square = result.coordinates(row, axis) * result.coordinates(row, axis);
        result.contributions(row, axis) = share_of(weight * square, famd.eigenvalues[axis]);
        result.cos2(row, axis) = share_of(square, distances[row]);
      }
    }
  });
  return result;
}

FamdColumns famd_columns(const Famd& famd) {
  const std::size_t n_numeric = famd.numeric_names.size();
  const std::vector<LevelPlace> levels = level_places(famd);
  if (famd.level_distances.size() != levels.size()) {
    famd_input::refuse(fmt::format("the fit has {} level distances for {} levels",
                                   famd.level_distances.size(), levels.size()),
                       "a fit by fit_famd");
  }
  const std::size_t n_columns = famd.loadings.n_rows();
  const std::size_t n_axes = famd.eigenvalues.size();
  FamdColumns result{.coordinates = Matrix(n_columns, n_axes),
                     .contributions = Matrix(n_columns, n_axes),
                     .cos2 = Matrix(n_columns, n_axes),
                     .v_tests = Matrix(n_columns, n_axes)};
  for (std::size_t row = 0; row < n_columns; ++row) {
    for (std::size_t axis = 0; axis < n_axes; ++axis) {
      const double eigenvalue = famd.eigenvalues[axis];
      const double loading = famd.loadings(row, axis);
      double& coordinate = result.coordinates(row, axis);
      result.contributions(row, axis) = eigenvalue > 0 ? loading * loading : 0;
      if (row < n_numeric) {
        coordinate = loading * std::sqrt(eigenvalue / famd.numeric_weights[row]);
        result.cos2(row, axis) = coordinate * coordinate;
        continue;
      }
      const auto [share, column] = levels[row - n_numeric];
      coordinate = loading * eigenvalue / std::sqrt(share * famd.categorical_weights[column]);
      result.cos2(row, axis) = share_of(coordinate * coordinate, famd.level_distances[row - n_numeric]);
      result.v_tests(row, axis) = v_test(coordinate, eigenvalue, share, famd.n_rows);
    }
  }
  return result;
}

FamdVariables famd_variables(const Famd& famd) {
  const std::size_t n_numeric = famd.numeric_names.size();
  const std::size_t n_variables = n_numeric + famd.categorical_names.size();
  const std::size_t n_axes = famd.eigenvalues.size();
  FamdVariables result{.coordinates = Matrix(n_variables, n_axes),
                       .contributions = Matrix(n_variables, n_axes),
                       .cos2 = Matrix(n_variables, n_axes)};
  std::size_t first = 0;
  for (std::size_t variable = 0; variable < n_variables; ++variable) {
    const bool is_numeric = variable < n_numeric;
    const std::size_t n_levels = is_numeric ? 1 : famd.levels[variable - n_numeric].size();
    const double weight =
        is_numeric ? famd.numeric_weights[variable] : famd.categorical_weights[variable - n_numeric];
    const double dimensions = is_numeric ? 1 : static_cast<double>(n_levels - 1);
    for (std::size_t axis = 0; axis < n_axes; ++axis) {
      double squares = 0;
      for (std::size_t row = first; row < first + n_levels; ++row) {
        squares += famd.loadings(row, axis) * famd.loadings(row, axis);
      }
      const double coordinate = famd.eigenvalues[axis] * squares / weight;
      result.coordinates(variable, axis) = coordinate;
      result.contributions(variable, axis) = famd.eigenvalues[axis] > 0 ? squares : 0;
      result.cos2(variable, axis) = share_of(coordinate * coordinate, dimensions);
    }
    first += n_levels;
  }
  return result;
}

}  // namespace aisle
