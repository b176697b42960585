// For each point the columns that hold it apart from its cluster, and those that hold it off the next one.
//
// The measure is against the typical member of a cluster: the median of its members, column by column. A
// point's distance from it is a sum over columns of |difference|^p (p = 2 for the euclidean metric, 1 for
// manhattan), so each column has an exact share of it (additive attribution; no model, no sampling).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"

namespace aisle {

// What explain_points finds of n points with d columns.
struct PointExplanations {
  Matrix typical;  // n_clusters x d: medians, the mean of the middle two where members are even in number;
                   // NaN for a label without rows

  // By point: the cluster it is measured against. Its own; for noise the one whose typical member is nearest
  // (the smaller label on a tie); -1 without any cluster.
  std::vector<std::int32_t> clusters;
  // n x d: each column's share of |point - typical|^p, with the sign of the difference (above 0: the point's
  // value is higher). Sizes add up to 1 in a row; all 0 at the typical member and without a cluster.
  Matrix shares;

  // By point: of the other clusters the one whose typical member is nearest; -1 with fewer than two.
  std::vector<std::int32_t> next_clusters;
  // n x d: (|point - typical of next|^p - |point - typical|^p) / |typical of next - typical|^p over all
  // columns. In sum over a row 1 at the own typical member, -1 at the next one's, 0 where the point is as far
  // from both. A column above 0 holds the point where it is: the largest is what would have to change first.
  // A column below 0 draws it to the next cluster. All 0 where typical members are the same or there is no
  // next.
  Matrix margins;
};

// Labels are 0 and up, noise -1. Values should be in comparable units (as they were clustered) and small
// enough for distances to be finite. O(n d) for the medians and O(n d) a cluster for the distances; memory
// linear in n d. Deterministic: depends on neither the rows' order nor threads. Throws InvalidInput on labels
// below -1, lengths that differ or a value that is not finite; Cancelled.
PointExplanations explain_points(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
                                 const CancelFlag* cancel = nullptr);

}  // namespace aisle
