// Where new points belong in an HDBSCAN fit that stays as it is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/hdbscan.h"
#include "aisle/cluster/kd_tree.h"
#include "aisle/cluster/memberships.h"
#include "aisle/cluster/progress.h"
#include "aisle/cluster/tree_kernels.h"

namespace aisle {

// Where new points belong: one entry a point.
struct Prediction {
  std::vector<std::int32_t> labels;         // of the fit; -1 for noise
  std::vector<double> probabilities;        // strength of membership, 0..1; 0 for noise
  std::vector<std::int32_t> next_labels;    // the next-best cluster; -1 when there is no (other) cluster
  std::vector<double> next_strengths;       // strength of membership there; 0 when there is none
  std::vector<double> outlier_scores;       // GLOSH, 0..1
  std::vector<std::int32_t> attached_rows;  // the training row that the point attaches to; -1 for none
};

// How long work is watched.
struct PredictionOptions {
  const CancelFlag* cancel = nullptr;  // asked between blocks of points
  ProgressFunction progress = {};      // points done, of all
};

// Predicts by the fit's own hierarchy, exactly:
// - A point with the values of a training row takes that row's label, probability and score: on the training
//   rows the prediction is the fit, with every option of the selection.
// - Any other point attaches to the training row of the least mutual reachability
//   max(core(point), core(row), distance), where core(point) is the distance to its min_samples-th training
//   row; on a tie to the nearest, then to the one with the smallest row key. It leaves the condensed tree
//   when that row leaves, or at density 1 / mutual reachability if that is less: then it belongs to the first
//   cluster at or above the row's that is born at a lesser density. Label, probability and outlier score
//   follow as for a training row; the hierarchy does not change.
// - The next-best cluster is where the point would attach if rows of its own cluster, and noise, were not
//   there; its strength is reckoned with that attachment. Noise (label -1, probability 0) has one too: the
//   cluster it is nearest to.
//
// Needs of a fit: its rows, options, core distances, condensed tree and selection; `row_keys` as in the fit.
// All are copied. Built in O(n log n); memory O(n d). `predict` may be called from several threads.
class HdbscanPredictor {
 public:
  // Throws InvalidInput for lengths that do not fit each other or values that are not finite.
  HdbscanPredictor(MatrixView rows, const HdbscanOptions& options, std::span<const double> core_distances,
                   const CondensedTree& tree, const ClusterSelection& selection,
                   std::span<const std::uint64_t> row_keys = {});

  // Parallel; the bits do not depend on threads or on the other points. Memory O(points) beside the result.
  // Throws InvalidInput for another number of columns or a value that is not finite, Cancelled.
  Prediction predict(MatrixView points, const PredictionOptions& options = {}) const;

 private:
  // What the fit says of a training row, by position in the k-d tree.
  struct Row {
    std::int32_t label = -1;
    std::int32_t left = 0;  // index of the cluster that it left
    double lambda = 0;      // and when
  };
  struct Block;

  void read_tree(const CondensedTree& tree);
  void mark_labels();
  ComponentView view(const AlignedArray<double>& cores, const AlignedArray<double>& child_cores) const;
  void predict_block(MatrixView points, std::size_t first, const CancelFlag* cancel, Prediction& out) const;
  void predict_point(const Block& block, std::size_t position, std::size_t out_row, Prediction& out) const;
  void place(const Attachment& attachment, bool is_twin, std::size_t out_row, Prediction& out) const;
  void place_next(const Attachment& attachment, std::size_t out_row, Prediction& out) const;
  double lambda_of(double reduced) const;

  Metric metric_;
  std::size_t min_samples_;
  std::size_t n_cols_;
  KdTree tree_;
  TreeKernels kernels_;
  Memberships memberships_;
  std::vector<Row> rows_;
  std::vector<std::uint64_t> keys_;            // by position, as all that follows
  AlignedArray<double> core_distances_;        // reduced
  AlignedArray<double> child_core_distances_;  // the smallest below each child
  AlignedArray<double> labelled_cores_;        // infinite for noise
  AlignedArray<double> child_labelled_cores_;  // the smallest below each child
  std::vector<std::int32_t> labels_;           // as components
  AlignedArray<std::int32_t> child_labels_;    // that all clustered rows below have, or -1
};

}  // namespace aisle
