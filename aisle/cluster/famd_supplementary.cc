// Supplementary columns: their products with the columns of Z, and from these all that the axes say of them.
#include <fmt/format.h>

#include <cmath>

#include "aisle/base/parallel.h"
#include "aisle/cluster/famd_input.h"
#include "aisle/cluster/famd_outputs.h"
#include "aisle/cluster/famd_rows.h"

namespace aisle {
namespace {

// Adds, by row weights, (z or indicator of each supplementary column) x (z or indicator of each of the
// fit's).
void add_products(const StandardRows& given, const StandardRows& active, std::span<const double> row_weights,
                  std::size_t begin, std::size_t end, Matrix& products) {
  std::vector<double> given_z(given.n_numeric());
  std::vector<double> active_z(active.n_numeric());
  std::vector<std::int32_t> given_levels(given.n_categorical());
  std::vector<std::int32_t> active_levels(active.n_categorical());
  const auto add = [&](std::size_t item, double value) {
    const auto target = products.row(item);
    for (std::size_t col = 0; col < active_z.size(); ++col) target[col] += value * active_z[col];
    for (const std::int32_t level : active_levels) {
      if (level >= 0) target[active_z.size() + static_cast<std::size_t>(level)] += value;
    }
  };
  for (std::size_t row = begin; row < end; ++row) {
    const double weight = row_weight(row_weights, row);
    if (weight == 0) continue;
    given.read_numeric(row, given_z);
    given.read_levels(row, given_levels);
    active.read_numeric(row, active_z);
    active.read_levels(row, active_levels);
    for (std::size_t col = 0; col < given_z.size(); ++col) add(col, weight * given_z[col]);
    for (const std::int32_t level : given_levels) {
      add(given_z.size() + static_cast<std::size_t>(level), weight);
    }
  }
}

// Mean products (by weights), summed in chunks of fixed size and added in their order.
Matrix mean_products(const StandardRows& given, std::size_t n_items, const Famd& famd,
                     const MixedData& active) {
  const StandardRows active_rows(famd, active);
  const std::size_t n_rows = active.n_rows();
  const std::size_t n_columns = famd.loadings.n_rows();
  const std::size_t n_chunks = chunks_for_sums(n_rows, n_items * n_columns);
  const std::size_t rows_per_chunk = (n_rows + n_chunks - 1) / n_chunks;
  std::vector<Matrix> partial(n_chunks, Matrix(n_items, n_columns));
  parallel_for(n_chunks, [&](std::size_t chunk) {
    const std::size_t begin = std::min(n_rows, chunk * rows_per_chunk);
    add_products(given, active_rows, active.row_weights, begin, std::min(n_rows, begin + rows_per_chunk),
                 partial[chunk]);
  });
  const double total = total_row_weight(active.row_weights, n_rows);
  for (std::size_t cell = 0; cell < n_items * n_columns; ++cell) {
    for (std::size_t chunk = 1; chunk < n_chunks; ++chunk) {
      partial[0].data()[cell] += partial[chunk].data()[cell];
    }
    partial[0].data()[cell] /= total;
  }
  return std::move(partial[0]);
}

// Turns the indicators of the fit's levels in a row of mean products into columns of Z, and gives every
// column the root of its weight. `share`: the mean of the supplementary column (0 for a z-score).
void centre(const Famd& famd, double share, std::span<double> products) {
  for (std::size_t col = 0; col < famd.numeric_names.size(); ++col) {
    products[col] *= std::sqrt(famd.numeric_weights[col]);
  }
  std::size_t place = famd.numeric_names.size();
  for (std::size_t column = 0; column < famd.shares.size(); ++column) {
    for (const double own : famd.shares[column]) {
      products[place] = (products[place] - own * share) * std::sqrt(famd.categorical_weights[column] / own);
      ++place;
    }
  }
}

double along_axis(const Famd& famd, std::span<const double> vector, std::size_t axis) {
  double sum = 0;
  for (std::size_t row = 0; row < vector.size(); ++row) sum += vector[row] * famd.loadings(row, axis);
  return sum;
}

void check(const MixedData& active, const MixedData& supplementary) {
  famd_input::check_names(supplementary);
  for (const MixedData* data : {&active, &supplementary}) {
    famd_input::check_numeric(*data);
    famd_input::check_categorical(*data, 0);
  }
  famd_input::check_row_weights(active);
  if (supplementary.n_rows() == active.n_rows()) return;
  famd_input::refuse(fmt::format("{} supplementary rows", supplementary.n_rows()),
                     fmt::format("{}, the rows of the fit", active.n_rows()));
}

void describe_numeric(const Famd& famd, Matrix& products, FamdSupplementary& result) {
  const std::size_t n_axes = famd.eigenvalues.size();
  result.correlations = Matrix(result.numeric_names.size(), n_axes);
  for (std::size_t col = 0; col < result.numeric_names.size(); ++col) {
    centre(famd, 0, products.row(col));
    for (std::size_t axis = 0; axis < n_axes; ++axis) {
      if (famd.eigenvalues[axis] <= 0) continue;
      result.correlations(col, axis) =
          along_axis(famd, products.row(col), axis) / std::sqrt(famd.eigenvalues[axis]);
    }
  }
}

void describe_levels(const Famd& famd, const std::vector<std::vector<double>>& shares, Matrix& products,
                     FamdSupplementary& result) {
  const std::size_t n_axes = famd.eigenvalues.size();
  const std::size_t n_numeric = result.numeric_names.size();
  const std::size_t n_levels = products.n_rows() - n_numeric;
  result.barycentres = result.level_cos2 = result.v_tests = Matrix(n_levels, n_axes);
  result.correlation_ratios = Matrix(shares.size(), n_axes);
  std::size_t level = 0;
  for (std::size_t column = 0; column < shares.size(); ++column) {
    for (const double share : shares[column]) {
      const auto barycentre = products.row(n_numeric + level);
      centre(famd, share, barycentre);
      double distance = 0;
      for (double& value : barycentre) {
        value /= share;
        distance += value * value;
      }
      for (std::size_t axis = 0; axis < n_axes; ++axis) {
        const double coordinate = along_axis(famd, barycentre, axis);
        const double eigenvalue = famd.eigenvalues[axis];
        result.barycentres(level, axis) = coordinate;
        result.level_cos2(level, axis) = distance > 0 ? coordinate * coordinate / distance : 0;
        result.v_tests(level, axis) = v_test(coordinate, eigenvalue, share, famd.n_rows);
        if (eigenvalue > 0) {
          result.correlation_ratios(column, axis) += share * coordinate * coordinate / eigenvalue;
        }
      }
      ++level;
    }
  }
}

}  // namespace

FamdSupplementary famd_supplementary(const Famd& famd, const MixedData& active,
                                     const MixedData& supplementary) {
  check(active, supplementary);
  Famd standards;
  fit_standards(supplementary, active.row_weights, standards);
  std::size_t n_items = standards.numeric_names.size();
  for (const auto& levels : standards.levels) n_items += levels.size();
  Matrix products = mean_products(StandardRows(standards, supplementary), n_items, famd, active);
  FamdSupplementary result;
  result.numeric_names = standards.numeric_names;
  result.categorical_names = standards.categorical_names;
  result.levels = standards.levels;
  describe_numeric(famd, products, result);
  describe_levels(famd, standards.shares, products, result);
  return result;
}

}  // namespace aisle
