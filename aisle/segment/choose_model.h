// Chooses method and number of clusters for a project's columns, without being told the truth.
//
// All candidates see the same columns: the numbers that model.context and model.behaviour name, standardised,
// each counting as one (a mix as its centred log-ratios). The rule:
//   1. A number for each method. k-means and the mixtures take the one of the least BIC (Schwarz 1978), from
//   1
//      up: a mixture by its likelihood, k-means by that of the equal balls it stands for, each store wholly
//      in its own (Celeux and Govaert 1992). HDBSCAN's hierarchy has a number of its own.
//   2. A candidate with fewer than two clusters is out.
//   3. The others are judged by prediction strength: half of the stores cluster the other half, which is also
//      clustered by itself, and the adjusted Rand index of both is averaged over splits. The best is taken;
//      of those within one standard error of it the simplest, in the order k-means, spherical, diagonal,
//      full, HDBSCAN.
//   4. The same figure on columns that were shuffled apart is the null line. When chance gives as much with a
//      probability above 5 %, or no candidate is left, there is no structure, and nothing is chosen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/table.h"
#include "aisle/cluster/gaussian_mixture.h"
#include "aisle/cluster/progress.h"
#include "aisle/project/options.h"

namespace aisle {

struct ChoiceSettings {
  int most_clusters = 12;  // that a method may have; at least 2
  int n_splits = 20;       // of the prediction strength; at least 1
  int null_draws = 19;     // the fewest that can show a probability of 5 %
  const CancelFlag* cancel = nullptr;
  ProgressFunction progress = {};  // by steps
};

struct CandidateModel {
  std::string name;  // "kmeans", "gaussian_mixture spherical", .., "hdbscan"
  ClusterMethod method = ClusterMethod::kKmeans;
  CovarianceShape shape = CovarianceShape::kSpherical;  // of a mixture
  std::int32_t n_clusters = 0;
  double bic = 0;        // NaN for HDBSCAN; of one method's numbers alone, not between k-means and others
  double agreement = 0;  // of the prediction strength; NaN for a candidate that is out
  double agreement_error = 0;        // standard error
  double smallest = 0;               // the smallest strength of a cluster (Tibshirani and Walther)
  double silhouette = 0;             // NaN for a candidate that is out
  std::vector<std::int32_t> labels;  // by fitted store
};

// k-means on the sales mix alone, of as many clusters: what a chain without any other figure would do.
struct MixBaseline {
  bool is_there = false;  // the store features have a mix
  double agreement = 0;
  double silhouette = 0;
  double adjusted_rand_index = 0;    // with the choice
  std::vector<std::int32_t> labels;  // by fitted store
};

struct ModelChoice {
  std::vector<CandidateModel> candidates;  // in the order of the rule
  int chosen = -1;                         // its place among them; -1: no structure
  double null_probability = 1;             // of the best agreement
  std::vector<double> null_line;           // agreement by draw
  MixBaseline baseline;
  std::vector<std::string> set;  // "section.key=value" that make the choice the project's; empty without one
  std::string sentence;          // the choice and why, for people
};

// `stores` are those of the fit, from canonical_stores. Deterministic for any number of threads. Throws
// DataError when the options name no number of these stores, InvalidInput for settings out of range,
// Cancelled.
ModelChoice choose_model(const Table& stores, const Options& options, const ChoiceSettings& settings = {});

// The classification likelihood's BIC of k-means: n_clusters x (columns + 1) parameters.
double kmeans_bic(double inertia, const std::vector<std::int32_t>& labels, std::int32_t n_clusters,
                  std::size_t n_columns);

}  // namespace aisle
