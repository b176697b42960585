#include "aisle/segment/model.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<std::size_t> rows_where(const std::vector<std::uint8_t>& flags, std::uint8_t wanted) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < flags.size(); ++row) {
    if (flags[row] == wanted) rows.push_back(row);
  }
  return rows;
}

// Learns the clusters from the rows that are in one. Without a cluster there is nothing to learn.
Forest fit_noise_forest(const Matrix& matrix, const ClusterSelection& selection, const Options& options,
                        const CancelFlag* cancel) {
  if (selection.n_clusters == 0) return {};
  std::vector<std::size_t> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::uint64_t> keys;
  for (std::size_t row = 0; row < selection.labels.size(); ++row) {
    if (selection.labels[row] < 0) continue;
    rows.push_back(row);
    labels.push_back(selection.labels[row]);
    keys.push_back(row);
  }
  ForestParameters parameters;
  parameters.n_trees = options.forest.n_trees;
  parameters.seed = options.model.seed;
  parameters.cancel = cancel;
  return fit_forest(rows_of(matrix, rows), labels, parameters, keys);
}

void check_fit(const Table& stores, const std::vector<std::size_t>& fitted) {
  if (stores.n_rows() == 0) {
    throw DataError({.where = "store_features",
                     .what = "there is no store",
                     .expected = "at least one",
                     .remedy = "look at the checks and at [scope] in aisle.toml"});
  }
  if (fitted.empty()) {
    throw DataError({.where = "store_features",
                     .what = "no store can take part in the fit: all are closed or have too short a history",
                     .expected = "at least one",
                     .remedy = "lower features.min_weeks"});
  }
}

}  // namespace

Matrix rows_of(const Matrix& matrix, const std::vector<std::size_t>& rows) {
  Matrix result(rows.size(), matrix.n_cols());
  for (std::size_t at = 0; at < rows.size(); ++at) {
    std::copy_n(matrix.row(rows[at]).data(), matrix.n_cols(), result.row(at).data());
  }
  return result;
}

Assignments empty_assignments(std::size_t n_rows) {
  Assignments result;
  result.cluster.assign(n_rows, -1);
  result.cluster_final.assign(n_rows, -1);
  result.is_inferred.assign(n_rows, 0);
  result.in_fit.assign(n_rows, 0);
  result.probability.assign(n_rows, 0.0);
  result.inferred_share.assign(n_rows, kNone);
  result.outlier_score.assign(n_rows, kNone);
  return result;
}

Matrix infer_clusters(const Forest& forest, const Matrix& points, const std::vector<std::size_t>& targets,
                      Assignments& result) {
  if (forest.trees.empty() || targets.empty()) return {};
  Matrix shares = predict_shares(forest, points);
  for (std::size_t at = 0; at < targets.size(); ++at) {
    const auto row = shares.row(at);
    const auto best = std::max_element(row.begin(), row.end());
    result.cluster_final[targets[at]] = static_cast<std::int32_t>(best - row.begin());
    result.inferred_share[targets[at]] = *best;
    result.is_inferred[targets[at]] = 1;
  }
  return shares;
}

FittedModel fit_model(const Table& stores, const Options& options, std::vector<std::string>& notes,
                      const CancelFlag* cancel, const FitProgress& progress) {
  const auto step_done = [&](int step) {
    if (cancel != nullptr) cancel->check();
    if (progress) progress(step);
  };
  FittedModel fitted;
  Model& model = fitted.model;
  model.preset = options.model.preset;
  model.method = options.model.method;
  model.seed = options.model.seed;

  const auto eligible = eligibility(stores);
  const auto fit_rows = rows_where(eligible, 1);
  check_fit(stores, fit_rows);
  Design design = fit_design(stores.take(fit_rows), model_terms(options), options.famd);
  notes.insert(notes.end(), design.notes.begin(), design.notes.end());
  model.design = std::move(design.fit);
  model.store_ids = std::move(design.store_ids);
  model.matrix = std::move(design.matrix);
  step_done(1);

  find_clusters(options, cancel, model);
  step_done(2);

  model.forest = fit_noise_forest(model.matrix, model.clusters, options, cancel);
  Assignments& result = fitted.assignments;
  result = empty_assignments(stores.n_rows());
  std::vector<std::size_t> noise_rows;     // of the training matrix
  std::vector<std::size_t> noise_targets;  // the same stores among all
  for (std::size_t at = 0; at < fit_rows.size(); ++at) {
    const std::size_t row = fit_rows[at];
    const std::int32_t label = model.clusters.labels[at];
    result.in_fit[row] = 1;
    result.cluster[row] = label;
    result.cluster_final[row] = label;
    result.probability[row] = model.clusters.probabilities[at];
    result.outlier_score[row] = model.outlier_scores[at];
    if (label < 0) {
      noise_rows.push_back(at);
      noise_targets.push_back(row);
    }
  }
  infer_clusters(model.forest, rows_of(model.matrix, noise_rows), noise_targets, result);

  const auto young_rows = rows_where(assigned_afterwards(stores), 1);
  if (!young_rows.empty()) {
    std::vector<std::string> said;
    infer_clusters(model.forest, project_design(model.design, stores.take(young_rows), said), young_rows,
                   result);
    for (const std::string& note : said) notes.push_back("of the stores assigned after the fit: " + note);
  }
  step_done(kFitSteps);
  return fitted;
}

}  // namespace aisle
