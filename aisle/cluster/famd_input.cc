#include "aisle/cluster/famd_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "aisle/base/errors.h"

namespace aisle {
namespace famd_input {

void refuse(std::string what, std::string expected) {
  throw InvalidInput(
      {.where = "famd", .what = std::move(what), .expected = std::move(expected), .remedy = ""});
}

void check_numeric(const MixedData& data) {
  if (data.numeric_names.size() != data.numeric.n_cols()) {
    refuse(fmt::format("{} numeric names for {} numeric columns", data.numeric_names.size(),
                       data.numeric.n_cols()),
           "as many names as columns");
  }
  const std::size_t n_cols = data.numeric.n_cols();
  for (std::size_t row = 0; row < data.numeric.n_rows(); ++row) {
    for (std::size_t col = 0; col < n_cols; ++col) {
      if (!std::isfinite(data.numeric(row, col))) {
        refuse(fmt::format("column {}, row {} is {}", data.numeric_names[col], row, data.numeric(row, col)),
               "a finite number, neither NaN nor inf");
      }
    }
  }
}

void check_categorical(const MixedData& data, std::int32_t lowest_code) {
  const std::size_t n_rows = data.n_rows();
  for (const CategoricalColumn& column : data.categorical) {
    if (column.codes.size() != n_rows) {
      refuse(fmt::format("column {} has {} rows", column.name, column.codes.size()),
             fmt::format("{} rows as in the other columns", n_rows));
    }
    const auto n_levels = static_cast<std::int32_t>(column.levels.size());
    for (std::size_t row = 0; row < n_rows; ++row) {
      if (column.codes[row] < lowest_code || column.codes[row] >= n_levels) {
        refuse(fmt::format("column {}, row {} has code {}", column.name, row, column.codes[row]),
               fmt::format("{} to {}", lowest_code, n_levels - 1));
      }
    }
  }
}

void check_weights(const MixedData& data) {
  if (!data.numeric_weights.empty() && data.numeric_weights.size() != data.numeric_names.size()) {
    refuse(fmt::format("{} weights for {} numeric columns", data.numeric_weights.size(),
                       data.numeric_names.size()),
           "as many weights as columns, or none");
  }
  const auto check = [](const std::string& name, double weight) {
    if (!std::isfinite(weight) || weight <= 0) {
      refuse(fmt::format("column {} has the weight {}", name, weight), "a finite weight above 0");
    }
  };
  for (std::size_t col = 0; col < data.numeric_weights.size(); ++col) {
    check(data.numeric_names[col], data.numeric_weights[col]);
  }
  for (const CategoricalColumn& column : data.categorical) check(column.name, column.weight);
  check_row_weights(data);
}

void check_row_weights(const MixedData& data) {
  if (data.row_weights.empty()) return;
  if (data.row_weights.size() != data.n_rows()) {
    refuse(fmt::format("{} row weights for {} rows", data.row_weights.size(), data.n_rows()),
           "a weight for each row, or none");
  }
  bool any = false;
  for (std::size_t row = 0; row < data.row_weights.size(); ++row) {
    const double weight = data.row_weights[row];
    if (!std::isfinite(weight) || weight < 0) {
      refuse(fmt::format("row {} has the weight {}", row, weight), "a finite weight of 0 or more");
    }
    any |= weight > 0;
  }
  if (!any) refuse("every row has the weight 0", "a row of a weight above 0");
}

void check_names(const MixedData& data) {
  std::set<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!names.insert(name).second) refuse(fmt::format("column {} is there twice", name), "distinct names");
  };
  for (const std::string& name : data.numeric_names) add(name);
  for (const CategoricalColumn& column : data.categorical) {
    add(column.name);
    if (std::adjacent_find(column.levels.begin(), column.levels.end(), std::greater_equal<>()) !=
        column.levels.end()) {
      refuse(fmt::format("the levels of column {} are not sorted", column.name), "distinct levels, sorted");
    }
  }
}

}  // namespace famd_input

std::size_t MixedData::n_rows() const {
  if (!numeric_names.empty() || categorical.empty()) return numeric.n_rows();
  return categorical.front().codes.size();
}

CategoricalColumn categorical_column(std::string name, std::span<const std::string> values) {
  CategoricalColumn column{.name = std::move(name), .levels = {values.begin(), values.end()}, .codes = {}};
  std::sort(column.levels.begin(), column.levels.end());
  column.levels.erase(std::unique(column.levels.begin(), column.levels.end()), column.levels.end());
  column.codes.reserve(values.size());
  for (const std::string& value : values) {
    const auto found = std::lower_bound(column.levels.begin(), column.levels.end(), value);
    column.codes.push_back(static_cast<std::int32_t>(found - column.levels.begin()));
  }
  return column;
}

}  // namespace aisle
