#include "aisle/segment/choose_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/cluster/hdbscan.h"
#include "aisle/cluster/k_means.h"
#include "aisle/cluster/prediction.h"
#include "aisle/cluster/prediction_strength.h"
#include "aisle/cluster/stability.h"
#include "aisle/cluster/validity.h"
#include "aisle/segment/design.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/terms.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kChance = 0.05;
constexpr int kStarts = 10;
constexpr int kSplitStarts = 4;  // of each half

// Entries whose columns are all numbers, without their weights.
ModelTerms numeric_terms(const Options& options, const Table& stores) {
  const ModelTerms given = model_terms(options);
  ModelTerms result;
  for (const auto* terms : {&given.context, &given.behaviour}) {
    for (Term term : *terms) {
      const bool is_text =
          std::any_of(stores.columns().begin(), stores.columns().end(), [&](const Column& column) {
            return column_matches(term.entry.pattern, column.name) && column.type != ColumnType::kDouble &&
                   column.type != ColumnType::kInt64;
          });
      if (is_text) continue;
      if (term.entry.weight > 0) term.text = term.text.substr(term.text.find('*', 0) + 1);
      term.text.erase(0, term.text.find_first_not_of(' '));
      term.entry.weight = 0;
      result.behaviour.push_back(std::move(term));
    }
  }
  if (result.behaviour.empty()) {
    throw DataError({.where = "model.context and model.behaviour",
                     .what = "name no number of a store",
                     .expected = "at least one",
                     .remedy = "name one, or choose a method yourself"});
  }
  return result;
}

// Columns of one composition are shuffled together.
std::vector<std::int32_t> column_groups(const ModelColumns& columns) {
  std::vector<std::int32_t> groups;
  auto next = static_cast<std::int32_t>(columns.compositions.size());
  for (const NumericInput& input : columns.behaviour)
    groups.push_back(input.composition >= 0 ? input.composition : next++);
  return groups;
}

// Fits a candidate to rows and labels points by it.
class Fitter {
 public:
  Fitter(const Options& options, std::size_t n_stores, const CancelFlag* cancel)
      : options_(options), n_stores_(static_cast<double>(n_stores)), cancel_(cancel) {}

  KMeansResult means(MatrixView rows, int k, int starts, std::span<const std::uint64_t> keys) const {
    return k_means(
        rows,
        {.n_clusters = bounded(k, rows), .n_starts = starts, .seed = options_.model.seed, .cancel = cancel_},
        keys);
  }

  GaussianMixtureResult mixture(MatrixView rows, CovarianceShape shape, int k, int starts,
                                std::span<const std::uint64_t> keys) const {
    GaussianMixtureOptions chosen{.n_components = bounded(k, rows),
                                  .shape = shape,
                                  .prior = VariancePrior::kPooled,
                                  .n_starts = starts,
                                  .tolerance = 1e-4,
                                  .seed = options_.model.seed,
                                  .cancel = cancel_};
    return gaussian_mixture(rows, chosen, keys);
  }

  HdbscanOptions density(MatrixView rows) const {
    const double share = static_cast<double>(rows.n_rows()) / n_stores_;
    const int size = min_cluster_size_for(options_.hdbscan, static_cast<std::int64_t>(n_stores_));
    HdbscanOptions chosen;
    chosen.min_samples = 1;
    chosen.selection.min_cluster_size = std::max(2, static_cast<int>(std::lround(share * size)));
    chosen.selection.method = SelectionMethod::kLeaf;
    chosen.cancel = cancel_;
    return chosen;
  }

  std::vector<std::int32_t> labels(const CandidateModel& candidate, MatrixView rows,
                                   std::span<const std::uint64_t> keys, MatrixView points) const {
    const int k = candidate.n_clusters;
    if (candidate.method == ClusterMethod::kKmeans)
      return nearest_means(points, means(rows, k, kSplitStarts, keys).means);
    if (candidate.method == ClusterMethod::kGaussianMixture)
      return read_mixture(mixture(rows, candidate.shape, k, kSplitStarts, keys).mixture, points).labels;
    const HdbscanOptions chosen = density(rows);
    const HdbscanResult fit = hdbscan(rows, chosen, keys);
    const HdbscanPredictor predictor(rows, chosen, fit.spanning_tree.core_distances, fit.condensed_tree,
                                     fit.selection, keys);
    return predictor.predict(points).labels;
  }

 private:
  static int bounded(int k, MatrixView rows) { return std::min(k, static_cast<int>(rows.n_rows())); }

  const Options& options_;
  double n_stores_;
  const CancelFlag* cancel_;
};

CandidateModel named_candidate(std::string name, ClusterMethod method, CovarianceShape shape) {
  CandidateModel candidate;
  candidate.name = std::move(name);
  candidate.method = method;
  candidate.shape = shape;
  candidate.bic = candidate.agreement = candidate.agreement_error = candidate.smallest =
      candidate.silhouette = kNone;
  return candidate;
}

void keep_if_better(CandidateModel& candidate, double bic, std::int32_t n_clusters,
                    std::vector<std::int32_t> labels) {
  if (!candidate.labels.empty() && bic >= candidate.bic) return;
  candidate.bic = bic;
  candidate.n_clusters = n_clusters;
  candidate.labels = std::move(labels);
}

std::vector<CandidateModel> candidates_of(const Fitter& fitter, const Matrix& matrix, int most) {
  std::vector<CandidateModel> candidates = {
      named_candidate("kmeans", ClusterMethod::kKmeans, CovarianceShape::kSpherical)};
  for (const CovarianceShape shape :
       {CovarianceShape::kSpherical, CovarianceShape::kDiagonal, CovarianceShape::kFull}) {
    candidates.push_back(named_candidate(fmt::format("gaussian_mixture {}", covariance_shape_name(shape)),
                                         ClusterMethod::kGaussianMixture, shape));
  }
  const int largest = std::min(most, static_cast<int>(matrix.n_rows()));
  for (CandidateModel& candidate : candidates) {
    for (int k = 1; k <= largest; ++k) {
      if (candidate.method == ClusterMethod::kKmeans) {
        KMeansResult fit = fitter.means(matrix, k, kStarts, {});
        const double bic = kmeans_bic(fit.inertia, fit.labels, fit.n_clusters, matrix.n_cols());
        keep_if_better(candidate, bic, fit.n_clusters, std::move(fit.labels));
      } else {
        GaussianMixtureResult fit = fitter.mixture(matrix, candidate.shape, k, kStarts, {});
        keep_if_better(candidate, fit.bic, fit.n_clusters, std::move(fit.reading.labels));
      }
    }
  }
  CandidateModel density = named_candidate("hdbscan", ClusterMethod::kHdbscan, CovarianceShape::kSpherical);
  ClusterSelection found = hdbscan(matrix, fitter.density(matrix)).selection;
  density.n_clusters = found.n_clusters;
  density.labels = std::move(found.labels);
  candidates.push_back(std::move(density));
  return candidates;
}

PredictionStrength strength_of(const Fitter& fitter, const CandidateModel& candidate, MatrixView rows,
                               std::uint64_t seed, const ChoiceSettings& settings) {
  const auto cluster = [&](MatrixView half, std::span<const std::uint64_t> keys, MatrixView points) {
    return fitter.labels(candidate, half, keys, points);
  };
  return prediction_strength(
      rows, cluster,
      {.n_splits = settings.n_splits, .seed = seed, .cancel = settings.cancel, .progress = {}});
}

// The place of the choice by the third rule, -1 without a candidate.
int best_of(const std::vector<CandidateModel>& candidates) {
  int best = -1;
  for (std::size_t at = 0; at < candidates.size(); ++at) {
    if (std::isnan(candidates[at].agreement)) continue;
    if (best < 0 || candidates[at].agreement > candidates[static_cast<std::size_t>(best)].agreement)
      best = static_cast<int>(at);
  }
  if (best < 0) return -1;
  const CandidateModel& top = candidates[static_cast<std::size_t>(best)];
  for (std::size_t at = 0; at < candidates.size(); ++at) {
    if (candidates[at].agreement >= top.agreement - top.agreement_error) return static_cast<int>(at);
  }
  return best;
}

MixBaseline mix_baseline(const Fitter& fitter, const Table& stores, const Options& options,
                         const CandidateModel& chosen, const ChoiceSettings& settings) {
  MixBaseline baseline;
  const bool has_mix = std::any_of(stores.columns().begin(), stores.columns().end(),
                                   [](const Column& column) { return column_matches("mix_*", column.name); });
  if (!has_mix) return baseline;
  ModelTerms terms;
  terms.behaviour.push_back({parse_column_entry("clr(mix_*)", "the mix"), "clr(mix_*)"});
  const Matrix matrix = fit_design(stores, terms, options.famd).matrix;
  CandidateModel candidate = named_candidate("kmeans", ClusterMethod::kKmeans, CovarianceShape::kSpherical);
  candidate.n_clusters = chosen.n_clusters;
  baseline.is_there = true;
  baseline.labels = fitter.means(matrix, chosen.n_clusters, kStarts, {}).labels;
  baseline.agreement = strength_of(fitter, candidate, matrix, options.model.seed, settings).agreement;
  baseline.silhouette = silhouette(matrix, baseline.labels, Metric::kEuclidean, settings.cancel);
  baseline.adjusted_rand_index = adjusted_rand_index(baseline.labels, chosen.labels);
  return baseline;
}

std::vector<std::string> options_of(const CandidateModel& chosen, const ModelTerms& terms) {
  std::string columns;
  for (const Term& term : terms.behaviour)
    columns += fmt::format("{}\"{}\"", columns.empty() ? "" : ", ", term.text);
  std::vector<std::string> set = {fmt::format("model.method={}", cluster_method_name(chosen.method)),
                                  "model.context=[]", fmt::format("model.behaviour=[{}]", columns)};
  if (chosen.method == ClusterMethod::kKmeans) {
    set.push_back(fmt::format("kmeans.n_clusters={}", chosen.n_clusters));
  } else if (chosen.method == ClusterMethod::kGaussianMixture) {
    set.push_back(fmt::format("gaussian_mixture.n_components={}", chosen.n_clusters));
    set.push_back(fmt::format("gaussian_mixture.covariance={}", covariance_shape_name(chosen.shape)));
    set.push_back("gaussian_mixture.prior=pooled");
  } else {
    set.insert(set.end(), {"hdbscan.cluster_selection_method=leaf", "hdbscan.min_samples=1",
                           "hdbscan.cluster_selection_epsilon=0", "hdbscan.metric=euclidean"});
  }
  return set;
}

std::string sentence_of(const ModelChoice& choice, int best) {
  if (best < 0) return "No structure: no method finds two clusters by its own criterion.";
  const CandidateModel& top = choice.candidates[static_cast<std::size_t>(best)];
  if (choice.chosen < 0) {
    return fmt::format(
        "No structure: half of the stores find the {} clusters of {} in the other half with an agreement of "
        "{:.2f}, and shuffled columns do as well (probability {:.2f}).",
        top.n_clusters, top.name, top.agreement, choice.null_probability);
  }
  std::string text = fmt::format(
      "{} with {} clusters: half of the stores find them in the other half with an agreement of {:.2f}; "
      "shuffled columns do so with a probability of {:.2f}.",
      top.name, top.n_clusters, top.agreement, choice.null_probability);
  if (choice.baseline.is_there) {
    text += fmt::format(
        " k-means on the sales mix alone: {:.2f}, and an adjusted Rand index with these of {:.2f}.",
        choice.baseline.agreement, choice.baseline.adjusted_rand_index);
  }
  return text;
}

void check(const Table& stores, const ChoiceSettings& settings) {
  const auto refuse = [](std::string what, std::string expected) {
    throw InvalidInput(
        {.where = "choose_model", .what = std::move(what), .expected = std::move(expected), .remedy = ""});
  };
  if (settings.most_clusters < 2)
    refuse(fmt::format("most_clusters is {}", settings.most_clusters), "at least 2");
  if (settings.null_draws < 1) refuse(fmt::format("null_draws is {}", settings.null_draws), "at least 1");
  if (stores.n_rows() < 4) {
    throw DataError({.where = "store_features",
                     .what = fmt::format("{} stores take part in the fit", stores.n_rows()),
                     .expected = "at least 4, to compare halves",
                     .remedy = ""});
  }
}

}  // namespace

double kmeans_bic(double inertia, const std::vector<std::int32_t>& labels, std::int32_t n_clusters,
                  std::size_t n_columns) {
  const auto n = static_cast<double>(labels.size());
  const auto d = static_cast<double>(n_columns);
  // Every row at its mean: as tight as doubles can tell.
  const double variance = std::max(inertia / (n * d), std::numeric_limits<double>::min());
  double log_likelihood = -0.5 * n * d * (std::log(2 * std::numbers::pi * variance) + 1);
  std::vector<double> counts(static_cast<std::size_t>(n_clusters));
  for (const std::int32_t label : labels) ++counts[static_cast<std::size_t>(label)];
  for (const double count : counts) {
    if (count > 0) log_likelihood += count * std::log(count / n);
  }
  return n_clusters * (d + 1) * std::log(n) - 2 * log_likelihood;
}

ModelChoice choose_model(const Table& stores, const Options& options, const ChoiceSettings& settings) {
  check(stores, settings);
  const ModelTerms terms = numeric_terms(options, stores);
  const Design design = fit_design(stores, terms, options.famd);
  const Fitter fitter(options, stores.n_rows(), settings.cancel);
  ModelChoice choice;
  choice.candidates = candidates_of(fitter, design.matrix, settings.most_clusters);
  const std::size_t n_steps = choice.candidates.size() + 2;
  const auto step_done = [&](std::size_t step) {
    if (settings.cancel != nullptr) settings.cancel->check();
    if (settings.progress) settings.progress(step, n_steps);
  };
  for (std::size_t at = 0; at < choice.candidates.size(); ++at) {
    CandidateModel& candidate = choice.candidates[at];
    if (candidate.n_clusters >= 2) {
      const PredictionStrength strength =
          strength_of(fitter, candidate, design.matrix, options.model.seed, settings);
      candidate.agreement = strength.agreement;
      candidate.agreement_error = strength.agreement_error;
      candidate.smallest = strength.smallest;
      candidate.silhouette = silhouette(design.matrix, candidate.labels, Metric::kEuclidean, settings.cancel);
    }
    step_done(at + 1);
  }
  const int best = best_of(choice.candidates);
  if (best >= 0) {
    const CandidateModel& top = choice.candidates[static_cast<std::size_t>(best)];
    const Matrix line = null_line(
        design.matrix,
        [&](MatrixView rows, std::span<const std::uint64_t>) {
          return std::vector<double>{strength_of(fitter, top, rows, options.model.seed, settings).agreement};
        },
        {.n_draws = settings.null_draws,
         .seed = options.model.seed,
         .column_groups = column_groups(design.fit.columns),
         .cancel = settings.cancel,
         .progress = {}});
    for (std::size_t draw = 0; draw < line.n_rows(); ++draw) choice.null_line.push_back(line(draw, 0));
    choice.null_probability = null_probability(choice.null_line, top.agreement);
    step_done(n_steps - 1);
    if (choice.null_probability <= kChance + 1e-12) {
      choice.chosen = best;
      choice.baseline = mix_baseline(fitter, stores, options, top, settings);
      choice.set = options_of(top, terms);
    }
  }
  choice.sentence = sentence_of(choice, best);
  step_done(n_steps);
  return choice;
}

}  // namespace aisle
