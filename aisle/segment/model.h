// The trained model: everything that placing a new store, explaining a store and checking the fit need.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/base/matrix.h"
#include "aisle/base/table.h"
#include "aisle/cluster/forest.h"
#include "aisle/cluster/gaussian_mixture.h"
#include "aisle/cluster/hdbscan.h"
#include "aisle/project/options.h"
#include "aisle/segment/design.h"

namespace aisle {

// What HDBSCAN left: enough for a prediction that agrees with the fit, and for another selection.
struct HdbscanModel {
  int min_samples = 1;
  SelectionOptions selection_options;
  std::vector<double> core_distances;  // of the training rows
  CondensedTree tree;
};

// What a mixture left, or k-means as the mixture that it is (aisle/segment/found_clusters.h).
struct MixtureModel {
  GaussianMixture mixture;  // a component a cluster, in the order of the labels
  int n_components = 1;     // asked for
  int n_starts = 1;
  VariancePrior prior = VariancePrior::kNone;
  double outlier_probability = 0;
};

struct Model {
  std::string preset;
  ClusterMethod method = ClusterMethod::kHdbscan;
  std::uint64_t seed = 42;
  DesignFit design;
  std::vector<std::string> store_ids;  // of the training rows, sorted
  Matrix matrix;                       // the training rows
  Metric metric = Metric::kEuclidean;  // of distances between its rows
  // By training row. Tree nodes, persistence and stability are HDBSCAN's alone: none, NaN and 0 elsewhere.
  ClusterSelection clusters;
  std::vector<double> outlier_scores;     // 0..1, by training row
  HdbscanModel hdbscan;                   // when that is the method
  MixtureModel mixture;                   // when it is another
  std::vector<std::int64_t> cluster_ids;  // by label: what files and documents show for it
  Forest forest;  // assigns noise and new stores; class i is cluster i; no trees when no cluster was found
  std::optional<std::int64_t> as_of;  // day on which ages are measured, days since 1970
  std::string
      features_document;  // how the features were made (JSON text: windows, mix, imputation); may be ""
};

// What the model says of stores, one entry a store.
struct Assignments {
  std::vector<std::int32_t> cluster;        // as found; -1 for noise and for stores outside the fit
  std::vector<std::int32_t> cluster_final;  // noise and young stores assigned; -1 for those left out
  std::vector<std::uint8_t> is_inferred;    // cluster_final was assigned, not found
  std::vector<std::uint8_t> in_fit;         // the store took part in the fit
  std::vector<double> probability;          // strength of membership; 0 where is_inferred
  std::vector<double> inferred_share;       // share of the forest's votes; NaN unless is_inferred
  std::vector<double> outlier_score;        // 0..1; NaN outside the fit
};

// Fits on the eligible rows of `stores` (canonical_stores) and assigns noise and the young stores. `notes`
// take what the reader should know. Throws DataError when no store is eligible, InvalidInput for options out
// of range, Cancelled. `progress` is called with steps done of `kFitSteps`.
inline constexpr int kFitSteps = 3;
using FitProgress = std::function<void(int steps_done)>;
struct FittedModel {
  Model model;
  Assignments assignments;
};
FittedModel fit_model(const Table& stores, const Options& options, std::vector<std::string>& notes,
                      const CancelFlag* cancel = nullptr, const FitProgress& progress = {});

// Assignments of stores that are in no cluster and outside the fit.
Assignments empty_assignments(std::size_t n_rows);

// Gives each of the rows `targets` of `result` the class with the most votes of the forest, the first on a
// tie, for the row of `points` in its place. Returns the votes, targets x clusters; without a cluster nothing
// is given.
Matrix infer_clusters(const Forest& forest, const Matrix& points, const std::vector<std::size_t>& targets,
                      Assignments& result);

// The given rows of a matrix.
Matrix rows_of(const Matrix& matrix, const std::vector<std::size_t>& rows);

}  // namespace aisle
