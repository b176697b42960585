#include "aisle/cluster/boruvka.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "aisle/base/parallel.h"

namespace aisle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kBlock = 2048;
constexpr std::size_t kLeafBlock = 16;
constexpr std::size_t kManyComponents = 200;

// Lowers `value` to `candidate` when that is less.
void lower(std::atomic<double>& value, double candidate) {
  double current = value.load(std::memory_order_relaxed);
  while (candidate < current && !value.compare_exchange_weak(current, candidate, std::memory_order_relaxed)) {
  }
}

// The value that all of them have, or -1.
std::int32_t common(const std::int32_t* values, std::size_t count) {
  const bool is_one =
      std::all_of(values, values + count, [&](std::int32_t value) { return value == *values; });
  return is_one ? *values : -1;
}

class Boruvka {
 public:
  Boruvka(const KdTree& tree, const NeighbourLists& lists, std::span<const std::uint64_t> keys,
          const TreeKernels& kernels, const CancelFlag* cancel);

  std::vector<PositionEdge> run();

 private:
  // What is known of the least edge that leaves a point's component from that point. The edges that leave
  // only become fewer, so a bound stays a bound, and an exact edge stays exact until its end is absorbed.
  struct Candidate {
    double weight = kInfinity;      // of the edge to target
    double at_least = 0;            // no edge that leaves weighs less
    std::int32_t target = -1;       // a position; -1: none is known
    std::uint8_t is_exact = 0;      // no edge comes before it in the total order
    std::uint8_t list_is_done = 0;  // all listed neighbours are in the point's component
  };

  bool leaves(std::size_t position) const {
    const std::int32_t target = candidates_[position].target;
    return target >= 0 && components_[static_cast<std::size_t>(target)] != components_[position];
  }
  std::size_t component(std::size_t position) const {
    return static_cast<std::size_t>(components_[position]);
  }

  void bound_cores();
  void begin_round();
  void choose_active();
  template <typename Body>
  void for_active_leaves(const Body& body);
  void try_lists();
  void try_list(std::size_t position);
  void search_trees();
  void search(std::size_t position);
  void offer(std::size_t position);
  void join(std::vector<PositionEdge>& edges);
  void renumber();
  void mark_nodes();
  std::int32_t find(std::int32_t component);
  bool before(std::size_t position, std::size_t other) const;

  const KdTree& tree_;
  const NeighbourLists& lists_;
  std::span<const std::uint64_t> keys_;
  const TreeKernels& kernels_;
  const CancelFlag* cancel_;
  std::size_t n_components_;
  std::vector<std::int32_t> components_;  // of positions
  std::vector<std::uint8_t>
      leaf_lists_done_;                // by leaf: no list has an edge that leaves, no candidate is exact
  std::vector<double> leaf_at_least_;  // by leaf: the smallest at_least of its points
  std::vector<std::int32_t> leaf_components_;    // of leaves; -1 for several
  AlignedArray<std::int32_t> child_components_;  // of nodes' children; -1 for several
  AlignedArray<double> child_core_distances_;
  std::vector<Candidate> candidates_;
  std::vector<std::int32_t> sizes_;                       // of components
  std::vector<std::uint8_t> is_active_;                   // components that take part in this round
  std::vector<std::int32_t> links_;                       // union-find over this round's components
  std::unique_ptr<std::atomic<double>[]> least_;          // by component: no heavier edge is of use
  std::unique_ptr<std::atomic<std::int32_t>[]> elected_;  // by component: position whose edge it is
  ComponentView view_;
};

Boruvka::Boruvka(const KdTree& tree, const NeighbourLists& lists, std::span<const std::uint64_t> keys,
                 const TreeKernels& kernels, const CancelFlag* cancel)
    : tree_(tree),
      lists_(lists),
      keys_(keys),
      kernels_(kernels),
      cancel_(cancel),
      n_components_(tree.n_points),
      components_(tree.n_points),
      leaf_lists_done_(tree.n_leaves, 0),
      leaf_at_least_(tree.n_leaves, 0.0),
      leaf_components_(tree.n_leaves),
      child_components_(tree.nodes.size() * KdNode::kWidth),
      child_core_distances_(tree.nodes.size() * KdNode::kWidth),
      candidates_(tree.n_points),
      sizes_(tree.n_points, 1),
      is_active_(tree.n_points, 1),
      links_(tree.n_points),
      least_(new std::atomic<double>[tree.n_points]),
      elected_(new std::atomic<std::int32_t>[tree.n_points]) {
  std::iota(components_.begin(), components_.end(), 0);
  bound_cores();
  for (std::size_t position = 0; position < tree.n_points; ++position) {
    candidates_[position].at_least = lists.core_distances[position];
  }
  view_ = {lists.core_distances.data(), keys.data(), components_.data(), child_components_.data(),
           child_core_distances_.data()};
}

// The smallest core distance below each child; children come after their parents.
void Boruvka::bound_cores() {
  for (std::size_t node = tree_.nodes.size(); node-- > 0;) {
    double* cores = child_core_distances_.data() + node * KdNode::kWidth;
    std::fill_n(cores, KdNode::kWidth, kInfinity);
    for (std::int32_t place = 0; place < tree_.nodes[node].n_children; ++place) {
      const std::int32_t child = tree_.nodes[node].children[place];
      // Padding is infinite in both, so whole leaves and whole nodes may be read.
      const double* first =
          child < 0 ? lists_.core_distances.data() + static_cast<std::size_t>(-1 - child) * KdTree::kLeafSize
                    : child_core_distances_.data() + static_cast<std::size_t>(child) * KdNode::kWidth;
      cores[place] = *std::min_element(first, first + (child < 0 ? KdTree::kLeafSize : KdNode::kWidth));
    }
  }
}

std::vector<PositionEdge> Boruvka::run() {
  std::vector<PositionEdge> edges;
  edges.reserve(tree_.n_points - 1);
  mark_nodes();
  while (n_components_ > 1) {
    if (cancel_ != nullptr) cancel_->check();
    begin_round();
    try_lists();
    search_trees();
    join(edges);
    renumber();
    mark_nodes();
  }
  return edges;
}

void Boruvka::begin_round() {
  choose_active();
  for (std::size_t c = 0; c < n_components_; ++c) {
    least_[c].store(kInfinity, std::memory_order_relaxed);
    elected_[c].store(-1, std::memory_order_relaxed);
    links_[c] = static_cast<std::int32_t>(c);
  }
}

// At least half of the components take part, the smallest: each joins another, so every round takes at least
// a quarter of them away. While there are many, somewhat larger ones take part too, for fewer rounds; later
// a large component's points cost more to search than a round does.
void Boruvka::choose_active() {
  std::vector<std::int32_t> ordered(sizes_.begin(),
                                    sizes_.begin() + static_cast<std::ptrdiff_t>(n_components_));
  const auto middle = ordered.begin() + static_cast<std::ptrdiff_t>((n_components_ - 1) / 2);
  std::nth_element(ordered.begin(), middle, ordered.end());
  const std::int64_t most = (n_components_ > kManyComponents ? 4 : 1) * std::int64_t{*middle};
  for (std::size_t c = 0; c < n_components_; ++c) is_active_[c] = sizes_[c] <= most ? 1 : 0;
}

// Calls body(leaf) for the leaves that may hold points of active components.
template <typename Body>
void Boruvka::for_active_leaves(const Body& body) {
  parallel_for_blocks(tree_.n_leaves, kLeafBlock, [&](std::size_t begin, std::size_t end) {
    if (cancel_ != nullptr) cancel_->check();
    for (std::size_t leaf = begin; leaf < end; ++leaf) {
      const std::int32_t c = leaf_components_[leaf];
      if (c < 0 || is_active_[static_cast<std::size_t>(c)] != 0) body(leaf);
    }
  });
}

void Boruvka::try_lists() {
  for_active_leaves([&](std::size_t leaf) {
    if (leaf_lists_done_[leaf] != 0) return;
    bool is_done = true;
    const std::size_t first = leaf * KdTree::kLeafSize;
    for (std::size_t position = first; position < first + tree_.leaf_count(leaf); ++position) {
      if (is_active_[component(position)] != 0) try_list(position);
      is_done = is_done && candidates_[position].list_is_done != 0 && candidates_[position].is_exact == 0;
    }
    leaf_lists_done_[leaf] = is_done ? 1 : 0;
  });
}

// Takes the least edge among the listed neighbours. What is not listed is at least the list's radius away.
void Boruvka::try_list(std::size_t position) {
  Candidate& candidate = candidates_[position];
  if (candidate.is_exact != 0 && leaves(position)) {
    offer(position);
    return;
  }
  candidate.is_exact = 0;
  candidate.target = -1;
  candidate.weight = kInfinity;
  if (candidate.list_is_done != 0) return;
  const double core = lists_.core_distances[position];
  const std::int32_t* neighbours = lists_.positions.data() + position * lists_.n_kept;
  for (std::size_t place = 0; place < lists_.n_kept; ++place) {
    const std::int32_t neighbour = neighbours[place];
    if (neighbour < 0) break;
    const std::size_t other = static_cast<std::size_t>(neighbour);
    if (components_[other] == components_[position]) continue;
    const double weight =
        std::max({core, lists_.core_distances[other], lists_.distances[position * lists_.n_kept + place]});
    if (candidate.target >= 0 &&
        (weight > candidate.weight ||
         (weight == candidate.weight && !keys_before(keys_[position], keys_[other], keys_[position],
                                                     keys_[static_cast<std::size_t>(candidate.target)])))) {
      continue;
    }
    candidate.weight = weight;
    candidate.target = neighbour;
  }
  if (candidate.weight < lists_.radii[position]) {
    candidate.is_exact = 1;
    candidate.at_least = candidate.weight;
    offer(position);
  } else {
    if (candidate.target >= 0) {
      lower(least_[component(position)], candidate.weight);
    } else {
      candidate.list_is_done = 1;
    }
    candidate.at_least = std::max(candidate.at_least, lists_.radii[position]);
  }
}

void Boruvka::search_trees() {
  for_active_leaves([&](std::size_t leaf) {
    const std::int32_t only = leaf_components_[leaf];
    if (only >= 0 &&
        leaf_at_least_[leaf] > least_[static_cast<std::size_t>(only)].load(std::memory_order_relaxed)) {
      return;
    }
    double at_least = kInfinity;
    const std::size_t first = leaf * KdTree::kLeafSize;
    for (std::size_t position = first; position < first + tree_.leaf_count(leaf); ++position) {
      const std::size_t c = component(position);
      const Candidate& candidate = candidates_[position];
      if (is_active_[c] != 0 && candidate.is_exact == 0 &&
          candidate.at_least <= least_[c].load(std::memory_order_relaxed)) {
        search(position);
        // What the search found must be offered again, or dropped, in the next round.
        if (candidate.is_exact != 0) leaf_lists_done_[leaf] = 0;
      }
      at_least = std::min(at_least, candidate.at_least);
    }
    leaf_at_least_[leaf] = at_least;
  });
}

void Boruvka::search(std::size_t position) {
  Candidate& candidate = candidates_[position];
  std::atomic<double>& least = least_[component(position)];
  const OutsideEdge found =
      kernels_.nearest_outside(tree_, view_, position, least.load(std::memory_order_relaxed), least);
  if (found.target >= 0 && found.weight <= found.searched) {
    candidate = {found.weight, found.weight, found.target, 1, candidate.list_is_done};
    offer(position);
  } else {
    candidate.at_least = std::max(candidate.at_least, found.searched);
  }
}

// Whether the edge of `position` comes before that of `other` in the total order.
bool Boruvka::before(std::size_t position, std::size_t other) const {
  if (candidates_[position].weight != candidates_[other].weight) {
    return candidates_[position].weight < candidates_[other].weight;
  }
  return keys_before(keys_[position], keys_[static_cast<std::size_t>(candidates_[position].target)],
                     keys_[other], keys_[static_cast<std::size_t>(candidates_[other].target)]);
}

// Puts an exact candidate up for its component's least edge. The point that the least edge leaves from is
// always searched (its bound is at most the edge's weight), so whatever the threads do, that edge is elected.
void Boruvka::offer(std::size_t position) {
  const std::size_t c = component(position);
  const Candidate& candidate = candidates_[position];
  if (candidate.weight > least_[c].load(std::memory_order_relaxed)) return;
  lower(least_[c], candidate.weight);
  std::int32_t elected = elected_[c].load(std::memory_order_acquire);
  while (elected < 0 || before(position, static_cast<std::size_t>(elected))) {
    if (elected_[c].compare_exchange_weak(elected, static_cast<std::int32_t>(position),
                                          std::memory_order_acq_rel)) {
      return;
    }
  }
}

std::int32_t Boruvka::find(std::int32_t component) {
  std::size_t c = static_cast<std::size_t>(component);
  while (links_[c] != static_cast<std::int32_t>(c)) {
    links_[c] = links_[static_cast<std::size_t>(links_[c])];
    c = static_cast<std::size_t>(links_[c]);
  }
  return static_cast<std::int32_t>(c);
}

void Boruvka::join(std::vector<PositionEdge>& edges) {
  for (std::size_t c = 0; c < n_components_; ++c) {
    const std::int32_t elected = elected_[c].load(std::memory_order_relaxed);
    if (elected < 0) continue;
    const Candidate& candidate = candidates_[static_cast<std::size_t>(elected)];
    const std::int32_t from = find(static_cast<std::int32_t>(c));
    const std::int32_t to = find(components_[static_cast<std::size_t>(candidate.target)]);
    // Two components may have elected the same edge.
    if (from == to) continue;
    links_[static_cast<std::size_t>(std::max(from, to))] = std::min(from, to);
    edges.push_back({candidate.weight, elected, candidate.target});
  }
}

// Numbers the joined components anew.
void Boruvka::renumber() {
  std::vector<std::int32_t> numbers(n_components_);
  std::int32_t n_joined = 0;
  for (std::size_t c = 0; c < n_components_; ++c) {
    // A link leads to a lower number, whose own link already leads to the end.
    links_[c] = links_[static_cast<std::size_t>(links_[c])];
    if (links_[c] == static_cast<std::int32_t>(c)) numbers[c] = n_joined++;
  }
  std::vector<std::int32_t> sizes(static_cast<std::size_t>(n_joined), 0);
  for (std::size_t c = 0; c < n_components_; ++c) {
    links_[c] = numbers[static_cast<std::size_t>(links_[c])];
    sizes[static_cast<std::size_t>(links_[c])] += sizes_[c];
  }
  parallel_for_blocks(tree_.n_points, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t position = begin; position < end; ++position) {
      components_[position] = links_[component(position)];
    }
  });
  sizes_ = std::move(sizes);
  n_components_ = static_cast<std::size_t>(n_joined);
}

// Marks the nodes' children whose points are all of one component.
void Boruvka::mark_nodes() {
  parallel_for_blocks(tree_.n_leaves, kBlock / KdTree::kLeafSize, [&](std::size_t begin, std::size_t end) {
    for (std::size_t leaf = begin; leaf < end; ++leaf) {
      const std::int32_t* first = components_.data() + leaf * KdTree::kLeafSize;
      leaf_components_[leaf] = common(first, tree_.leaf_count(leaf));
    }
  });
  for (std::size_t node = tree_.nodes.size(); node-- > 0;) {
    const KdNode& parent = tree_.nodes[node];
    std::int32_t* components = child_components_.data() + node * KdNode::kWidth;
    std::fill_n(components, KdNode::kWidth, -1);
    for (std::int32_t place = 0; place < parent.n_children; ++place) {
      const std::int32_t child = parent.children[place];
      components[place] =
          child < 0
              ? leaf_components_[static_cast<std::size_t>(-1 - child)]
              : common(child_components_.data() + static_cast<std::size_t>(child) * KdNode::kWidth,
                       static_cast<std::size_t>(tree_.nodes[static_cast<std::size_t>(child)].n_children));
    }
  }
}

}  // namespace

std::vector<PositionEdge> boruvka(const KdTree& tree, const NeighbourLists& lists,
                                  std::span<const std::uint64_t> keys, const TreeKernels& kernels,
                                  const CancelFlag* cancel) {
  return Boruvka(tree, lists, keys, kernels, cancel).run();
}

}  // namespace aisle
