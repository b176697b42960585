// k-means++: each next centre is a row drawn with a probability in proportion to its squared distance from
// the centres so far.
//
// The draw is a race: row i gets a waiting time E_i / D_i², E_i exponential by its key; the shortest wins,
// with just that probability, and the second shortest is as if drawn from the rest. So no cumulated sum over
// the rows is needed, and a row keeps its number when other rows come or go.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "aisle/base/parallel.h"
#include "aisle/base/random.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/distance_kernels.h"
#include "aisle/cluster/k_means_parts.h"

namespace aisle {
namespace {

constexpr std::uint32_t kRaceStream = 0x6b6d'0000;
constexpr std::size_t kRowsPerBlock = 1024;  // a multiple of the lanes

std::vector<std::int32_t> all_rows(std::size_t n) {
  std::vector<std::int32_t> rows(n);
  for (std::size_t row = 0; row < n; ++row) rows[row] = static_cast<std::int32_t>(row);
  return rows;
}

Matrix rows_in_order(MatrixView points, std::span<const std::uint32_t> places) {
  Matrix rows(points.n_rows(), points.n_cols());
  parallel_for_blocks(places.size(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row)
      std::ranges::copy(points.row(places[row]), rows.row(row).begin());
  });
  return rows;
}

// Waiting time and row; the earlier row on a tie.
using Runner = std::pair<double, std::size_t>;

// The `n_winners` rows with the shortest waits, of those at a squared distance above 0.
std::vector<Runner> race(const KeyedRows& points, std::span<const double> squares, std::size_t n_winners,
                         std::uint64_t seed, std::uint64_t draw) {
  const std::size_t n = points.keys.size();
  std::vector<std::vector<Runner>> of_block((n + kRowsPerBlock - 1) / kRowsPerBlock);
  parallel_for_blocks(n, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    std::vector<Runner>& best = of_block[begin / kRowsPerBlock];
    for (std::size_t row = begin; row < end; ++row) {
      if (squares[row] <= 0) continue;
      // The seed is mixed with the draw's number, as item and stream are the key's and the purpose's.
      RandomDraws draws(seed + draw * 0x9e37'79b9'7f4a'7c15, kRaceStream, points.keys[row]);
      const Runner runner{-std::log(1.0 - draws.uniform()) / squares[row], row};
      if (best.size() == n_winners && runner >= best.back()) continue;
      best.insert(std::upper_bound(best.begin(), best.end(), runner), runner);
      if (best.size() > n_winners) best.pop_back();
    }
  });
  std::vector<Runner> all;
  for (const auto& best : of_block) all.insert(all.end(), best.begin(), best.end());
  std::sort(all.begin(), all.end());
  if (all.size() > n_winners) all.resize(n_winners);
  return all;
}

// The squared distances to the nearest centre if `row` became one too; returns their sum.
double with_centre(const KeyedRows& points, std::size_t row, std::span<const double> before,
                   std::span<double> after) {
  const double* centre = points.rows.row(row).data();
  return parallel_sum(points.keys.size(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    double distances[kRowsPerBlock];
    kernels::distances(Metric::kEuclidean, centre, points.packed, begin / kLanes, (end + kLanes - 1) / kLanes,
                       distances);
    double sum = 0;
    for (std::size_t at = begin; at < end; ++at) {
      const double distance = distances[at - begin];
      after[at] = std::min(before[at], distance * distance);
      sum += after[at];
    }
    return sum;
  });
}

}  // namespace

KeyedRows::KeyedRows(const char* where, MatrixView points, std::span<const std::uint64_t> row_keys) {
  check_points(where, points);
  places = rows_by_key(where, row_keys, points.n_rows());
  for (const std::uint32_t place : places) keys.push_back(row_keys.empty() ? place : row_keys[place]);
  rows = rows_in_order(points, places);
  packed = LanePoints(rows, all_rows(rows.n_rows()));
}

std::vector<std::size_t> k_means_start(const KeyedRows& points, std::size_t n, std::uint64_t seed,
                                       std::uint32_t start) {
  const std::size_t n_rows = points.keys.size();
  const auto draw_number = [start](std::size_t centre) {
    return (std::uint64_t{start} << 32) + static_cast<std::uint64_t>(centre);
  };
  // As many trials a centre as Arthur and Vassilvitskii's program and scikit-learn make.
  const std::size_t n_trials = 2 + static_cast<std::size_t>(std::log(static_cast<double>(n)));
  const std::vector<double> alike(n_rows, 1.0);
  std::vector<std::size_t> centres = {race(points, alike, 1, seed, draw_number(0)).front().second};
  std::vector<double> squares(n_rows, std::numeric_limits<double>::infinity());
  with_centre(points, centres.front(), squares, squares);
  while (centres.size() < n) {
    const auto trials = race(points, squares, n_trials, seed, draw_number(centres.size()));
    if (trials.empty()) break;  // every row is a centre's equal
    std::vector<double> best;
    double least = std::numeric_limits<double>::infinity();
    std::size_t chosen = trials.front().second;
    for (const Runner& trial : trials) {
      std::vector<double> after(n_rows);
      const double sum = with_centre(points, trial.second, squares, after);
      if (!best.empty() && sum >= least) continue;
      least = sum;
      best = std::move(after);
      chosen = trial.second;
    }
    centres.push_back(chosen);
    squares = std::move(best);
  }
  return centres;
}

}  // namespace aisle
