// Maximum-weight assignment in exact whole numbers: optimum first, then the smallest of the optima.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/cluster/matching.h"

namespace aisle {
namespace {

constexpr double kLargestSum = 0x1.0p50;

// A square problem in whole numbers; missing rows and columns are filled with zeros.
class Assignment {
 public:
  explicit Assignment(MatrixView weights);
  std::vector<std::int32_t> solve();

 private:
  std::int64_t cost(std::size_t row, std::size_t col) const { return -weights_[row * size_ + col]; }
  // Of every optimal assignment, and of no other, all pairs are tight.
  bool tight(std::size_t row, std::size_t col) const {
    return cost(row, col) == row_potential_[row] + col_potential_[col];
  }
  // Whether `holder` must keep its column while later rows than `row`, and `row`, are moved. An earlier row
  // without a partner may move: no rearrangement could give it one, or it would have it.
  bool settled(std::size_t holder, std::size_t row) const {
    return holder == row || (holder < row && cost(holder, col_of_[holder]) < 0);
  }
  void augment(std::size_t row);
  bool take(std::size_t row, std::size_t col);
  bool move_row(std::size_t row, std::size_t chosen_row, std::vector<bool>& seen);
  void choose_smallest(std::size_t row);

  std::size_t size_;
  std::size_t n_rows_;
  std::size_t n_cols_;
  std::vector<std::int64_t> weights_;
  std::vector<std::int64_t> row_potential_;
  std::vector<std::int64_t> col_potential_;
  std::vector<std::size_t> row_of_;  // of a column; size_ when it is free
  std::vector<std::size_t> col_of_;
};

Assignment::Assignment(MatrixView weights)
    : size_(std::max(weights.n_rows(), weights.n_cols())),
      n_rows_(weights.n_rows()),
      n_cols_(weights.n_cols()),
      weights_(size_ * size_),
      row_potential_(size_),
      col_potential_(size_),
      row_of_(size_, size_),
      col_of_(size_, size_) {
  double sum = 0;
  bool whole = true;
  for (std::size_t row = 0; row < n_rows_; ++row) {
    for (std::size_t col = 0; col < n_cols_; ++col) {
      const double weight = weights(row, col);
      if (!std::isfinite(weight) || weight < 0) {
        throw InvalidInput({"maximum_weight_matching", fmt::format("weight ({}, {}) is {}", row, col, weight),
                            "a finite number of at least 0", ""});
      }
      sum += weight;
      whole = whole && weight == std::floor(weight);
    }
  }
  const double scale = (whole && sum < kLargestSum) || sum == 0 ? 1.0 : kLargestSum / sum;
  for (std::size_t row = 0; row < n_rows_; ++row) {
    for (std::size_t col = 0; col < n_cols_; ++col) {
      weights_[row * size_ + col] = std::llround(weights(row, col) * scale);
    }
  }
}

// Gives `row` a column along the cheapest augmenting path (Dijkstra on reduced costs).
void Assignment::augment(std::size_t row) {
  constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> distance(size_, kFar);
  std::vector<std::size_t> from_row(size_, row);
  std::vector<bool> done(size_, false);
  std::vector<std::size_t> reached;  // columns whose distance is final
  std::int64_t path = 0;
  std::size_t at_row = row;
  std::size_t end = size_;
  while (end == size_) {
    std::size_t nearest = size_;
    for (std::size_t col = 0; col < size_; ++col) {
      if (done[col]) continue;
      const std::int64_t through = path + cost(at_row, col) - row_potential_[at_row] - col_potential_[col];
      if (through < distance[col]) {
        distance[col] = through;
        from_row[col] = at_row;
      }
      if (nearest == size_ || distance[col] < distance[nearest]) nearest = col;
    }
    path = distance[nearest];
    done[nearest] = true;
    reached.push_back(nearest);
    if (row_of_[nearest] == size_) {
      end = nearest;
    } else {
      at_row = row_of_[nearest];
    }
  }
  row_potential_[row] += path;
  for (const std::size_t col : reached) {
    const std::int64_t slack = path - distance[col];
    col_potential_[col] -= slack;
    if (row_of_[col] != size_) row_potential_[row_of_[col]] += slack;
  }
  for (std::size_t col = end;;) {
    const std::size_t giver = from_row[col];
    row_of_[col] = giver;
    std::swap(col_of_[giver], col);
    if (giver == row) break;
  }
}

// Finds `row` another tight column without moving a row that is settled while `chosen_row` chooses.
bool Assignment::move_row(std::size_t row, std::size_t chosen_row, std::vector<bool>& seen) {
  for (std::size_t col = 0; col < size_; ++col) {
    if (seen[col] || !tight(row, col)) continue;
    const std::size_t holder = row_of_[col];
    if (holder != size_ && settled(holder, chosen_row)) continue;
    seen[col] = true;
    if (holder == size_ || move_row(holder, chosen_row, seen)) {
      row_of_[col] = row;
      col_of_[row] = col;
      return true;
    }
  }
  return false;
}

// Gives `row` the column `col` if all others still find tight columns.
bool Assignment::take(std::size_t row, std::size_t col) {
  if (col_of_[row] == col) return true;
  const std::size_t holder = row_of_[col];
  if (settled(holder, row)) return false;
  const std::size_t left = col_of_[row];
  row_of_[left] = size_;
  row_of_[col] = row;
  col_of_[row] = col;
  std::vector<bool> seen(size_, false);
  seen[col] = true;
  if (move_row(holder, row, seen)) return true;
  row_of_[col] = holder;
  row_of_[left] = row;
  col_of_[row] = left;
  return false;
}

// A partner that weighs something goes before none.
void Assignment::choose_smallest(std::size_t row) {
  for (std::size_t col = 0; col < n_cols_; ++col) {
    if (cost(row, col) < 0 && tight(row, col) && take(row, col)) return;
  }
}

std::vector<std::int32_t> Assignment::solve() {
  for (std::size_t row = 0; row < size_; ++row) augment(row);
  for (std::size_t row = 0; row < n_rows_; ++row) choose_smallest(row);
  std::vector<std::int32_t> partners(n_rows_, -1);
  for (std::size_t row = 0; row < n_rows_; ++row) {
    if (cost(row, col_of_[row]) < 0) partners[row] = static_cast<std::int32_t>(col_of_[row]);
  }
  return partners;
}

}  // namespace

std::vector<std::int32_t> maximum_weight_matching(MatrixView weights) {
  if (weights.n_cols() == 0) return std::vector<std::int32_t>(weights.n_rows(), -1);
  return Assignment(weights).solve();
}

}  // namespace aisle
