#include "aisle/segment/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/moments.h"
#include "aisle/segment/design_columns.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

// The one column, all 0, of a matrix that would have none: nothing varies in the context and there is no
// behaviour.
constexpr const char* kNothing = "nothing";

std::vector<std::string> input_names(const std::vector<NumericInput>& inputs) {
  std::vector<std::string> names;
  names.reserve(inputs.size());
  for (const NumericInput& input : inputs) names.push_back(input.name);
  return names;
}

MixedData context_data(const ModelColumns& columns, const Table& stores, const Famd* known,
                       std::vector<std::string>& notes) {
  MixedData data;
  data.numeric_names = input_names(columns.context_numeric);
  data.numeric = numeric_values(columns.context_numeric, columns.compositions, stores, notes);
  data.categorical = categorical_values(columns.context_categorical, stores, known, notes);
  // A factor multiplies a standardised column; FAMD's weight is its square.
  for (const NumericInput& input : columns.context_numeric) {
    data.numeric_weights.push_back(input.factor * input.factor);
  }
  for (std::size_t at = 0; at < data.categorical.size(); ++at) {
    const double factor = columns.context_categorical[at].factor;
    data.categorical[at].weight = factor * factor;
  }
  return data;
}

bool has_context(const ModelColumns& columns) {
  return !columns.context_numeric.empty() || !columns.context_categorical.empty();
}

void place_behaviour(const DesignFit& fit, const Matrix& values, std::size_t first_col, Matrix& matrix) {
  for (std::size_t col = 0; col < values.n_cols(); ++col) {
    const double deviation = fit.behaviour_deviations[col];
    if (deviation == 0) continue;
    const double factor = fit.columns.behaviour[col].factor;
    for (std::size_t row = 0; row < values.n_rows(); ++row) {
      matrix(row, first_col + col) = (values(row, col) - fit.behaviour_means[col]) / deviation * factor;
    }
  }
}

void place_context(const DesignFit& fit, const Matrix& coordinates, Matrix& matrix) {
  for (std::size_t row = 0; row < coordinates.n_rows(); ++row) {
    for (std::size_t col = 0; col < coordinates.n_cols(); ++col) {
      matrix(row, col) = coordinates(row, col) / fit.famd_scale;
    }
  }
}

void fit_famd_part(DesignFit& fit, const MixedData& data, int n_components) {
  fit.famd = fit_famd(data, n_components);
  // An axis without inertia would divide by zero; all its coordinates are 0 then.
  const double first = fit.famd.eigenvalues.empty() ? 0.0 : fit.famd.eigenvalues.front();
  fit.famd_scale = first > std::numeric_limits<double>::epsilon() ? std::sqrt(first) : 1.0;
}

std::vector<std::string> ids_of(const Table& stores) {
  const Column& column = stores.column(kStoreId);
  std::vector<std::string> ids(column.size());
  for (std::size_t row = 0; row < ids.size(); ++row) ids[row] = column.text_at(row);
  return ids;
}

void check_something_left(const ModelColumns& columns, const ModelTerms& terms) {
  if (has_context(columns) || !columns.behaviour.empty()) return;
  std::vector<std::string> wanted;
  for (const Term& term : terms.context) wanted.push_back(term.text);
  for (const Term& term : terms.behaviour) wanted.push_back(term.text);
  throw DataError({.where = "store_features",
                   .what = "no column of the model is there",
                   .expected = wanted.empty() ? "columns named in model.context or model.behaviour"
                                              : fmt::format("one of {}", fmt::join(wanted, ", ")),
                   .remedy = "name columns that the store features have"});
}

void check_fit_input(const Table& stores, int n_components) {
  if (stores.n_rows() == 0) {
    throw DataError({.where = "store_features",
                     .what = "there is no store to fit",
                     .expected = "at least one",
                     .remedy = ""});
  }
  if (n_components < 1) {
    throw InvalidInput({.where = "famd.n_components",
                        .what = fmt::format("is {}", n_components),
                        .expected = "at least 1",
                        .remedy = ""});
  }
}

// Axes, means, deviations and the matrix of a design whose columns are resolved and filled.
void fit_filled_columns(Design& design, const Table& stores, int n_components) {
  DesignFit& fit = design.fit;
  Matrix coordinates;
  if (has_context(fit.columns)) {
    const MixedData data = context_data(fit.columns, stores, nullptr, design.notes);
    fit_famd_part(fit, data, n_components);
    coordinates = project(fit.famd, data);
  }
  const Matrix behaviour =
      numeric_values(fit.columns.behaviour, fit.columns.compositions, stores, design.notes);
  fit.behaviour_means.resize(behaviour.n_cols());
  fit.behaviour_deviations.resize(behaviour.n_cols());
  for (std::size_t col = 0; col < behaviour.n_cols(); ++col) {
    const ColumnMoments moments = column_moments(
        behaviour.n_rows(), [&](std::size_t row) { return behaviour(row, col); },
        [](std::size_t) { return 1.0; });
    fit.behaviour_means[col] = moments.mean;
    fit.behaviour_deviations[col] = moments.deviation;
    if (fit.behaviour_deviations[col] == 0 && stores.n_rows() > 1) {
      design.notes.push_back(fmt::format("{} is the same for every store and tells none apart",
                                         fit.columns.behaviour[col].name));
    }
  }
  design.matrix = Matrix(stores.n_rows(), fit.names().size());
  place_context(fit, coordinates, design.matrix);
  place_behaviour(fit, behaviour, coordinates.n_cols(), design.matrix);
  design.store_ids = ids_of(stores);
}

}  // namespace

std::vector<std::string> DesignFit::names() const {
  std::vector<std::string> result;
  for (std::size_t axis = 0; axis < famd.loadings.n_cols(); ++axis)
    result.push_back(fmt::format("FAMD_{}", axis + 1));
  for (const NumericInput& input : columns.behaviour) result.push_back(input.name);
  if (result.empty()) result.push_back(kNothing);
  return result;
}

Design fit_design(const Table& stores, const ModelTerms& terms, const FamdOptionsSection& famd) {
  check_fit_input(stores, famd.n_components);
  Design design;
  design.fit.columns = resolve_terms(terms, stores);
  for (const std::string& term : design.fit.columns.absent) {
    design.notes.push_back(
        fmt::format("{} is left out of the model: the store features have no such column", term));
  }
  fit_fills(design.fit.columns, stores, design.notes);
  check_something_left(design.fit.columns, terms);
  fit_filled_columns(design, stores, famd.n_components);
  return design;
}

Design fit_design(const Table& stores, ModelColumns columns, int n_components) {
  check_fit_input(stores, n_components);
  Design design;
  design.fit.columns = std::move(columns);
  fit_fills(design.fit.columns, stores, design.notes);
  fit_filled_columns(design, stores, n_components);
  return design;
}

Design build_design(const Table& store_features, const Options& options, std::optional<std::int64_t> as_of) {
  const Table stores = canonical_stores(store_features, as_of);
  const auto eligible = eligibility(stores);
  std::vector<std::size_t> fitted;
  for (std::size_t row = 0; row < eligible.size(); ++row) {
    if (eligible[row] != 0) fitted.push_back(row);
  }
  return fit_design(stores.take(fitted), model_terms(options), options.famd);
}

Matrix project_design(const DesignFit& fit, const Table& stores, std::vector<std::string>& notes) {
  const std::size_t n_axes = fit.famd.loadings.n_cols();
  Matrix matrix(stores.n_rows(), fit.names().size());
  if (n_axes > 0) {
    place_context(fit, project(fit.famd, context_data(fit.columns, stores, &fit.famd, notes)), matrix);
  }
  place_behaviour(fit, numeric_values(fit.columns.behaviour, fit.columns.compositions, stores, notes), n_axes,
                  matrix);
  return matrix;
}

}  // namespace aisle
