#include "aisle/cluster/distance_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle::kernels {
namespace {

#define AISLE_INLINE inline __attribute__((always_inline))

// Up to four points against a group, as plain arrays: the compiler keeps them in registers.
struct alignas(64) RowLanes {
  double at[kRowsAtOnce][kLanes];
};

// Rows beyond n_rows repeat the last one, so that the kernels need no shorter variant.
struct Rows {
  const double* at[kRowsAtOnce];
  AISLE_INLINE Rows(const double* const* rows, std::size_t n_rows) {
    for (std::size_t row = 0; row < kRowsAtOnce; ++row) at[row] = rows[row < n_rows ? row : n_rows - 1];
  }
};

template <Metric metric>
AISLE_INLINE void add_term(Lanes& sum, double coordinate, const Lanes& packed) {
  const Lanes difference = coordinate - packed;
  if constexpr (metric == Metric::kEuclidean) {
    sum += difference * difference;
  } else {
    typedef long long Bits __attribute__((vector_size(64), aligned(8)));  // NOLINT: vector types need typedef
    const Bits magnitude = reinterpret_cast<Bits>(difference) & std::numeric_limits<long long>::max();
    sum += reinterpret_cast<Lanes>(magnitude);
  }
}

// Sums over the columns, in order: squared euclidean, or manhattan distances.
template <Metric metric>
AISLE_INLINE void raw_distances(const Rows& rows, const double* group, std::size_t n_cols, RowLanes& out) {
  Lanes sum0 = {};
  Lanes sum1 = {};
  Lanes sum2 = {};
  Lanes sum3 = {};
  for (std::size_t col = 0; col < n_cols; ++col) {
    const Lanes packed = *reinterpret_cast<const Lanes*>(group + col * kLanes);
    add_term<metric>(sum0, rows.at[0][col], packed);
    add_term<metric>(sum1, rows.at[1][col], packed);
    add_term<metric>(sum2, rows.at[2][col], packed);
    add_term<metric>(sum3, rows.at[3][col], packed);
  }
  *reinterpret_cast<Lanes*>(out.at[0]) = sum0;
  *reinterpret_cast<Lanes*>(out.at[1]) = sum1;
  *reinterpret_cast<Lanes*>(out.at[2]) = sum2;
  *reinterpret_cast<Lanes*>(out.at[3]) = sum3;
}

AISLE_INLINE std::size_t lanes_of(const LanePoints& points, std::size_t group) {
  return std::min(kLanes, points.size() - group * kLanes);
}

// sums += terms; in the last group only the lanes that are points.
AISLE_INLINE void add_lanes(const RowLanes& terms, std::size_t n_rows, std::size_t n_lanes, double* sums) {
  for (std::size_t row = 0; row < n_rows; ++row) {
    if (n_lanes == kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) sums[row * kLanes + lane] += terms.at[row][lane];
    } else {
      for (std::size_t lane = 0; lane < n_lanes; ++lane) sums[row * kLanes + lane] += terms.at[row][lane];
    }
  }
}

template <Metric metric>
AISLE_INLINE void distances_body(const double* point, const LanePoints& points, std::size_t group_begin,
                                 std::size_t group_end, double* out) {
  const std::size_t n_cols = points.n_cols();
  for (std::size_t group = group_begin; group < group_end; ++group, out += kLanes) {
    const double* packed = points.group(group);
    Lanes sum = {};
    for (std::size_t col = 0; col < n_cols; ++col) {
      add_term<metric>(sum, point[col], *reinterpret_cast<const Lanes*>(packed + col * kLanes));
    }
    *reinterpret_cast<Lanes*>(out) = sum;
    if constexpr (metric == Metric::kEuclidean) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = std::sqrt(out[lane]);
    }
  }
}

template <Metric metric>
AISLE_INLINE void row_distances(const Rows& rows, const double* group, std::size_t n_cols, RowLanes& out) {
  raw_distances<metric>(rows, group, n_cols, out);
  if constexpr (metric == Metric::kEuclidean) {
    for (auto& row : out.at) {
      for (double& term : row) term = std::sqrt(term);
    }
  }
}

template <Metric metric>
AISLE_INLINE void add_distances_body(const double* const* given, std::size_t n_rows, const LanePoints& points,
                                     std::size_t group_begin, std::size_t group_end, double* sums) {
  const Rows rows(given, n_rows);
  RowLanes terms;
  for (std::size_t group = group_begin; group < group_end; ++group) {
    row_distances<metric>(rows, points.group(group), points.n_cols(), terms);
    add_lanes(terms, n_rows, lanes_of(points, group), sums);
  }
}

template <Metric metric>
AISLE_INLINE void add_mutual_body(const double* const* given, std::size_t n_rows, const LanePoints& points,
                                  std::size_t group_begin, std::size_t group_end, double* sums,
                                  double* slot_sums) {
  const Rows rows(given, n_rows);
  RowLanes terms;
  for (std::size_t group = group_begin; group < group_end; ++group, slot_sums += kLanes) {
    row_distances<metric>(rows, points.group(group), points.n_cols(), terms);
    add_lanes(terms, n_rows, lanes_of(points, group), sums);
    Lanes slots = *reinterpret_cast<const Lanes*>(slot_sums);
    for (std::size_t row = 0; row < n_rows; ++row) slots += *reinterpret_cast<const Lanes*>(terms.at[row]);
    *reinterpret_cast<Lanes*>(slot_sums) = slots;
  }
}

// distance^-n_cols by repeated squaring; from the squared distance when the metric is euclidean, which takes
// a root for an odd number of columns only.
template <Metric metric>
AISLE_INLINE void invert_to_power(Lanes& term, std::size_t n_cols) {
  const Lanes zero = {};
  const auto there = term != zero;
  Lanes base = 1.0 / term;
  Lanes power = zero + 1.0;
  std::size_t exponent = n_cols;
  if constexpr (metric == Metric::kEuclidean) {
    if (exponent % 2 == 1) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) power[lane] = std::sqrt(base[lane]);
    }
    exponent /= 2;
  }
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) power *= base;
    base *= base;
  }
  term = there ? power : zero;
}

template <Metric metric>
AISLE_INLINE void add_inverse_powers_body(const double* const* given, std::size_t n_rows,
                                          const LanePoints& points, std::size_t group_begin,
                                          std::size_t group_end, double* sums) {
  const Rows rows(given, n_rows);
  RowLanes terms;
  for (std::size_t group = group_begin; group < group_end; ++group) {
    raw_distances<metric>(rows, points.group(group), points.n_cols(), terms);
    for (auto& row : terms.at) invert_to_power<metric>(*reinterpret_cast<Lanes*>(row), points.n_cols());
    add_lanes(terms, n_rows, lanes_of(points, group), sums);
  }
}

AISLE_INLINE void raise_to(Lanes& value, const Lanes& floor) {
  value = value < floor ? floor : value;
}
AISLE_INLINE void lower_to(Lanes& value, const Lanes& other) {
  value = other < value ? other : value;
}
AISLE_INLINE double smallest_lane(const Lanes& lanes) {
  double result = lanes[0];
  for (std::size_t lane = 1; lane < kLanes; ++lane) result = std::min(result, lanes[lane]);
  return result;
}

// Euclidean distances are compared as squares; the root is taken once.
template <Metric metric>
AISLE_INLINE double smallest_reachability_body(const double* const* given, const double* row_cores,
                                               std::size_t n_rows, const LanePoints& points,
                                               const double* cores, std::size_t group_begin,
                                               std::size_t group_end) {
  const Rows rows(given, n_rows);
  RowLanes terms;
  RowLanes floors;
  constexpr bool kSquares = metric == Metric::kEuclidean;
  for (std::size_t row = 0; row < kRowsAtOnce; ++row) {
    const double core = row_cores[row < n_rows ? row : n_rows - 1];
    for (double& floor : floors.at[row]) floor = kSquares ? core * core : core;
  }
  Lanes smallest = Lanes{} + std::numeric_limits<double>::infinity();
  for (std::size_t group = group_begin; group < group_end; ++group) {
    raw_distances<metric>(rows, points.group(group), points.n_cols(), terms);
    Lanes core = *reinterpret_cast<const Lanes*>(cores + group * kLanes);
    if constexpr (kSquares) core *= core;
    for (std::size_t row = 0; row < kRowsAtOnce; ++row) {
      Lanes reach = *reinterpret_cast<const Lanes*>(terms.at[row]);
      raise_to(reach, core);
      raise_to(reach, *reinterpret_cast<const Lanes*>(floors.at[row]));
      lower_to(smallest, reach);
    }
  }
  const double result = smallest_lane(smallest);
  return kSquares ? std::sqrt(result) : result;
}

// One function a metric, so that each is compiled for every processor as a whole.
AISLE_KERNEL_CLONES void distances_euclidean(const double* point, const LanePoints& points, std::size_t begin,
                                             std::size_t end, double* out) {
  distances_body<Metric::kEuclidean>(point, points, begin, end, out);
}
AISLE_KERNEL_CLONES void distances_manhattan(const double* point, const LanePoints& points, std::size_t begin,
                                             std::size_t end, double* out) {
  distances_body<Metric::kManhattan>(point, points, begin, end, out);
}
AISLE_KERNEL_CLONES void sums_euclidean(const double* const* rows, std::size_t n_rows,
                                        const LanePoints& points, std::size_t begin, std::size_t end,
                                        double* sums) {
  add_distances_body<Metric::kEuclidean>(rows, n_rows, points, begin, end, sums);
}
AISLE_KERNEL_CLONES void sums_manhattan(const double* const* rows, std::size_t n_rows,
                                        const LanePoints& points, std::size_t begin, std::size_t end,
                                        double* sums) {
  add_distances_body<Metric::kManhattan>(rows, n_rows, points, begin, end, sums);
}
AISLE_KERNEL_CLONES void mutual_euclidean(const double* const* rows, std::size_t n_rows,
                                          const LanePoints& points, std::size_t begin, std::size_t end,
                                          double* sums, double* slot_sums) {
  add_mutual_body<Metric::kEuclidean>(rows, n_rows, points, begin, end, sums, slot_sums);
}
AISLE_KERNEL_CLONES void mutual_manhattan(const double* const* rows, std::size_t n_rows,
                                          const LanePoints& points, std::size_t begin, std::size_t end,
                                          double* sums, double* slot_sums) {
  add_mutual_body<Metric::kManhattan>(rows, n_rows, points, begin, end, sums, slot_sums);
}
AISLE_KERNEL_CLONES void powers_euclidean(const double* const* rows, std::size_t n_rows,
                                          const LanePoints& points, std::size_t begin, std::size_t end,
                                          double* sums) {
  add_inverse_powers_body<Metric::kEuclidean>(rows, n_rows, points, begin, end, sums);
}
AISLE_KERNEL_CLONES void powers_manhattan(const double* const* rows, std::size_t n_rows,
                                          const LanePoints& points, std::size_t begin, std::size_t end,
                                          double* sums) {
  add_inverse_powers_body<Metric::kManhattan>(rows, n_rows, points, begin, end, sums);
}
AISLE_KERNEL_CLONES double reachability_euclidean(const double* const* rows, const double* row_cores,
                                                  std::size_t n_rows, const LanePoints& points,
                                                  const double* cores, std::size_t begin, std::size_t end) {
  return smallest_reachability_body<Metric::kEuclidean>(rows, row_cores, n_rows, points, cores, begin, end);
}
AISLE_KERNEL_CLONES double reachability_manhattan(const double* const* rows, const double* row_cores,
                                                  std::size_t n_rows, const LanePoints& points,
                                                  const double* cores, std::size_t begin, std::size_t end) {
  return smallest_reachability_body<Metric::kManhattan>(rows, row_cores, n_rows, points, cores, begin, end);
}

AISLE_KERNEL_CLONES double lower_reach_lanes(const double* distances, const double* cores, double core,
                                             std::size_t n, double* reach) {
  Lanes smallest = Lanes{} + std::numeric_limits<double>::infinity();
  const Lanes floor = Lanes{} + core;
  for (std::size_t item = 0; item < n; item += kLanes) {
    Lanes candidate = *reinterpret_cast<const Lanes*>(distances + item);
    raise_to(candidate, *reinterpret_cast<const Lanes*>(cores + item));
    raise_to(candidate, floor);
    Lanes& lowered = *reinterpret_cast<Lanes*>(reach + item);
    lower_to(lowered, candidate);
    lower_to(smallest, lowered);
  }
  return smallest_lane(smallest);
}

}  // namespace

double lower_reach(const double* distances, const double* cores, double core, std::size_t n, double* reach) {
  return lower_reach_lanes(distances, cores, core, n, reach);
}

void distances(Metric metric, const double* point, const LanePoints& points, std::size_t group_begin,
               std::size_t group_end, double* out) {
  const auto kernel = metric == Metric::kEuclidean ? distances_euclidean : distances_manhattan;
  kernel(point, points, group_begin, group_end, out);
}

void add_distances(Metric metric, const double* const* rows, std::size_t n_rows, const LanePoints& points,
                   std::size_t group_begin, std::size_t group_end, double* sums) {
  const auto kernel = metric == Metric::kEuclidean ? sums_euclidean : sums_manhattan;
  kernel(rows, n_rows, points, group_begin, group_end, sums);
}

void add_mutual_distances(Metric metric, const double* const* rows, std::size_t n_rows,
                          const LanePoints& points, std::size_t group_begin, std::size_t group_end,
                          double* sums, double* slot_sums) {
  const auto kernel = metric == Metric::kEuclidean ? mutual_euclidean : mutual_manhattan;
  kernel(rows, n_rows, points, group_begin, group_end, sums, slot_sums);
}

void add_inverse_powers(Metric metric, const double* const* rows, std::size_t n_rows,
                        const LanePoints& points, std::size_t group_begin, std::size_t group_end,
                        double* sums) {
  const auto kernel = metric == Metric::kEuclidean ? powers_euclidean : powers_manhattan;
  kernel(rows, n_rows, points, group_begin, group_end, sums);
}

double smallest_reachability(Metric metric, const double* const* rows, const double* row_cores,
                             std::size_t n_rows, const LanePoints& points, const double* cores,
                             std::size_t group_begin, std::size_t group_end) {
  const auto kernel = metric == Metric::kEuclidean ? reachability_euclidean : reachability_manhattan;
  return kernel(rows, row_cores, n_rows, points, cores, group_begin, group_end);
}

}  // namespace aisle::kernels
