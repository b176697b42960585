// k-means: clusters as round groups about their means, of the smallest sum of squared distances that is
// found.
//
// Starts are k-means++ (Arthur and Vassilvitskii 2007) with several trial rows a centre, as in the authors'
// own program and in scikit-learn; each is brought to its end by Lloyd's algorithm with the bounds of Hamerly
// (2010), which leave out distances without changing a label.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"

namespace aisle {

// How rows are grouped.
struct KMeansOptions {
  int n_clusters = 8;                  // at least 1, at most the number of rows
  int n_starts = 10;                   // at least 1; the best is taken, the first on a tie
  int max_iterations = 300;            // of Lloyd, a start; at least 1
  std::uint64_t seed = 42;             // of every draw
  const CancelFlag* cancel = nullptr;  // asked between iterations
};

// The best start.
struct KMeansResult {
  // As asked for, or the number of different rows where there are fewer: a mean for each of them then.
  std::int32_t n_clusters = 0;
  std::vector<std::int32_t> labels;  // by row; 0 has the most rows, then by the smallest row key
  Matrix means;                      // n_clusters x columns, by label; each the mean of its rows
  double inertia = 0;                // sum of the rows' squared distances to their cluster's mean
  int n_iterations = 0;              // of Lloyd
  bool converged = false;            // the labels stood still before max_iterations
};

// Groups the rows of `points` (n x d, finite), by euclidean distance; columns should be of one scale.
//
// `row_keys` (n distinct numbers, or empty for the row numbers) put the rows in order before anything is
// summed, and each draw is a function of seed, start, centre and the row's key: rows shuffled together with
// their keys give the same bits, whatever the number of threads. O(n x k x d) an iteration at worst; memory
// O(n x d), and O(n) a start that runs. Throws InvalidInput for no rows, an option out of range or a value
// that is not finite; Cancelled.
KMeansResult k_means(MatrixView points, const KMeansOptions& options,
                     std::span<const std::uint64_t> row_keys = {});

// Euclidean distances of the rows to each of `means`, n x k. Throws InvalidInput where columns differ or a
// value is not finite.
Matrix distances_to_means(MatrixView points, MatrixView means);

// The nearest of `means` of each row, the first on a tie; for the fit's rows and means its labels, wherever
// the fit converged. Throws as above.
std::vector<std::int32_t> nearest_means(MatrixView points, MatrixView means);

}  // namespace aisle
