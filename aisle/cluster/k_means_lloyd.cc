// Lloyd's algorithm with Hamerly's bounds.
//
// A row keeps an upper bound on the distance to its own mean and a lower bound on that to any other. Means
// that move loosen both. While upper < lower, or upper < half the distance from its mean to the next one, the
// row's label cannot change. Every moved distance is stretched by kSlack, far more than rounding, so a bound
// never errs on the wrong side, and the labels are those of plain Lloyd.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/distance_kernels.h"
#include "aisle/cluster/k_means_parts.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 1024;
constexpr double kSlack = 1 + 1e-9;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double distance_between(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t col = 0; col < a.size(); ++col) sum += (a[col] - b[col]) * (a[col] - b[col]);
  return std::sqrt(sum);
}

LanePoints packed_means(const Matrix& means) {
  std::vector<std::int32_t> rows(means.n_rows());
  std::iota(rows.begin(), rows.end(), 0);
  return LanePoints(means, rows);
}

// The state of one start.
class Iterations {
 public:
  Iterations(const KeyedRows& points, std::span<const std::size_t> centres)
      : points_(points),
        n_(points.keys.size()),
        means_(centres.size(), points.rows.n_cols()),
        labels_(n_, 0),
        upper_(n_, kInfinity),
        lower_(n_, 0.0) {
    for (std::size_t at = 0; at < centres.size(); ++at)
      std::ranges::copy(points.rows.row(centres[at]), means_.row(at).begin());
  }

  // Gives each row its nearest mean; whether a label changed.
  bool assign() {
    const std::vector<double> half = half_separations();
    const LanePoints packed = packed_means(means_);
    std::atomic<bool> changed{false};
    parallel_for_blocks(n_, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
      std::vector<double> distances(packed.n_groups() * kLanes);
      bool here = false;
      for (std::size_t row = begin; row < end; ++row) here |= assign_row(row, packed, half, distances);
      if (here) changed.store(true, std::memory_order_relaxed);
    });
    return changed.load();
  }

  // Moves each mean to its rows; a mean without rows to the row that is farthest from its own.
  void move_means() {
    std::vector<std::size_t> counts;
    Matrix moved = sums_by_label(counts);
    const auto empty = std::find(counts.begin(), counts.end(), std::size_t{0});
    if (empty != counts.end()) {
      give_farthest_row(static_cast<std::int32_t>(empty - counts.begin()));
      move_means();
      return;
    }
    for (std::size_t at = 0; at < counts.size(); ++at) {
      for (double& value : moved.row(at)) value /= static_cast<double>(counts[at]);
    }
    loosen(moved);
    means_ = std::move(moved);
  }

  LloydResult result(int n_iterations, bool converged) {
    const double inertia = parallel_sum(n_, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
      double sum = 0;
      for (std::size_t row = begin; row < end; ++row) {
        const double distance = own_distance(row);
        sum += distance * distance;
      }
      return sum;
    });
    return {.means = std::move(means_),
            .labels = std::move(labels_),
            .inertia = inertia,
            .n_iterations = n_iterations,
            .converged = converged};
  }

 private:
  std::size_t label(std::size_t row) const { return static_cast<std::size_t>(labels_[row]); }
  double own_distance(std::size_t row) const {
    return distance_between(points_.rows.row(row), means_.row(label(row)));
  }

  // Half the distance from each mean to the nearest other one, a little less.
  std::vector<double> half_separations() const {
    std::vector<double> half(means_.n_rows(), kInfinity);
    for (std::size_t a = 0; a < half.size(); ++a) {
      for (std::size_t b = a + 1; b < half.size(); ++b) {
        const double distance = distance_between(means_.row(a), means_.row(b)) / 2 / kSlack;
        half[a] = std::min(half[a], distance);
        half[b] = std::min(half[b], distance);
      }
    }
    return half;
  }

  bool assign_row(std::size_t row, const LanePoints& packed, const std::vector<double>& half,
                  std::vector<double>& distances) {
    const double bound = std::max(lower_[row], half[label(row)]);
    if (upper_[row] * kSlack < bound) return false;
    kernels::distances(Metric::kEuclidean, points_.rows.row(row).data(), packed, 0, packed.n_groups(),
                       distances.data());
    std::size_t best = 0;
    double second = kInfinity;
    for (std::size_t mean = 1; mean < packed.size(); ++mean) {
      if (distances[mean] < distances[best]) {
        second = distances[best];
        best = mean;
      } else {
        second = std::min(second, distances[mean]);
      }
    }
    upper_[row] = distances[best];
    lower_[row] = second;
    const bool changed = best != label(row);
    labels_[row] = static_cast<std::int32_t>(best);
    return changed;
  }

  // Partial sums by block, added in the order of the blocks.
  Matrix sums_by_label(std::vector<std::size_t>& counts) const {
    const std::size_t k = means_.n_rows();
    const std::size_t n_chunks = std::clamp<std::size_t>(n_ / kRowsPerBlock, 1, 16);
    const std::size_t rows_of_chunk = (n_ + n_chunks - 1) / n_chunks;
    std::vector<Matrix> sums(n_chunks, Matrix(k, means_.n_cols()));
    std::vector<std::vector<std::size_t>> counted(n_chunks, std::vector<std::size_t>(k));
    parallel_for(n_chunks, [&](std::size_t chunk) {
      for (std::size_t row = chunk * rows_of_chunk; row < std::min(n_, (chunk + 1) * rows_of_chunk); ++row) {
        const auto sum = sums[chunk].row(label(row));
        const auto values = points_.rows.row(row);
        for (std::size_t col = 0; col < sum.size(); ++col) sum[col] += values[col];
        ++counted[chunk][label(row)];
      }
    });
    counts.assign(k, 0);
    for (std::size_t chunk = 0; chunk < n_chunks; ++chunk) {
      for (std::size_t at = 0; at < k; ++at) counts[at] += counted[chunk][at];
      if (chunk == 0) continue;
      for (std::size_t cell = 0; cell < k * means_.n_cols(); ++cell)
        sums[0].data()[cell] += sums[chunk].data()[cell];
    }
    return std::move(sums[0]);
  }

  // The first of the farthest rows. It is not alone in its cluster: a row that is has distance 0, and with as
  // many different rows as means some row is not at its mean while a cluster is empty.
  void give_farthest_row(std::int32_t empty) {
    std::size_t farthest = 0;
    double largest = -1;
    for (std::size_t row = 0; row < n_; ++row) {
      const double distance = own_distance(row);
      if (distance <= largest) continue;
      largest = distance;
      farthest = row;
    }
    labels_[farthest] = empty;
    std::ranges::copy(points_.rows.row(farthest), means_.row(static_cast<std::size_t>(empty)).begin());
    std::fill(upper_.begin(), upper_.end(), kInfinity);
    std::fill(lower_.begin(), lower_.end(), 0.0);
  }

  void loosen(const Matrix& moved) {
    std::vector<double> moves(means_.n_rows());
    for (std::size_t at = 0; at < moves.size(); ++at)
      moves[at] = distance_between(means_.row(at), moved.row(at)) * kSlack;
    const auto farthest =
        static_cast<std::size_t>(std::max_element(moves.begin(), moves.end()) - moves.begin());
    double next = 0;
    for (std::size_t at = 0; at < moves.size(); ++at) {
      if (at != farthest) next = std::max(next, moves[at]);
    }
    parallel_for_blocks(n_, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
      for (std::size_t row = begin; row < end; ++row) {
        upper_[row] += moves[label(row)];
        lower_[row] -= label(row) == farthest ? next : moves[farthest];
      }
    });
  }

  const KeyedRows& points_;
  std::size_t n_;
  Matrix means_;
  std::vector<std::int32_t> labels_;
  std::vector<double> upper_;
  std::vector<double> lower_;
};

}  // namespace

LloydResult lloyd(const KeyedRows& points, std::span<const std::size_t> centres, int max_iterations,
                  const CancelFlag* cancel) {
  Iterations iterations(points, centres);
  iterations.assign();
  for (int iteration = 1; iteration <= max_iterations; ++iteration) {
    if (cancel != nullptr) cancel->check();
    iterations.move_means();
    // The last iteration leaves every mean that of its rows.
    if (iteration == max_iterations) break;
    if (!iterations.assign()) return iterations.result(iteration, true);
  }
  return iterations.result(max_iterations, false);
}

}  // namespace aisle
