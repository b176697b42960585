// The bodies of the tree's searches. Included by tree_kernels.cc once for each instruction set, inside a
// namespace that defines Lanes (kWidth doubles), load, greatest, mask_below and mask_at_most.

constexpr std::size_t kVectors = KdTree::kLeafSize / kWidth;
constexpr std::size_t kChildVectors = KdNode::kWidth / kWidth;

template <Metric metric>
inline void accumulate(Lanes& sum, Lanes difference) {
  if constexpr (metric == Metric::kEuclidean) {
    sum += difference * difference;
  } else {
    sum += greatest(difference, -difference);
  }
}

template <Metric metric>
inline void accumulate(double& sum, double difference) {
  if constexpr (metric == Metric::kEuclidean) {
    sum += difference * difference;
  } else {
    sum += difference < 0 ? -difference : difference;
  }
}

// Distances from one point to all points of a leaf. The sum runs over dimensions in order, as in every bound
// below: rounding is monotone, so a bound computed this way never exceeds a distance it bounds.
template <Metric metric, int static_dims>
inline void leaf_distances(const double* query, const double* leaf, std::size_t n_dims, Lanes* sums) {
  const std::size_t dims = static_dims > 0 ? static_cast<std::size_t>(static_dims) : n_dims;
  for (std::size_t v = 0; v < kVectors; ++v) sums[v] = Lanes{};
  for (std::size_t dim = 0; dim < dims; ++dim) {
    const double value = query[dim];
    for (std::size_t v = 0; v < kVectors; ++v) {
      accumulate<metric>(sums[v], load(leaf + dim * KdTree::kLeafSize + v * kWidth) - value);
    }
  }
}

// Lower bounds of the distances from a box (a point is one) to what is in each of a node's children.
template <Metric metric, int static_dims>
inline void child_distances(const double* lowest, const double* highest, const double* boxes,
                            std::size_t n_dims, Lanes* sums) {
  const std::size_t dims = static_dims > 0 ? static_cast<std::size_t>(static_dims) : n_dims;
  for (std::size_t v = 0; v < kChildVectors; ++v) sums[v] = Lanes{};
  for (std::size_t dim = 0; dim < dims; ++dim) {
    const double* lows = boxes + dim * 2 * KdNode::kWidth;
    for (std::size_t v = 0; v < kChildVectors; ++v) {
      const Lanes below = load(lows + v * kWidth) - highest[dim];
      const Lanes above = lowest[dim] - load(lows + KdNode::kWidth + v * kWidth);
      accumulate<metric>(sums[v], greatest(greatest(below, above), Lanes{}));
    }
  }
}

// A child that waits to be visited, and what it is at least away.
struct Visit {
  double bound;
  std::int32_t child;  // as in KdNode
  std::int32_t entry;  // node x 8 + place
};

// Children that wait, nearest on top. Depth first: seven or fewer wait at each level.
class Visits {
 public:
  bool empty() const { return size_ == 0; }
  Visit pop() { return visits_[--size_]; }

  // Adds the children of `node` in `mask`, the nearest last.
  void push(const KdNode* nodes, std::size_t node, const double* bounds, std::uint32_t mask) {
    const std::size_t first = size_;
    for (; mask != 0; mask &= mask - 1) {
      const std::size_t place = static_cast<std::size_t>(std::countr_zero(mask));
      const Visit visit{bounds[place], nodes[node].children[place],
                        static_cast<std::int32_t>(node * KdNode::kWidth + place)};
      std::size_t at = size_++;
      for (; at > first && visits_[at - 1].bound < visit.bound; --at) visits_[at] = visits_[at - 1];
      visits_[at] = visit;
    }
  }

 private:
  std::size_t size_ = 0;
  Visit visits_[(KdTree::kMostDepth + 2) * KdNode::kWidth];
};

struct Neighbour {
  double distance;
  std::int32_t position;
  bool operator<(const Neighbour& other) const { return distance < other.distance; }
};

// Beyond this many neighbours a list is kept as a heap, nearer ones by insertion.
constexpr std::size_t kSortedNeighbours = 64;

// Neighbour search for all points of a leaf at once.
template <Metric metric, int static_dims>
class LeafNeighbours {
 public:
  LeafNeighbours(const KdTree& tree, const KdTree& queries, std::size_t min_samples, NeighbourLists& lists)
      : tree_(tree),
        own_tree_(queries),
        min_samples_(min_samples),
        k_(lists.n_neighbours),
        lists_(lists),
        nearest_(KdTree::kLeafSize * k_),
        queries_(KdTree::kLeafSize * tree.n_dims),
        lowest_(tree.n_dims),
        highest_(tree.n_dims) {}

  void search(std::size_t leaf) {
    leaf_ = leaf;
    const std::size_t count = own_tree_.leaf_count(leaf);
    valid_ = (std::uint32_t{1} << count) - 1;
    const Neighbour none{std::numeric_limits<double>::infinity(), -1};
    std::fill(nearest_.begin(), nearest_.end(), none);
    std::fill_n(farthest_, KdTree::kLeafSize, none.distance);
    for (std::size_t dim = 0; dim < tree_.n_dims; ++dim) {
      const double* values = own_tree_.leaf(leaf) + dim * KdTree::kLeafSize;
      for (std::size_t lane = 0; lane < count; ++lane) queries_[lane * tree_.n_dims + dim] = values[lane];
      lowest_[dim] = *std::min_element(values, values + count);
      highest_[dim] = *std::max_element(values, values + count);
    }
    reach_ = none.distance;
    if (is_among()) scan_leaf(leaf, valid_);
    walk();
    store(count);
  }

 private:
  // Whether the points whose neighbours are sought are the tree's own: none is its own neighbour.
  bool is_among() const { return &tree_ == &own_tree_; }

  void walk() {
    Visits visits;
    open_node(0, visits);
    while (!visits.empty()) {
      const Visit visit = visits.pop();
      if (visit.bound >= reach_) continue;
      if (visit.child >= 0) {
        open_node(static_cast<std::size_t>(visit.child), visits);
        continue;
      }
      const std::size_t leaf = static_cast<std::size_t>(-1 - visit.child);
      if (leaf != leaf_ || !is_among())
        scan_leaf(leaf, lanes_in_reach(static_cast<std::size_t>(visit.entry)));
    }
  }

  void open_node(std::size_t node, Visits& visits) {
    alignas(64) double bounds[KdNode::kWidth];
    Lanes sums[kChildVectors];
    child_distances<metric, static_dims>(lowest_.data(), highest_.data(), tree_.box(node), tree_.n_dims,
                                         sums);
    const Lanes reach = Lanes{} + reach_;
    std::uint32_t mask = 0;
    for (std::size_t v = 0; v < kChildVectors; ++v) {
      mask |= mask_below(sums[v], reach) << (v * kWidth);
      store_lanes(bounds + v * kWidth, sums[v]);
    }
    visits.push(tree_.nodes.data(), node, bounds, mask);
  }

  // The query points that may have a neighbour in the box of a node's child.
  std::uint32_t lanes_in_reach(std::size_t entry) const {
    const std::size_t dims = static_dims > 0 ? static_cast<std::size_t>(static_dims) : tree_.n_dims;
    const double* own = own_tree_.leaf(leaf_);
    const double* box = tree_.box(entry / KdNode::kWidth) + entry % KdNode::kWidth;
    Lanes sums[kVectors] = {};
    for (std::size_t dim = 0; dim < dims; ++dim) {
      const double low = box[dim * 2 * KdNode::kWidth];
      const double high = box[(dim * 2 + 1) * KdNode::kWidth];
      for (std::size_t v = 0; v < kVectors; ++v) {
        const Lanes value = load(own + dim * KdTree::kLeafSize + v * kWidth);
        accumulate<metric>(sums[v], greatest(greatest(low - value, value - high), Lanes{}));
      }
    }
    std::uint32_t lanes = 0;
    for (std::size_t v = 0; v < kVectors; ++v) {
      lanes |= mask_below(sums[v], load(farthest_ + v * kWidth)) << (v * kWidth);
    }
    return lanes & valid_;
  }

  void scan_leaf(std::size_t leaf, std::uint32_t lanes) {
    if (lanes == 0) return;
    const std::int32_t first = static_cast<std::int32_t>(leaf * KdTree::kLeafSize);
    for (; lanes != 0; lanes &= lanes - 1) {
      const std::size_t lane = static_cast<std::size_t>(std::countr_zero(lanes));
      alignas(64) double distances[KdTree::kLeafSize];
      Lanes sums[kVectors];
      leaf_distances<metric, static_dims>(queries_.data() + lane * tree_.n_dims, tree_.leaf(leaf),
                                          tree_.n_dims, sums);
      std::uint32_t nearer = 0;
      const Lanes farthest = Lanes{} + farthest_[lane];
      for (std::size_t v = 0; v < kVectors; ++v) {
        nearer |= mask_below(sums[v], farthest) << (v * kWidth);
        store_lanes(distances + v * kWidth, sums[v]);
      }
      if (leaf == leaf_ && is_among()) nearer &= ~(std::uint32_t{1} << lane);
      for (; nearer != 0; nearer &= nearer - 1) {
        const int other = std::countr_zero(nearer);
        insert(lane, {distances[other], first + other});
      }
    }
    reach_ = *std::max_element(farthest_, farthest_ + std::bit_width(valid_));
  }

  void insert(std::size_t lane, Neighbour found) {
    if (!(found.distance < farthest_[lane])) return;
    Neighbour* nearest = nearest_.data() + lane * k_;
    if (k_ > kSortedNeighbours) {
      std::pop_heap(nearest, nearest + k_);
      nearest[k_ - 1] = found;
      std::push_heap(nearest, nearest + k_);
      farthest_[lane] = nearest[0].distance;
      return;
    }
    std::size_t place = k_ - 1;
    for (; place > 0 && nearest[place - 1].distance > found.distance; --place) {
      nearest[place] = nearest[place - 1];
    }
    nearest[place] = found;
    farthest_[lane] = nearest[k_ - 1].distance;
  }

  void store(std::size_t count) {
    for (std::size_t lane = 0; lane < count; ++lane) {
      Neighbour* nearest = nearest_.data() + lane * k_;
      if (k_ > kSortedNeighbours) std::sort_heap(nearest, nearest + k_);
      const std::size_t position = leaf_ * KdTree::kLeafSize + lane;
      lists_.core_distances[position] = nearest[min_samples_ - 1].distance;
      lists_.radii[position] = nearest[lists_.n_kept - 1].distance;
      for (std::size_t place = 0; place < lists_.n_kept; ++place) {
        lists_.positions[position * lists_.n_kept + place] = nearest[place].position;
        lists_.distances[position * lists_.n_kept + place] = nearest[place].distance;
      }
    }
  }

  const KdTree& tree_;
  const KdTree& own_tree_;
  std::size_t min_samples_;
  std::size_t k_;
  NeighbourLists& lists_;
  std::vector<Neighbour> nearest_;  // k_ of each query point
  std::vector<double> queries_;     // the query points' coordinates, point by point
  std::vector<double> lowest_;      // the box around them
  std::vector<double> highest_;
  alignas(64) double farthest_[KdTree::kLeafSize];
  double reach_ = 0;  // the largest of farthest_
  std::size_t leaf_ = 0;
  std::uint32_t valid_ = 0;
};

template <Metric metric, int static_dims>
void find_neighbours(const KdTree& tree, const KdTree& queries, std::size_t min_samples, std::size_t begin,
                     std::size_t end, NeighbourLists& lists) {
  LeafNeighbours<metric, static_dims> search(tree, queries, min_samples, lists);
  for (std::size_t leaf = begin; leaf < end; ++leaf) {
    search.search(leaf);
  }
}

// A point's coordinates in a row, wherever they come from.
class QueryPoint {
 public:
  QueryPoint(const KdTree& tree, std::size_t position) {
    double* values = inline_;
    if (tree.n_dims > kInlineDims) {
      long_.resize(tree.n_dims);
      values = long_.data();
    }
    const double* own = tree.leaf(position / KdTree::kLeafSize) + position % KdTree::kLeafSize;
    for (std::size_t dim = 0; dim < tree.n_dims; ++dim) values[dim] = own[dim * KdTree::kLeafSize];
    values_ = values;
  }
  QueryPoint(const QueryPoint&) = delete;
  QueryPoint& operator=(const QueryPoint&) = delete;
  const double* values() const { return values_; }

 private:
  static constexpr std::size_t kInlineDims = 64;
  double inline_[kInlineDims];
  std::vector<double> long_;
  const double* values_;
};

// Goes through the points outside `component` whose mutual reachability with the query is at most what
// `search` says, nearest boxes first, and offers each to it.
template <Metric metric, int static_dims, typename Search>
void walk_reachable(const KdTree& tree, const ComponentView& view, const double* query, double core,
                    std::int32_t component, Search& search) {
  const Lanes own_core = Lanes{} + core;
  Visits visits;
  const auto open_node = [&](std::size_t node) {
    alignas(64) double bounds[KdNode::kWidth];
    Lanes sums[kChildVectors];
    child_distances<metric, static_dims>(query, query, tree.box(node), tree.n_dims, sums);
    const Lanes most = Lanes{} + search.most();
    const double* cores = view.child_core_distances + node * KdNode::kWidth;
    const std::int32_t* components = view.child_components + node * KdNode::kWidth;
    std::uint32_t mask = 0;
    for (std::size_t v = 0; v < kChildVectors; ++v) {
      const Lanes weight = greatest(greatest(sums[v], load(cores + v * kWidth)), own_core);
      mask |= mask_at_most(weight, most) << (v * kWidth);
      store_lanes(bounds + v * kWidth, weight);
    }
    // A distance that overflows is as infinite as that of a child that is not there.
    mask &= (std::uint32_t{1} << tree.nodes[node].n_children) - 1;
    for (std::size_t child = 0; child < KdNode::kWidth; ++child) {
      mask &= ~(static_cast<std::uint32_t>(components[child] == component) << child);
    }
    visits.push(tree.nodes.data(), node, bounds, mask);
  };
  open_node(0);
  while (!visits.empty()) {
    const Visit visit = visits.pop();
    if (visit.bound > search.most()) continue;
    if (visit.child >= 0) {
      open_node(static_cast<std::size_t>(visit.child));
      continue;
    }
    const std::size_t leaf = static_cast<std::size_t>(-1 - visit.child);
    search.begin_leaf();
    alignas(64) double distances[KdTree::kLeafSize];
    alignas(64) double weights[KdTree::kLeafSize];
    Lanes sums[kVectors];
    leaf_distances<metric, static_dims>(query, tree.leaf(leaf), tree.n_dims, sums);
    const std::size_t first = leaf * KdTree::kLeafSize;
    const Lanes most = Lanes{} + search.most();
    std::uint32_t within = 0;
    for (std::size_t v = 0; v < kVectors; ++v) {
      const Lanes weight =
          greatest(greatest(sums[v], load(view.core_distances + first + v * kWidth)), own_core);
      within |= mask_at_most(weight, most) << (v * kWidth);
      store_lanes(weights + v * kWidth, weight);
      if constexpr (Search::kByDistance) store_lanes(distances + v * kWidth, sums[v]);
    }
    within &= (std::uint32_t{1} << tree.leaf_count(leaf)) - 1;
    for (; within != 0; within &= within - 1) {
      const std::size_t lane = static_cast<std::size_t>(std::countr_zero(within));
      if (view.components[first + lane] == component || weights[lane] > search.most()) continue;
      search.offer(first + lane, weights[lane], Search::kByDistance ? distances[lane] : 0.0);
    }
  }
}

// Boruvka's: the least edge from a point of the tree to another component.
struct EdgeSearch {
  static constexpr bool kByDistance = false;
  const ComponentView& view;
  std::size_t position;
  const std::atomic<double>& component_bound;
  OutsideEdge best;

  double most() const { return best.searched; }
  void begin_leaf() {
    best.searched = std::min(best.searched, component_bound.load(std::memory_order_relaxed));
  }
  void offer(std::size_t other, double weight, double) {
    const bool better =
        best.target < 0 || weight < best.weight ||
        (weight == best.weight && keys_before(view.keys[position], view.keys[other], view.keys[position],
                                              view.keys[static_cast<std::size_t>(best.target)]));
    if (better) best = {weight, static_cast<std::int32_t>(other), weight};
  }
};

template <Metric metric, int static_dims>
OutsideEdge nearest_outside(const KdTree& tree, const ComponentView& view, std::size_t position, double bound,
                            const std::atomic<double>& component_bound) {
  const QueryPoint query(tree, position);
  EdgeSearch search{view, position, component_bound, {bound, -1, bound}};
  walk_reachable<metric, static_dims>(tree, view, query.values(), view.core_distances[position],
                                      view.components[position], search);
  return search.best;
}

// Prediction's: the point that a new one attaches to.
struct AttachmentSearch {
  static constexpr bool kByDistance = true;
  const ComponentView& view;
  Attachment best;

  double most() const { return best.weight; }
  void begin_leaf() {}
  void offer(std::size_t other, double weight, double distance) {
    const Attachment found{weight, distance, static_cast<std::int32_t>(other)};
    if (attaches_before(found, best, view.keys)) best = found;
  }
};

template <Metric metric, int static_dims>
Attachment nearest_attachment(const KdTree& tree, const ComponentView& view, const KdTree& queries,
                              std::size_t position, double core, std::int32_t excluded,
                              const Attachment& known) {
  const QueryPoint query(queries, position);
  AttachmentSearch search{view, known};
  walk_reachable<metric, static_dims>(tree, view, query.values(), core, excluded, search);
  return search.best;
}

template <Metric metric>
TreeKernels kernels(std::size_t n_dims) {
  switch (n_dims) {
    case 2:
      return {find_neighbours<metric, 2>, nearest_outside<metric, 2>, nearest_attachment<metric, 2>};
    case 3:
      return {find_neighbours<metric, 3>, nearest_outside<metric, 3>, nearest_attachment<metric, 3>};
    default:
      return {find_neighbours<metric, 0>, nearest_outside<metric, 0>, nearest_attachment<metric, 0>};
  }
}

inline TreeKernels kernels(Metric metric, std::size_t n_dims) {
  return metric == Metric::kEuclidean ? kernels<Metric::kEuclidean>(n_dims)
                                      : kernels<Metric::kManhattan>(n_dims);
}
