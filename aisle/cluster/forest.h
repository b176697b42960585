// A random forest for classification (Breiman 2001), deterministic: draws go by row key, not row number.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"

namespace aisle {

struct ForestParameters {
  int n_trees = 100;
  int max_features = 0;  // tried at a split; 0: the root of the number of columns
  std::uint64_t seed = 42;
  const CancelFlag* cancel = nullptr;
};

// One node: a split (go left when value <= threshold) or a leaf (feature -1; `leaf` indexes the votes).
struct ForestNode {
  std::int32_t feature = -1;
  double threshold = 0;
  std::int32_t left = -1;
  std::int32_t right = -1;
  std::int32_t leaf = -1;
};

struct ForestTree {
  std::vector<ForestNode> nodes;   // node 0 is the root
  std::vector<float> leaf_shares;  // n_leaves x n_classes
};

struct Forest {
  std::int32_t n_classes = 0;
  std::int32_t n_features = 0;
  std::vector<ForestTree> trees;
};

// Gini splits, exact thresholds, bootstrap of n rows a tree. Labels are 0..n_classes-1. Throws InvalidInput.
Forest fit_forest(MatrixView points, std::span<const std::int32_t> labels, const ForestParameters& parameters,
                  std::span<const std::uint64_t> row_keys = {});

// Class shares, n x n_classes: the mean over trees of the leaf's shares. The first largest is the prediction.
Matrix predict_shares(const Forest& forest, MatrixView points);

}  // namespace aisle
