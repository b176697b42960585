// The clusters of a model by its method: the only place, beside the package's files, that asks which it is.
//
// HDBSCAN leaves stores in no cluster by its hierarchy. A mixture and k-means give every store one, and
// k-means is read as the mixture that it is the limit of: equal weights, and for all clusters and columns the
// variance inertia / (stores x columns). There a store is noise (an outlier) when stores of its cluster lie
// as far out with a probability below model.outlier_probability: its squared Mahalanobis distance from the
// cluster's mean against chi-squared with as many degrees of freedom as columns. The outlier score is one
// minus that probability; the strength of membership is the mixture's probability of the cluster given the
// store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/prediction.h"
#include "aisle/project/options.h"
#include "aisle/segment/model.h"

namespace aisle {

// "hdbscan", "gaussian_mixture" or "kmeans".
const char* cluster_method_name(ClusterMethod method);

// Fits the method of `options` to model.matrix: fills metric, clusters, outlier_scores and the method's part
// of `model`, whose method is set. Throws InvalidInput for options out of range, Cancelled.
void find_clusters(const Options& options, const CancelFlag* cancel, Model& model);

// Clusters other rows by the model's method and options; `row_keys` as in the library. Of the rows of the
// model's fit these are `share` (1: as many): HDBSCAN's sizes are lowered in proportion, as clusters of the
// smallest size could not come back otherwise. Limits that nothing keeps are let go.
ClusterSelection cluster_alike(const Model& model, MatrixView rows, double share,
                               std::span<const std::uint64_t> row_keys = {},
                               const CancelFlag* cancel = nullptr);

// What the model says of points in its matrix's columns. On the rows of the fit it is the fit.
class ClusterReader {
 public:
  // `model` must outlive it.
  explicit ClusterReader(const Model& model);

  // The next-best cluster of noise is the one it is nearest to. May be called from several threads.
  Prediction read(MatrixView points, const CancelFlag* cancel = nullptr) const;

 private:
  const Model& model_;
  std::optional<HdbscanPredictor> hdbscan_;
};

}  // namespace aisle
