// What the tree's searches share, and the search for neighbours. Included by tree_kernels.cc once for each
// instruction set, inside a namespace that defines Lanes (kWidth doubles), load, greatest, mask_below and
// mask_at_most.

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
      if (lists_.all_distances.size() == 0) continue;
      double* all = lists_.all_distances.data() + position * k_;
      for (std::size_t place = 0; place < k_; ++place) all[place] = nearest[place].distance;
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
