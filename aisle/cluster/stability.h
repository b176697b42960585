// How far a clustering would come back: bootstrap stability of each cluster, and the null line.
//
// Both take the clustering as a function, so they serve every method, and the whole of it (scaling, axes,
// choice of parameters) where the caller's function does the whole.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/progress.h"

namespace aisle {

// Clusters rows: a label a row, 0.. with -1 for noise. `row_keys` are those of the rows given; they come in
// ascending order. It is called from several threads at once.
using ClusterFunction =
    std::function<std::vector<std::int32_t>(MatrixView rows, std::span<const std::uint64_t> row_keys)>;

// Bands of Hennig's fpc::clusterboot for a mean Jaccard similarity.
enum class StabilityBand {
  kDissolved,     // at most 0.5
  kDoubtful,      // above 0.5, below 0.75: there is a pattern, its members are doubtful
  kValid,         // at least 0.75
  kHighlyStable,  // at least 0.85
};

// The band of a mean Jaccard similarity; kDissolved for NaN.
StabilityBand stability_band(double mean_jaccard);
// "dissolved", "doubtful", "valid" or "highly stable".
const char* stability_band_name(StabilityBand band);

// How bootstrap_stability draws.
struct StabilityOptions {
  int n_resamples = 100;               // at least 1
  std::uint64_t seed = 42;             // of the draws
  const CancelFlag* cancel = nullptr;  // asked between resamples
  ProgressFunction progress = {};      // by resamples
};

// One cluster over the resamples.
struct ClusterStability {
  // Mean over the resamples that hold a member of the cluster; NaN when none does.
  double mean_jaccard = 0;
  StabilityBand band = StabilityBand::kDissolved;  // of mean_jaccard
  int n_present = 0;                               // resamples that hold a member
  int n_dissolved = 0;                             // of them with a Jaccard similarity of at most 0.5
  int n_recovered = 0;                             // of them with at least 0.75
};

// All clusters over the resamples.
struct Stability {
  std::vector<ClusterStability> clusters;  // by label
  Matrix jaccards;                         // n_resamples x clusters; NaN where a resample holds no member
};

// Bootstrap stability (Hennig 2007, "Cluster-wise assessment of cluster stability"): each resample draws n
// rows with replacement, is clustered anew, and a cluster scores the greatest Jaccard similarity between its
// members in the resample and a cluster found there.
//
// A row drawn several times is taken once, as fpc::clusterboot does by default (multipleboot = FALSE), so a
// resample has about 63 % of the rows. Copies would be points at distance 0, which a method of densities
// takes for the densest places of all: it would be judged on the copies, not on the data.
//
// `labels` are of the rows given (0.., -1 for noise, which is not scored). Draws go by seed and resample over
// the rows in the order of their keys (empty: the row numbers), so neither the order of rows nor the number
// of threads changes a bit. Resamples run in parallel; memory is one resample's points a thread. Throws
// InvalidInput for an option or a length out of range, also when `cluster` returns another number of labels
// than it got rows; Cancelled between resamples; and what `cluster` throws.
Stability bootstrap_stability(MatrixView points, std::span<const std::int32_t> labels,
                              const ClusterFunction& cluster, const StabilityOptions& options = {},
                              std::span<const std::uint64_t> row_keys = {});

// What bootstrap_stability is made of, for callers that judge many clusterings of the same points and share
// the work on a resample between them.
//
// The places, ascending, that resample `number` holds of n rows in the order of their keys.
std::vector<std::size_t> resample_places(std::size_t n, std::uint64_t seed, std::size_t number);
// For each of the clusters 0..n_clusters - 1 of `labels` the greatest Jaccard similarity with a cluster of
// `found`, which has as many rows; NaN for a cluster without a row.
std::vector<double> best_jaccards(std::span<const std::int32_t> labels, std::span<const std::int32_t> found,
                                  std::size_t n_clusters);

// Measures a fit on the rows given: the same number of figures at each call. Called from several threads.
using FitStatistics =
    std::function<std::vector<double>(MatrixView rows, std::span<const std::uint64_t> row_keys)>;

// How null_line draws.
struct NullLineOptions {
  int n_draws = 20;         // at least 1
  std::uint64_t seed = 42;  // of the permutations
  // The group of each column: columns of one group are shuffled by the same permutation, so what holds within
  // it (the shares of a mix, the levels of a category) stays. Empty: each column on its own.
  std::vector<std::int32_t> column_groups = {};
  const CancelFlag* cancel = nullptr;  // asked between draws
  ProgressFunction progress = {};      // by draws
};

// What chance gives: `measure` on data whose columns were shuffled apart, so that each keeps its distribution
// and nothing holds between them; n_draws x figures. Rows go to `measure` in the order of their keys. Order
// of rows, threads and errors are as in bootstrap_stability; figures of differing number are InvalidInput.
Matrix null_line(MatrixView points, const FitStatistics& measure, const NullLineOptions& options = {},
                 std::span<const std::uint64_t> row_keys = {});

// The probability under the null line of a figure at least as great as `observed`: (1 + draws at least as
// great) / (1 + draws) (Davison and Hinkley 1997, eq. 4.11). A draw that is NaN (no clusters at all) counts
// as smaller; NaN when `observed` is NaN.
double null_probability(std::span<const double> draws, double observed);

}  // namespace aisle
