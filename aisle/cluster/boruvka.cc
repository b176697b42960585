#include "aisle/cluster/boruvka.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/atomic_minimum.h"
#include "aisle/cluster/components.h"
#include "aisle/cluster/neighbours.h"

namespace aisle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kLeafBlock = 16;

class Boruvka {
 public:
  Boruvka(const ReachabilityGraph& graph, const CancelFlag* cancel);

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
    return target >= 0 && components_.of(static_cast<std::size_t>(target)) != components_.of(position);
  }

  void join_twins(std::vector<PositionEdge>& edges);
  void begin_round();
  template <typename Body>
  void for_active_leaves(const Body& body);
  void try_lists();
  void try_list(std::size_t position);
  void search_trees();
  void search(std::size_t position);
  void offer(std::size_t position);
  void join(std::vector<PositionEdge>& edges);
  bool before(std::size_t position, std::size_t other) const;

  const KdTree& tree_;
  const NeighbourLists& lists_;
  const AlignedArray<double>& core_distances_;
  std::span<const std::uint64_t> keys_;
  std::span<const std::int32_t> twins_;
  const TreeKernels& kernels_;
  const CancelFlag* cancel_;
  Components components_;
  std::vector<Candidate> candidates_;
  std::vector<std::uint8_t> leaf_lists_done_;     // no list has an edge that leaves, no candidate is exact
  std::vector<double> leaf_at_least_;             // the smallest at_least of a leaf's points
  AlignedArray<double> child_core_distances_;     // the smallest below each child of each node
  std::unique_ptr<std::atomic<double>[]> least_;  // by component: no heavier edge is of use
  std::unique_ptr<std::atomic<std::int32_t>[]> elected_;  // by component: position whose edge it is
  ComponentView view_;
};

Boruvka::Boruvka(const ReachabilityGraph& graph, const CancelFlag* cancel)
    : tree_(graph.tree),
      lists_(graph.lists),
      core_distances_(graph.core_distances),
      keys_(graph.keys),
      twins_(graph.twins),
      kernels_(graph.kernels),
      cancel_(cancel),
      components_(tree_),
      candidates_(tree_.n_points),
      leaf_lists_done_(tree_.n_leaves, 0),
      leaf_at_least_(tree_.n_leaves, 0.0),
      child_core_distances_(child_core_distances(tree_, core_distances_)),
      least_(new std::atomic<double>[tree_.n_points]),
      elected_(new std::atomic<std::int32_t>[tree_.n_points]) {
  for (std::size_t position = 0; position < tree_.n_points; ++position) {
    candidates_[position].at_least = core_distances_[position];
  }
  view_ = {core_distances_.data(), keys_.data(), components_.by_position(), components_.by_child(),
           child_core_distances_.data()};
}

// Twins' edges come before all others of their weight, which is their core distance, and nothing is nearer.
void Boruvka::join_twins(std::vector<PositionEdge>& edges) {
  if (twins_.empty()) return;
  for (std::size_t position = 0; position < tree_.n_points; ++position) {
    const std::int32_t first = twins_[position];
    if (first < 0 || !components_.join(position, static_cast<std::size_t>(first))) continue;
    edges.push_back({core_distances_[position], first, static_cast<std::int32_t>(position)});
  }
  components_.renumber();
}

std::vector<PositionEdge> Boruvka::run() {
  std::vector<PositionEdge> edges;
  edges.reserve(tree_.n_points - 1);
  join_twins(edges);
  while (components_.count() > 1) {
    if (cancel_ != nullptr) cancel_->check();
    begin_round();
    try_lists();
    search_trees();
    const std::size_t n_before = edges.size();
    join(edges);
    if (edges.size() == n_before) {
      throw InternalError({.where = "boruvka",
                           .what = "no component found an edge to another",
                           .expected = "",
                           .remedy = ""});
    }
    components_.renumber();
  }
  return edges;
}

void Boruvka::begin_round() {
  components_.choose_active();
  for (std::size_t c = 0; c < components_.count(); ++c) {
    least_[c].store(kInfinity, std::memory_order_relaxed);
    elected_[c].store(-1, std::memory_order_relaxed);
  }
}

// Calls body(leaf) for the leaves that may hold points of active components.
template <typename Body>
void Boruvka::for_active_leaves(const Body& body) {
  parallel_for_blocks(tree_.n_leaves, kLeafBlock, [&](std::size_t begin, std::size_t end) {
    if (cancel_ != nullptr) cancel_->check();
    for (std::size_t leaf = begin; leaf < end; ++leaf) {
      const std::int32_t only = components_.of_leaf(leaf);
      if (only < 0 || components_.is_active(static_cast<std::size_t>(only))) body(leaf);
    }
  });
}

void Boruvka::try_lists() {
  for_active_leaves([&](std::size_t leaf) {
    if (leaf_lists_done_[leaf] != 0) return;
    bool is_done = true;
    const std::size_t first = leaf * KdTree::kLeafSize;
    for (std::size_t position = first; position < first + tree_.leaf_count(leaf); ++position) {
      if (components_.is_active(components_.of(position))) try_list(position);
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
  const double core = core_distances_[position];
  const std::int32_t* neighbours = lists_.positions.data() + position * lists_.n_kept;
  for (std::size_t place = 0; place < lists_.n_kept; ++place) {
    const std::int32_t neighbour = neighbours[place];
    if (neighbour < 0) break;
    const std::size_t other = static_cast<std::size_t>(neighbour);
    if (components_.of(other) == components_.of(position)) continue;
    const double weight =
        std::max({core, core_distances_[other], lists_.distances[position * lists_.n_kept + place]});
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
      lower(least_[components_.of(position)], candidate.weight);
    } else {
      candidate.list_is_done = 1;
    }
    candidate.at_least = std::max(candidate.at_least, lists_.radii[position]);
  }
}

void Boruvka::search_trees() {
  for_active_leaves([&](std::size_t leaf) {
    const std::int32_t only = components_.of_leaf(leaf);
    if (only >= 0 &&
        leaf_at_least_[leaf] > least_[static_cast<std::size_t>(only)].load(std::memory_order_relaxed)) {
      return;
    }
    double at_least = kInfinity;
    const std::size_t first = leaf * KdTree::kLeafSize;
    for (std::size_t position = first; position < first + tree_.leaf_count(leaf); ++position) {
      const std::size_t c = components_.of(position);
      const Candidate& candidate = candidates_[position];
      if (components_.is_active(c) && candidate.is_exact == 0 &&
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
  std::atomic<double>& least = least_[components_.of(position)];
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
  const std::size_t c = components_.of(position);
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

void Boruvka::join(std::vector<PositionEdge>& edges) {
  for (std::size_t c = 0; c < components_.count(); ++c) {
    const std::int32_t elected = elected_[c].load(std::memory_order_relaxed);
    if (elected < 0) continue;
    const Candidate& candidate = candidates_[static_cast<std::size_t>(elected)];
    // Two components may have elected the same edge.
    if (!components_.join(c, components_.of(static_cast<std::size_t>(candidate.target)))) continue;
    edges.push_back({candidate.weight, elected, candidate.target});
  }
}

}  // namespace

std::vector<PositionEdge> boruvka(const ReachabilityGraph& graph, const CancelFlag* cancel) {
  return Boruvka(graph, cancel).run();
}

}  // namespace aisle
