#include "aisle/cluster/components.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "aisle/base/parallel.h"

namespace aisle {
namespace {

constexpr std::size_t kBlock = 2048;
constexpr std::size_t kManyComponents = 200;

// The value that all of them have, or -1.
std::int32_t common(const std::int32_t* values, std::size_t count) {
  const bool is_one =
      std::all_of(values, values + count, [&](std::int32_t value) { return value == *values; });
  return is_one ? *values : -1;
}

}  // namespace

Components::Components(const KdTree& tree)
    : tree_(tree),
      of_positions_(tree.n_points),
      of_leaves_(tree.n_leaves),
      of_children_(tree.nodes.size() * KdNode::kWidth),
      sizes_(tree.n_points, 1),
      links_(tree.n_points) {
  std::iota(of_positions_.begin(), of_positions_.end(), 0);
  std::iota(links_.begin(), links_.end(), 0);
  mark_tree();
}

// At least half of the components take part, the smallest: each joins another, so every round takes at least
// a quarter of them away. While there are many, somewhat larger ones take part too, for fewer rounds; later
// a large component's points cost more to search than a round does.
void Components::choose_active() {
  std::vector<std::int32_t> ordered = sizes_;
  const auto middle = ordered.begin() + static_cast<std::ptrdiff_t>((count() - 1) / 2);
  std::nth_element(ordered.begin(), middle, ordered.end());
  const std::int64_t most = (count() > kManyComponents ? 4 : 1) * std::int64_t{*middle};
  is_active_.resize(count());
  for (std::size_t c = 0; c < count(); ++c) is_active_[c] = sizes_[c] <= most ? 1 : 0;
}

std::size_t Components::find(std::size_t component) {
  while (links_[component] != static_cast<std::int32_t>(component)) {
    links_[component] = links_[static_cast<std::size_t>(links_[component])];
    component = static_cast<std::size_t>(links_[component]);
  }
  return component;
}

bool Components::join(std::size_t a, std::size_t b) {
  a = find(a);
  b = find(b);
  if (a == b) return false;
  links_[std::max(a, b)] = static_cast<std::int32_t>(std::min(a, b));
  return true;
}

void Components::renumber() {
  std::vector<std::int32_t> numbers(count());
  std::vector<std::int32_t> sizes;
  for (std::size_t c = 0; c < count(); ++c) {
    // A link leads to a lower component, which has its number already.
    const std::size_t link = static_cast<std::size_t>(links_[c]);
    if (link == c) {
      numbers[c] = static_cast<std::int32_t>(sizes.size());
      sizes.push_back(sizes_[c]);
    } else {
      numbers[c] = numbers[link];
      sizes[static_cast<std::size_t>(numbers[c])] += sizes_[c];
    }
  }
  parallel_for_blocks(tree_.n_points, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t position = begin; position < end; ++position) {
      of_positions_[position] = numbers[of(position)];
    }
  });
  sizes_ = std::move(sizes);
  links_.resize(count());
  std::iota(links_.begin(), links_.end(), 0);
  mark_tree();
}

// Finds the leaves and the children of nodes whose points are all of one component.
void Components::mark_tree() {
  parallel_for_blocks(tree_.n_leaves, kBlock / KdTree::kLeafSize, [&](std::size_t begin, std::size_t end) {
    for (std::size_t leaf = begin; leaf < end; ++leaf) {
      const std::int32_t* first = of_positions_.data() + leaf * KdTree::kLeafSize;
      of_leaves_[leaf] = common(first, tree_.leaf_count(leaf));
    }
  });
  for (std::size_t node = tree_.nodes.size(); node-- > 0;) {
    const KdNode& parent = tree_.nodes[node];
    std::int32_t* components = of_children_.data() + node * KdNode::kWidth;
    std::fill_n(components, KdNode::kWidth, -1);
    for (std::int32_t place = 0; place < parent.n_children; ++place) {
      const std::int32_t child = parent.children[place];
      components[place] =
          child < 0
              ? of_leaves_[static_cast<std::size_t>(-1 - child)]
              : common(of_children_.data() + static_cast<std::size_t>(child) * KdNode::kWidth,
                       static_cast<std::size_t>(tree_.nodes[static_cast<std::size_t>(child)].n_children));
    }
  }
}

}  // namespace aisle
