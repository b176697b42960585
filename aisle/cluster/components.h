// The components of Boruvka's rounds: which points are joined, which part of the tree is all of one
// component, and which components take part in a round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "aisle/cluster/aligned_array.h"
#include "aisle/cluster/kd_tree.h"

namespace aisle {

// Components are numbered from 0; at first every point is one.
class Components {
 public:
  explicit Components(const KdTree& tree);

  std::size_t count() const { return sizes_.size(); }
  std::size_t of(std::size_t position) const { return static_cast<std::size_t>(of_positions_[position]); }
  // The component of all points of a leaf, or -1.
  std::int32_t of_leaf(std::size_t leaf) const { return of_leaves_[leaf]; }
  bool is_active(std::size_t component) const { return is_active_[component] != 0; }
  const std::int32_t* by_position() const { return of_positions_.data(); }
  // By node's child (node x 8 + place): the component of all points below, or -1.
  const std::int32_t* by_child() const { return of_children_.data(); }

  // Chooses who takes part in the round that begins.
  void choose_active();
  // Joins two components of this round; false when they are joined already.
  bool join(std::size_t a, std::size_t b);
  // Ends the round: numbers the joined components anew. In parallel.
  void renumber();

 private:
  std::size_t find(std::size_t component);
  void mark_tree();

  const KdTree& tree_;
  std::vector<std::int32_t> of_positions_;
  std::vector<std::int32_t> of_leaves_;
  AlignedArray<std::int32_t> of_children_;
  std::vector<std::int32_t> sizes_;      // by component
  std::vector<std::uint8_t> is_active_;  // by component
  std::vector<std::int32_t> links_;      // by component: a lower one that it is joined to, or itself
};

}  // namespace aisle
