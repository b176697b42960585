// Sums of distances within a set of points and between two, each distance computed once. Private to the room.
//
// A set is cut into at most eight parts, by its size alone. Each pair of parts is a task that writes sums of
// its own, and these are added in order: the same bits for any number of threads, memory linear in the sets.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/cluster/lanes.h"
#include "aisle/cluster/metric.h"

namespace aisle {

// Points of a matrix, as rows and packed. The matrix must outlive it.
struct PointSet {
  PointSet() = default;
  PointSet(MatrixView points, std::span<const std::int32_t> rows);

  std::size_t size() const { return rows.size(); }
  bool empty() const { return rows.empty(); }

  std::vector<const double*> rows;
  LanePoints packed;
};

// sums[item] += distances from the item to all points of the set.
void add_sums_within(Metric metric, const PointSet& set, std::span<double> sums);

// left_sums[item] += distances to all points of right, and right_sums[item] to all of left.
void add_sums_between(Metric metric, const PointSet& left, const PointSet& right, std::span<double> left_sums,
                      std::span<double> right_sums);

// left_sums[item] += distances to all points of right, and nothing for right.
void add_sums_to(Metric metric, const PointSet& left, const PointSet& right, std::span<double> left_sums);

}  // namespace aisle
