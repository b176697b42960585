#include "aisle/cluster/famd_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "aisle/base/moments.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/famd_input.h"

namespace aisle {
namespace {

using famd_input::refuse;

std::size_t numeric_place(const MixedData& data, const std::string& name) {
  const auto found = std::find(data.numeric_names.begin(), data.numeric_names.end(), name);
  if (found == data.numeric_names.end()) {
    refuse(fmt::format("numeric column {} is missing", name), "every column of the fit");
  }
  return static_cast<std::size_t>(found - data.numeric_names.begin());
}

const CategoricalColumn& categorical_of(const MixedData& data, const std::string& name) {
  const auto found = std::find_if(data.categorical.begin(), data.categorical.end(),
                                  [&](const auto& given) { return given.name == name; });
  if (found == data.categorical.end()) {
    refuse(fmt::format("categorical column {} is missing", name), "every column of the fit");
  }
  return *found;
}

// By code of `column`: its place in `levels` (sorted) after `first_place`, or -1.
std::vector<std::int32_t> places_of(const CategoricalColumn& column, const std::vector<std::string>& levels,
                                    std::size_t first_place) {
  std::vector<std::int32_t> places;
  for (const std::string& level : column.levels) {
    const auto found = std::lower_bound(levels.begin(), levels.end(), level);
    const bool known = found != levels.end() && *found == level;
    places.push_back(known ? static_cast<std::int32_t>(first_place) +
                                 static_cast<std::int32_t>(found - levels.begin())
                           : -1);
  }
  return places;
}

void fit_numeric(const MixedData& data, std::span<const double> row_weights, Famd& famd) {
  famd.means.resize(data.numeric.n_cols());
  famd.deviations.resize(data.numeric.n_cols());
  parallel_for(data.numeric.n_cols(), [&](std::size_t col) {
    const ColumnMoments moments = column_moments(
        data.n_rows(), [&](std::size_t row) { return data.numeric(row, col); },
        [&](std::size_t row) { return row_weight(row_weights, row); });
    famd.means[col] = moments.mean;
    famd.deviations[col] = moments.deviation;
  });
}

// Columns by name, with the levels that a row of the fit has and their shares.
void fit_categorical(const MixedData& data, std::span<const double> row_weights, Famd& famd) {
  std::vector<const CategoricalColumn*> columns;
  for (const CategoricalColumn& column : data.categorical) columns.push_back(&column);
  std::sort(columns.begin(), columns.end(),
            [](const auto* left, const auto* right) { return left->name < right->name; });
  const double total = total_row_weight(row_weights, data.n_rows());
  for (const CategoricalColumn* column : columns) {
    std::vector<double> counts(column->levels.size());  // exact without weights
    for (std::size_t row = 0; row < column->codes.size(); ++row) {
      counts[static_cast<std::size_t>(column->codes[row])] += row_weight(row_weights, row);
    }
    famd.categorical_names.push_back(column->name);
    famd.categorical_weights.push_back(column->weight);
    auto& levels = famd.levels.emplace_back();
    auto& shares = famd.shares.emplace_back();
    for (std::size_t code = 0; code < counts.size(); ++code) {
      if (counts[code] == 0) continue;
      levels.push_back(column->levels[code]);
      shares.push_back(counts[code] / total);
    }
  }
}

}  // namespace

double total_row_weight(std::span<const double> row_weights, std::size_t n_rows) {
  if (row_weights.empty()) return static_cast<double>(n_rows);
  return std::accumulate(row_weights.begin(), row_weights.end(), 0.0);
}

std::size_t chunks_for_sums(std::size_t n_rows, std::size_t n_cells) {
  const std::size_t most = (std::size_t{1} << 22) / std::max<std::size_t>(1, n_cells);
  return std::clamp<std::size_t>(std::min(most, n_rows / 1024), 1, 16);
}

void fit_standards(const MixedData& data, std::span<const double> row_weights, Famd& famd) {
  famd.numeric_names = data.numeric_names;
  fit_numeric(data, row_weights, famd);
  fit_categorical(data, row_weights, famd);
}

StandardRows::StandardRows(const Famd& famd, const MixedData& data) : famd_(famd), data_(data) {
  for (const std::string& name : famd.numeric_names) places_.push_back(numeric_place(data, name));
  std::size_t first_place = 0;
  for (std::size_t column = 0; column < famd.categorical_names.size(); ++column) {
    const CategoricalColumn& given = categorical_of(data, famd.categorical_names[column]);
    codes_.push_back(given.codes.data());
    level_of_code_.push_back(places_of(given, famd.levels[column], first_place));
    first_place += famd.levels[column].size();
  }
}

void StandardRows::read_numeric(std::size_t row, std::span<double> z) const {
  for (std::size_t col = 0; col < places_.size(); ++col) {
    const double deviation = famd_.deviations[col];
    z[col] = deviation > 0 ? (data_.numeric(row, places_[col]) - famd_.means[col]) / deviation : 0;
  }
}

void StandardRows::read_levels(std::size_t row, std::span<std::int32_t> levels) const {
  for (std::size_t column = 0; column < codes_.size(); ++column) {
    const std::int32_t code = codes_[column][row];
    levels[column] = code < 0 ? -1 : level_of_code_[column][static_cast<std::size_t>(code)];
  }
}

double v_test(double coordinate, double eigenvalue, double share, std::size_t n_rows) {
  const auto n = static_cast<double>(n_rows);
  const double in_level = share * n;
  if (eigenvalue <= 0 || is_constant(in_level, n)) return 0;
  return coordinate * std::sqrt(in_level * (n - 1) / ((n - in_level) * eigenvalue));
}

}  // namespace aisle
