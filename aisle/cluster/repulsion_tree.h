// The repulsion between all points of a map, approximated on a tree (Barnes and Hut 1986; for t-SNE van der
// Maaten 2014, "Accelerating t-SNE using tree-based algorithms").
//
// Unlike the textbook's, the tree is walked once for each leaf and not for each point: a cell that is far
// enough from the leaf's whole box is far enough for its 16 points, and one list of cells serves them in a
// vector kernel. The k-d partition is kept while points move a little, boxes and centres are always true.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "aisle/base/matrix.h"

namespace aisle {

class RepulsionTree {
 public:
  // A cell stands for its points when its diagonal is less than theta times the distance from the box of the
  // points that feel it to its centre; 0: every pair is taken.
  RepulsionTree(MatrixView positions, double theta);

  // Partitions anew.
  void rebuild(MatrixView positions);
  // The same partition over points that moved.
  void refresh(MatrixView positions);

  // Writes sum_j q_ij^2 (y_i - y_j) for each row, q_ij = 1 / (1 + |y_i - y_j|^2), n x 2, and returns Z, the
  // sum of q_ij over all i != j. In parallel.
  double repel(Matrix& forces) const;

  // The same in tasks that may run at once: each writes the forces of its rows and returns its part of Z; the
  // parts are added in the order of the tasks.
  std::size_t n_tasks() const;
  double repel_task(std::size_t task, Matrix& forces) const;

  // The same sums for one point that is not of the map.
  struct PointForce {
    double x = 0;
    double y = 0;
    double z = 0;
  };
  PointForce at(double x, double y) const;

 private:
  static constexpr std::size_t kLeafSize = 16;

  struct Box {
    double low_x, low_y, high_x, high_y;
  };
  // Nodes are in preorder: the left child of an inner node is the next node. A leaf has no right child.
  struct Node {
    Box box;
    double x, y;     // centre of mass
    double mass;     // number of points
    double opening;  // squared distance beyond which it stands for its points
    std::int32_t right;
    std::int32_t first_leaf;
  };
  struct KeyedRow {
    double value;
    std::int32_t row;
  };
  struct Sources {
    std::vector<double> x, y, mass;
    void add(double source_x, double source_y, double source_mass);
  };

  std::size_t leaf_count(std::size_t leaf) const;
  void partition(MatrixView positions, std::size_t node, std::size_t first_leaf, std::size_t n_leaves);
  void split(MatrixView positions, std::size_t begin, std::size_t middle, std::size_t end);
  void refresh_leaf(MatrixView positions, std::size_t leaf);
  void finish(Node& node, double sum_x, double sum_y, double mass) const;
  void collect(const Box& box, Sources& sources) const;

  double theta_;
  std::size_t n_points_ = 0;
  std::size_t n_leaves_ = 0;  // each of kLeafSize points but the last
  std::vector<Node> nodes_;
  std::vector<std::int32_t> leaf_nodes_;
  std::vector<std::int32_t> rows_;  // leaf by leaf
  std::vector<KeyedRow> keyed_;
  std::vector<double> coordinates_;  // leaves x 2 x kLeafSize; the last leaf is filled up with its last point
};

}  // namespace aisle
