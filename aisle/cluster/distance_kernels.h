// The inner loops of the validity indices: one or a few points against many packed ones. Private to the room.
//
// Each runs over the groups [group_begin, group_end) of `points`; the copies that fill the last group are
// left out of every sum. Results are bit-identical on all processors (see lanes.h).
#pragma once

#include <cstddef>

#include "aisle/cluster/lanes.h"
#include "aisle/cluster/metric.h"

namespace aisle::kernels {

// Points that a kernel takes at once: each load of a packed group serves all of them.
inline constexpr std::size_t kRowsAtOnce = 4;

// out[slot - group_begin * 8] = distance from `point` to the packed point `slot`, copies included.
void distances(Metric metric, const double* point, const LanePoints& points, std::size_t group_begin,
               std::size_t group_end, double* out);

// sums[row * 8 + lane] += distance from rows[row] to each packed point; n_rows <= kRowsAtOnce.
void add_distances(Metric metric, const double* const* rows, std::size_t n_rows, const LanePoints& points,
                   std::size_t group_begin, std::size_t group_end, double* sums);

// The same, and slot_sums[slot - group_begin * 8] += the distances from all the rows to that slot: each
// distance serves both of its points.
void add_mutual_distances(Metric metric, const double* const* rows, std::size_t n_rows,
                          const LanePoints& points, std::size_t group_begin, std::size_t group_end,
                          double* sums, double* slot_sums);

// sums[row * 8 + lane] += distance^-n_cols for each packed point whose distance is not 0.
void add_inverse_powers(Metric metric, const double* const* rows, std::size_t n_rows,
                        const LanePoints& points, std::size_t group_begin, std::size_t group_end,
                        double* sums);

// reach[item] = min(reach[item], max(distances[item], cores[item], core)); returns the smallest of reach. n
// is a multiple of 8.
double lower_reach(const double* distances, const double* cores, double core, std::size_t n, double* reach);

// The smallest max(distance, row_cores[row], cores[slot]) over all rows and slots. `cores` has a value for
// each slot, copies included.
double smallest_reachability(Metric metric, const double* const* rows, const double* row_cores,
                             std::size_t n_rows, const LanePoints& points, const double* cores,
                             std::size_t group_begin, std::size_t group_end);

}  // namespace aisle::kernels
