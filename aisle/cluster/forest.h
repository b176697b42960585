// A random forest for classification (Breiman 2001), deterministic: draws go by row key, not row number.
//
// Every tree is grown to purity on a bootstrap of the rows. At a node max_features columns that vary there
// are drawn without replacement, as in scikit-learn, and the split with the smallest Gini impurity wins: the
// first drawn column and the lowest threshold on a tie. A threshold is the middle between two neighbouring
// values. A split that gains nothing is still made, so that a tree ends in pure leaves wherever the columns
// tell the classes apart.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"

namespace aisle {

// How a forest is grown.
struct ForestParameters {
  int n_trees = 100;                   // at least 1
  int max_features = 0;                // tried at a split; 0: the root of the number of columns
  std::uint64_t seed = 42;             // of every draw
  const CancelFlag* cancel = nullptr;  // asked between trees
};

// One node: a split (go left when value <= threshold) or a leaf (feature -1; `leaf` indexes the votes).
struct ForestNode {
  std::int32_t feature = -1;  // column; -1: a leaf
  double threshold = 0;       // in the column's unit
  std::int32_t left = -1;     // node
  std::int32_t right = -1;    // node
  std::int32_t leaf = -1;     // row of the tree's leaf_shares
};

// One tree: nodes, and the shares of the classes in its leaves.
struct ForestTree {
  std::vector<ForestNode> nodes;   // node 0 is the root; a parent stands before its children
  std::vector<float> leaf_shares;  // n_leaves x n_classes
};

// A fitted forest: all that a prediction needs, and no rows.
struct Forest {
  std::int32_t n_classes = 0;     // largest label of the fit + 1
  std::int32_t n_features = 0;    // columns
  std::vector<ForestTree> trees;  // in the order of their draws
};

// Gini splits, exact thresholds, bootstrap of n rows a tree. Labels are 0..n_classes-1 (n_classes is the
// largest label plus one; a class may have no row). With one class alone every tree is a single leaf.
//
// `row_keys` (n distinct numbers, or empty for the row numbers) put the rows in order before anything is
// drawn: rows shuffled together with their keys give the same forest. The same bits for any number of
// threads. O(n log n) a column once, then O(n x columns) a level of a tree; memory O(n x columns) a thread.
// Throws InvalidInput on no rows or columns, another number of labels or keys than rows, a negative label, a
// key that is there twice, a value that is not finite, n_trees < 1, or max_features below 0 or above the
// number of columns; Cancelled.
Forest fit_forest(MatrixView points, std::span<const std::int32_t> labels, const ForestParameters& parameters,
                  std::span<const std::uint64_t> row_keys = {});

// Class shares, n x n_classes: the mean over trees of the leaf's shares. The first largest is the prediction.
// Throws InvalidInput on another number of columns than the fit's.
Matrix predict_shares(const Forest& forest, MatrixView points);

// The class with the largest share of each row, the first one on a tie.
std::vector<std::int32_t> predict_labels(const Forest& forest, MatrixView points);

// What trees say of the rows that are out of their bags: an honest error without a held-out set.
struct OutOfBag {
  Matrix shares;                    // n x n_classes: mean shares over those trees; NaN where there is none
  std::vector<std::int32_t> trees;  // by row: trees whose bag it is not in
  // Share of the rows with such a tree whose label is not their first largest share; NaN without such a row.
  double error = 0;
  std::vector<double> class_errors;  // the same by label
};

// `points`, `labels`, `parameters` and `row_keys` are those of the fit (as in scikit-learn's oob_score). O(n
// x trees x depth); memory n x trees bits. The same bits for any number of threads. Throws InvalidInput on
// other shapes, labels or number of trees than the fit's; Cancelled.
OutOfBag out_of_bag(const Forest& forest, MatrixView points, std::span<const std::int32_t> labels,
                    const ForestParameters& parameters, std::span<const std::uint64_t> row_keys = {});

// How much a forest leans on each column: the accuracy that trees lose on the rows out of their bag when
// that column's values are permuted among them (Breiman 2001, section 10), as a share of these rows, mean
// over trees. About 0, or a little below, for a column that says nothing. Columns that say the same share
// their importance.
struct ForestImportance {
  std::vector<double> mean;            // by column
  std::vector<double> standard_error;  // by column: of the mean over trees
  Matrix by_class;  // n_classes x columns: over the rows of a label; 0 for one without rows
};

// Arguments as of out_of_bag; permutations are drawn by tree, column and row key, so rows shuffled together
// with their keys give the same bits. O(n x trees x columns x depth). Throws as out_of_bag does.
ForestImportance permutation_importance(const Forest& forest, MatrixView points,
                                        std::span<const std::int32_t> labels,
                                        const ForestParameters& parameters,
                                        std::span<const std::uint64_t> row_keys = {});

// How often each of n rows (in the order of their keys) is in the bootstrap of a tree: n draws with
// replacement. Rows with 0 are out of the bag.
std::vector<std::uint32_t> bootstrap_counts(std::uint64_t seed, std::size_t tree, std::size_t n_rows);

}  // namespace aisle
