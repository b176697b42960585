// A balanced k-d tree (Bentley 1975) in flat arrays: first phase of the spanning tree.
//
// Every leaf but the last holds exactly kLeafSize points, so a point's position says its leaf, and a leaf's
// coordinates lie dimension by dimension, so a kernel handles all its points at once. The shape of the tree
// never shows in a result: searches are exact, and ties go by row key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/cluster/aligned_array.h"

namespace aisle {

// Nodes are in preorder: node 0 is the root, the left child of an inner node is the next node, its right
// child `right`.
struct KdNode {
  std::int32_t right = -1;  // -1 for a leaf
  std::int32_t first_leaf = 0;
  std::int32_t n_leaves = 0;
};

struct KdTree {
  static constexpr std::size_t kLeafSize = 16;

  std::size_t n_points = 0;
  std::size_t n_dims = 0;
  std::size_t n_leaves = 0;
  std::vector<KdNode> nodes;             // 2 * n_leaves - 1
  std::vector<std::int32_t> leaf_nodes;  // the node of each leaf
  AlignedArray<double> boxes;            // a node's lowest coordinates, then its highest: nodes x 2 x n_dims
  AlignedArray<double> coordinates;      // leaves x n_dims x kLeafSize; infinite beyond the last point
  std::vector<std::int32_t> rows;        // the row at each position

  const double* box(std::size_t node) const { return boxes.data() + node * 2 * n_dims; }
  const double* leaf(std::size_t leaf) const { return coordinates.data() + leaf * n_dims * kLeafSize; }
  std::size_t leaf_count(std::size_t leaf) const {
    const std::size_t left = n_points - leaf * kLeafSize;
    return left < kLeafSize ? left : kLeafSize;
  }
};

// Builds the tree over n_rows > 0 rows of finite values, in parallel; O(n log n) time.
KdTree build_kd_tree(MatrixView points);

}  // namespace aisle
