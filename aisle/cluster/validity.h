// How good a clustering is: DBCV, silhouette and the adjusted Rand index.
//
// All three are deterministic: the same bits for any number of threads and on every processor. Ties inside
// DBCV's spanning trees go by row number, so callers bring their rows in a canonical order (by store id).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"

namespace aisle {

// Density-based clustering validation (Moulavi et al. 2014) as hdbscan.validity computes it; labels -1 are
// noise and count in the weights. NaN with fewer than two clusters. A cluster of one point scores 0.
struct Dbcv {
  double index = 0;                // -1 to 1; the mean of by_cluster weighted by the share of all rows
  std::vector<double> by_cluster;  // by label; NaN for a label that no row has
};

// Core distance of a point in its cluster of n: (sum over the others at distance > 0 of distance^-d /
// (n - 1))^(-1/d), d the number of columns; 0 when all the others are at distance 0. Where that power leaves
// the range of doubles the sum is scaled, so the core distance is finite (hdbscan's becomes 0 or infinite).
// Of each cluster's spanning tree of mutual reachability, the inner points are those of degree above 1, or
// the first point if there are none; its sparseness is the largest edge between inner points, or of all when
// there is no such edge. Its separation is the smallest mutual reachability from its inner points to another
// cluster's. It scores (separation - sparseness) / the larger of both, and 0 where both are 0.
//
// hdbscan raises an error for a cluster of one point; here it scores 0, and stands as a point of core
// distance 0 for the separation of the others. Trees follow hdbscan's choice among equal edges: grown from
// the cluster's first row, a point hangs on the first row of the tree that reaches it within 1e-5.
//
// O(sum of n_c^2) distances within clusters and, where boxes do not rule it out, between them; memory linear
// in n. Throws InvalidInput on labels below -1, lengths that differ or a value that is not finite; Cancelled.
Dbcv dbcv(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
          const CancelFlag* cancel = nullptr);

// Mean silhouette (Rousseeuw 1987) over the rows whose label is not -1; NaN with fewer than two clusters or
// as many as rows. A cluster of one point scores 0.
//
// Exact. Distances to clusters that cannot be a row's nearest (by their centroids and spreads) are left out;
// at worst O(n^2) distances. Memory linear in n. Throws as dbcv does.
double silhouette(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
                  const CancelFlag* cancel = nullptr);

// The silhouette of each row, in the order of the rows; NaN for noise, and for every row where `silhouette`
// is NaN. Cost and errors as there.
std::vector<double> silhouette_samples(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
                                       const CancelFlag* cancel = nullptr);

// Hubert and Arabie 1985. 1 for two equal clusterings, about 0 for independent ones. A label -1 is a group as
// any other. Throws InvalidInput on lengths that differ; 1 when there are fewer than two rows.
double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b);

}  // namespace aisle
