#include "aisle/insight/feature_parts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "aisle/segment/design_columns.h"

namespace aisle {
namespace {

std::vector<double> standardised(const Matrix& values, std::size_t col, double mean, double deviation) {
  std::vector<double> scores(values.n_rows());
  if (deviation == 0) return scores;
  for (std::size_t row = 0; row < scores.size(); ++row) scores[row] = (values(row, col) - mean) / deviation;
  return scores;
}

// A number of the model without its direction.
NumberPart number_part(const NumericInput& input, const Matrix& values, std::size_t col, double mean,
                       double deviation, std::size_t n_axes) {
  NumberPart part;
  part.column = input.column;
  part.transform = input.transform;
  part.mean = mean;
  part.deviation = deviation;
  part.scores = standardised(values, col, mean, deviation);
  part.direction.assign(n_axes, 0);
  return part;
}

void add_context_numbers(const DesignFit& design, const Table& stores, std::size_t n_cols,
                         FeatureParts& parts) {
  const Famd& famd = design.famd;
  const auto& inputs = design.columns.context_numeric;
  std::vector<std::string> said;
  const Matrix values = numeric_values(inputs, design.columns.compositions, stores, said);
  for (std::size_t at = 0; at < inputs.size(); ++at) {
    NumberPart part = number_part(inputs[at], values, at, famd.means[at], famd.deviations[at], n_cols);
    const double factor = std::sqrt(famd.numeric_weights[at]) / design.famd_scale;
    for (std::size_t axis = 0; axis < famd.loadings.n_cols(); ++axis) {
      part.direction[axis] = famd.loadings(at, axis) * factor;
    }
    parts.numbers.push_back(std::move(part));
  }
}

// A level's indicator, centred and over the root of its share, by the loadings of all levels.
Matrix added_by_levels(const DesignFit& design, std::size_t category, std::size_t first_loading,
                       std::size_t n_cols) {
  const Famd& famd = design.famd;
  const auto& shares = famd.shares[category];
  Matrix added(shares.size(), n_cols);
  const double factor = std::sqrt(famd.categorical_weights[category]) / design.famd_scale;
  for (std::size_t axis = 0; axis < famd.loadings.n_cols(); ++axis) {
    double centre = 0;
    for (std::size_t level = 0; level < shares.size(); ++level) {
      centre += std::sqrt(shares[level]) * famd.loadings(first_loading + level, axis);
    }
    for (std::size_t level = 0; level < shares.size(); ++level) {
      const double own = famd.loadings(first_loading + level, axis) / std::sqrt(shares[level]);
      added(level, axis) = (own - centre) * factor;
    }
  }
  return added;
}

void add_context_levels(const DesignFit& design, const Table& stores, std::size_t n_cols,
                        FeatureParts& parts) {
  const Famd& famd = design.famd;
  std::vector<std::string> said;
  const auto categories = categorical_values(design.columns.context_categorical, stores, &famd, said);
  std::size_t first_loading = design.columns.context_numeric.size();
  for (std::size_t at = 0; at < categories.size(); ++at) {
    const auto& fitted = famd.levels[at];
    std::vector<std::int32_t> place(categories[at].levels.size(), -1);
    for (std::size_t level = 0; level < place.size(); ++level) {
      const auto found = std::lower_bound(fitted.begin(), fitted.end(), categories[at].levels[level]);
      if (found != fitted.end() && *found == categories[at].levels[level]) {
        place[level] = static_cast<std::int32_t>(found - fitted.begin());
      }
    }
    LevelPart part;
    part.column = categories[at].name;
    for (const std::int32_t code : categories[at].codes) {
      part.codes.push_back(code < 0 ? -1 : place[static_cast<std::size_t>(code)]);
    }
    part.added = added_by_levels(design, at, first_loading, n_cols);
    first_loading += fitted.size();
    parts.levels.push_back(std::move(part));
  }
}

void add_behaviour(const DesignFit& design, const Table& stores, std::size_t n_cols, FeatureParts& parts) {
  const auto& inputs = design.columns.behaviour;
  std::vector<std::string> said;
  const Matrix values = numeric_values(inputs, design.columns.compositions, stores, said);
  for (std::size_t at = 0; at < inputs.size(); ++at) {
    NumberPart part = number_part(inputs[at], values, at, design.behaviour_means[at],
                                  design.behaviour_deviations[at], n_cols);
    part.direction[design.famd.loadings.n_cols() + at] = inputs[at].factor;
    parts.numbers.push_back(std::move(part));
  }
}

}  // namespace

FeatureParts feature_parts(const InsightData& data, const StoreSpace& space) {
  const DesignFit& design = data.model.design;
  const Table stores = data.stores.take(space.rows);
  const std::size_t n_cols = data.model.matrix.n_cols();
  FeatureParts parts;
  add_context_numbers(design, stores, n_cols, parts);
  add_context_levels(design, stores, n_cols, parts);
  add_behaviour(design, stores, n_cols, parts);
  return parts;
}

}  // namespace aisle
