// A k-d tree (Bentley 1975) in flat arrays: first phase of the spanning tree.
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

// An inner node of up to eight children: three levels of the binary tree in one, so that a kernel bounds all
// children at once. Nodes come before their children; node 0 is the root.
struct KdNode {
  static constexpr std::size_t kWidth = 8;
  std::int32_t children[kWidth];  // a node, or -1 - leaf
  std::int32_t n_children = 0;
};

struct KdTree {
  static constexpr std::size_t kLeafSize = 16;
  static constexpr std::size_t kMostDepth = 72;  // of a leaf; the root is at 0

  std::size_t n_points = 0;
  std::size_t n_dims = 0;
  std::size_t n_leaves = 0;
  std::vector<KdNode> nodes;
  AlignedArray<double> boxes;        // nodes x n_dims x (lowest of the 8 children, highest of the 8)
  AlignedArray<double> coordinates;  // leaves x n_dims x kLeafSize; infinite beyond the last point
  std::vector<std::int32_t> rows;    // the row at each position

  const double* box(std::size_t node) const { return boxes.data() + node * n_dims * 2 * KdNode::kWidth; }
  const double* leaf(std::size_t leaf) const { return coordinates.data() + leaf * n_dims * kLeafSize; }
  std::size_t leaf_count(std::size_t leaf) const {
    const std::size_t left = n_points - leaf * kLeafSize;
    return left < kLeafSize ? left : kLeafSize;
  }
};

// Builds the tree over n_rows > 0 rows of finite values, in parallel; O(n log n) time.
KdTree build_kd_tree(MatrixView points);

}  // namespace aisle
