#include "aisle/segment/design_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/segment/design.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

constexpr std::size_t kRowBlock = 1024;

// The column's values; NaN stands for a null.
std::vector<double> raw_values(const Table& stores, const std::string& name) {
  const Column& column = stores.column(name);
  if (column.type == ColumnType::kText || column.type == ColumnType::kDate) {
    throw DataError({.where = "store_features",
                     .what = fmt::format("{} is of type {}", name, column_type_name(column.type)),
                     .expected = "int64 or double, as in the fit",
                     .remedy = ""});
  }
  std::vector<double> values(column.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    values[row] = column.number_at(row);
    if (std::isinf(values[row])) {
      throw DataError(
          {.where = "store_features",
           .what = fmt::format("store {} has an infinite {}", stores.column(kStoreId).text_at(row), name),
           .expected = "a finite number, or none",
           .remedy = ""});
    }
  }
  return values;
}

// Empty when no value is there.
std::optional<double> median_of(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  const double below = *std::max_element(values.begin(), middle);
  return below + (*middle - below) / 2;
}

std::string count_of_stores(std::size_t count) {
  return count == 1 ? "1 store has" : fmt::format("{} stores have", count);
}

// The column's values with `fill` for nulls; all `fill` when there is no such column.
std::vector<double> filled_values(const Table& stores, const std::string& column, double fill,
                                  std::vector<std::string>& notes) {
  if (stores.find(column) == nullptr) {
    notes.push_back(
        fmt::format("there is no {}; every store gets {:.4g}, the median of the fit", column, fill));
    return std::vector<double>(stores.n_rows(), fill);
  }
  std::vector<double> values = raw_values(stores, column);
  std::size_t n_filled = 0;
  for (double& value : values) {
    if (!std::isnan(value)) continue;
    value = fill;
    ++n_filled;
  }
  if (n_filled > 0) {
    notes.push_back(fmt::format("{} no {}; {:.4g}, the median of the fit, stands in",
                                count_of_stores(n_filled), column, fill));
  }
  return values;
}

double transformed(double value, ColumnTransform transform) {
  return transform == ColumnTransform::kLog1p ? std::log1p(std::max(value, kLowestLog1p)) : value;
}

// Closes the parts to 1, lifts each to at least kSmallestShare and closes again. No positive part: equal
// shares, whose log-ratios are all 0.
void close_parts(std::span<double> parts) {
  double sum = 0;
  for (double& part : parts) {
    part = std::max(part, 0.0);
    sum += part;
  }
  double lifted_sum = 0;
  for (double& part : parts) {
    part = std::max(sum > 0 ? part / sum : 0.0, kSmallestShare);
    lifted_sum += part;
  }
  for (double& part : parts) part /= lifted_sum;
}

// n x parts: centred log-ratios, log(share) less the mean of the store's logs.
Matrix log_ratios(const Composition& composition, const Table& stores, std::vector<std::string>& notes) {
  Matrix ratios(stores.n_rows(), composition.size());
  for (std::size_t part = 0; part < composition.size(); ++part) {
    const auto values = filled_values(stores, composition[part].column, composition[part].fill, notes);
    for (std::size_t row = 0; row < values.size(); ++row) ratios(row, part) = values[row];
  }
  parallel_for_blocks(ratios.n_rows(), kRowBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      const std::span<double> parts = ratios.row(row);
      close_parts(parts);
      double mean = 0;
      for (double& part : parts) {
        part = std::log(part);
        mean += part;
      }
      mean /= static_cast<double>(parts.size());
      for (double& part : parts) part -= mean;
    }
  });
  return ratios;
}

std::size_t part_index(const Composition& composition, const std::string& column) {
  const auto found = std::find_if(composition.begin(), composition.end(),
                                  [&](const CompositionPart& part) { return part.column == column; });
  return static_cast<std::size_t>(found - composition.begin());
}

void fit_list(std::vector<NumericInput>& inputs, const Table& stores, std::vector<std::string>& notes) {
  std::vector<NumericInput> kept;
  for (NumericInput& input : inputs) {
    const auto median = median_of(raw_values(stores, input.column));
    if (!median && input.transform != ColumnTransform::kCentredLogRatio) {
      notes.push_back(fmt::format("{} is left out: no store has a value", input.name));
      continue;
    }
    input.fill = median.value_or(0.0);
    kept.push_back(std::move(input));
  }
  inputs = std::move(kept);
}

}  // namespace

void fit_fills(ModelColumns& columns, const Table& stores, std::vector<std::string>& notes) {
  fit_list(columns.context_numeric, stores, notes);
  fit_list(columns.behaviour, stores, notes);
  for (Composition& composition : columns.compositions) {
    for (CompositionPart& part : composition) {
      part.fill = median_of(raw_values(stores, part.column)).value_or(0.0);
    }
  }
}

Matrix numeric_values(const std::vector<NumericInput>& inputs, const std::vector<Composition>& compositions,
                      const Table& stores, std::vector<std::string>& notes) {
  Matrix result(stores.n_rows(), inputs.size());
  std::vector<Matrix> ratios(compositions.size());
  for (std::size_t col = 0; col < inputs.size(); ++col) {
    const NumericInput& input = inputs[col];
    if (input.transform == ColumnTransform::kCentredLogRatio) {
      const auto at = static_cast<std::size_t>(input.composition);
      if (ratios[at].n_cols() == 0) ratios[at] = log_ratios(compositions[at], stores, notes);
      const std::size_t part = part_index(compositions[at], input.column);
      for (std::size_t row = 0; row < stores.n_rows(); ++row) result(row, col) = ratios[at](row, part);
      continue;
    }
    const auto values = filled_values(stores, input.column, input.fill, notes);
    for (std::size_t row = 0; row < values.size(); ++row) {
      result(row, col) = transformed(values[row], input.transform);
    }
  }
  return result;
}

std::vector<CategoricalColumn> categorical_values(const std::vector<CategoryInput>& inputs,
                                                  const Table& stores, const Famd* known,
                                                  std::vector<std::string>& notes) {
  std::vector<CategoricalColumn> result;
  for (std::size_t at = 0; at < inputs.size(); ++at) {
    const std::string& name = inputs[at].column;
    CategoricalColumn category;
    category.name = name;
    const Column* column = stores.find(name);
    if (column == nullptr) {
      notes.push_back(fmt::format("there is no {}; every store stands at its average level", name));
      category.levels = known->levels[at];
      category.codes.assign(stores.n_rows(), -1);
      result.push_back(std::move(category));
      continue;
    }
    Levels levels = levels_of(*column);
    if (column->null_count() > 0) {
      notes.push_back(fmt::format("{} no {}; it counts as a level of its own",
                                  count_of_stores(column->null_count()), name));
    }
    category.levels = std::move(levels.names);
    category.codes = std::move(levels.codes);
    if (known != nullptr) {
      const auto& fitted = known->levels[at];
      for (const std::string& level : category.levels) {
        if (!std::binary_search(fitted.begin(), fitted.end(), level)) {
          notes.push_back(
              fmt::format("{} '{}' was not seen in the fit; it stands at the average level", name, level));
        }
      }
    }
    result.push_back(std::move(category));
  }
  return result;
}

}  // namespace aisle
