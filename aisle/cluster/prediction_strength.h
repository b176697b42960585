// Prediction strength: whether one half of the rows finds the clusters of the other half.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/progress.h"

namespace aisle {

// Clusters `rows` and gives each of `points` its cluster among these: a label a point, 0.. with -1 for none.
// `row_keys` are those of `rows`, ascending. It is called from several threads at once.
using ClusterPointsFunction = std::function<std::vector<std::int32_t>(
    MatrixView rows, std::span<const std::uint64_t> row_keys, MatrixView points)>;

// How prediction_strength draws.
struct PredictionStrengthOptions {
  int n_splits = 20;                   // at least 1
  std::uint64_t seed = 42;             // of the draws
  const CancelFlag* cancel = nullptr;  // asked between splits
  ProgressFunction progress = {};      // by splits
};

// Figures of the splits; all 1 where one half always finds what the other has.
struct PredictionStrength {
  // Tibshirani and Walther 2005, eq. 2.1: of the pairs within a cluster of the second half, the share that
  // the first half's clusters keep together; the smallest over the clusters, mean over splits. A cluster of
  // one row counts as kept.
  double smallest = 0;
  double weighted = 0;  // the same, mean over clusters by their rows
  // Adjusted Rand index of both clusterings of the second half, mean over splits: chance counts as 0, also
  // where one cluster holds nearly all.
  double agreement = 0;
  double agreement_error = 0;      // standard deviation of that mean over splits
  std::vector<double> agreements;  // by split
};

// Each split draws half of the rows (rounded up) as the first half; the other half is clustered by itself and
// by the clusters of the first. Draws go by seed, split and the rows in the order of their keys: the same
// bits for any order of rows and number of threads. Splits run in parallel. Throws InvalidInput for fewer
// than 4 rows, an option or a length out of range, also of what `cluster` returns; Cancelled; what `cluster`
// throws.
PredictionStrength prediction_strength(MatrixView points, const ClusterPointsFunction& cluster,
                                       const PredictionStrengthOptions& options = {},
                                       std::span<const std::uint64_t> row_keys = {});

}  // namespace aisle
