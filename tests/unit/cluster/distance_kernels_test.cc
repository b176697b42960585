// The kernels are compiled for several processors, and one machine must give the bits of another. Here they
// are compiled once more, for the plain processor alone and under another name, and compared with what the
// library chooses on this one.
#define AISLE_KERNEL_CLONES
#define kernels plain_kernels
#include "aisle/cluster/distance_kernels.cc"
#undef kernels

#include <gtest/gtest.h>

#include <numeric>

#include "aisle/base/random.h"

namespace aisle::kernels {
void distances(Metric, const double*, const LanePoints&, std::size_t, std::size_t, double*);
void add_distances(Metric, const double* const*, std::size_t, const LanePoints&, std::size_t, std::size_t,
                   double*);
void add_mutual_distances(Metric, const double* const*, std::size_t, const LanePoints&, std::size_t,
                          std::size_t, double*, double*);
void add_inverse_powers(Metric, const double* const*, std::size_t, const LanePoints&, std::size_t,
                        std::size_t, double*);
double lower_reach(const double*, const double*, double, std::size_t, double*);
double smallest_reachability(Metric, const double* const*, const double*, std::size_t, const LanePoints&,
                             const double*, std::size_t, std::size_t);
}  // namespace aisle::kernels

namespace aisle {
namespace {

// 3 rows of a random matrix against all of it: a short last group, and fewer rows than a kernel takes.
struct Case {
  Matrix points;
  LanePoints packed;
  std::vector<const double*> rows;
  std::vector<double> cores;

  explicit Case(std::uint64_t number) {
    RandomDraws draws(41, 1, number);
    const std::size_t n_rows = 1 + draws.below(100);
    points = Matrix(n_rows, 1 + draws.below(13));
    for (std::size_t row = 0; row < n_rows; ++row) {
      for (double& value : points.row(row)) value = draws.normal(0, 100);
    }
    std::vector<std::int32_t> all(n_rows);
    std::iota(all.begin(), all.end(), 0);
    packed = LanePoints(points, all);
    for (std::size_t item = 0; item < 3; ++item) rows.push_back(points.row(item % n_rows).data());
    for (std::size_t slot = 0; slot < n_slots(); ++slot) cores.push_back(draws.uniform(0, 200));
  }
  std::size_t n_slots() const { return packed.n_groups() * kLanes; }
};

// What all the kernels of one compilation give, end to end.
#define ALL_RESULTS(compilation)                                                                       \
  [](const Case& given, Metric metric) {                                                               \
    const std::size_t n = given.packed.n_groups();                                                     \
    std::vector<double> out(given.n_slots() + 5 * 4 * kLanes + given.n_slots() * 2);                   \
    double* at = out.data();                                                                           \
    compilation::distances(metric, given.rows[0], given.packed, 0, n, at);                             \
    at += given.n_slots();                                                                             \
    compilation::add_distances(metric, given.rows.data(), 3, given.packed, 0, n, at);                  \
    at += 4 * kLanes;                                                                                  \
    compilation::add_inverse_powers(metric, given.rows.data(), 3, given.packed, 0, n, at);             \
    at += 4 * kLanes;                                                                                  \
    compilation::add_mutual_distances(metric, given.rows.data(), 3, given.packed, 0, n, at,            \
                                      at + 4 * kLanes);                                                \
    at += 4 * kLanes + given.n_slots();                                                                \
    std::fill_n(at, given.n_slots(), 150.0);                                                           \
    out.push_back(compilation::lower_reach(out.data(), given.cores.data(), 20, given.n_slots(), at));  \
    out.push_back(compilation::smallest_reachability(metric, given.rows.data(), given.cores.data(), 3, \
                                                     given.packed, given.cores.data(), 0, n));         \
    return out;                                                                                        \
  }

TEST(DistanceKernels, EveryProcessorGivesTheSameBits) {
  const auto chosen = ALL_RESULTS(kernels);
  const auto plain = ALL_RESULTS(plain_kernels);
  for (std::uint64_t number = 0; number < 500; ++number) {
    const Case given(number);
    for (const Metric metric : {Metric::kEuclidean, Metric::kManhattan}) {
      ASSERT_EQ(chosen(given, metric), plain(given, metric)) << number;
    }
  }
}

TEST(DistanceKernels, CopiesThatFillTheLastGroupAreInNoSum) {
  const Case given(7);
  ASSERT_NE(given.packed.size() % kLanes, 0u);
  double lanes[4 * kLanes] = {};
  kernels::add_distances(Metric::kManhattan, given.rows.data(), 1, given.packed, 0, given.packed.n_groups(),
                         lanes);
  double expected = 0;
  for (std::size_t row = 0; row < given.points.n_rows(); ++row) {
    for (std::size_t col = 0; col < given.points.n_cols(); ++col) {
      expected += std::abs(given.rows[0][col] - given.points(row, col));
    }
  }
  EXPECT_NEAR(fold(lanes), expected, 1e-9 * expected);
}

}  // namespace
}  // namespace aisle
