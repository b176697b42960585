// The searches by mutual reachability, and the choice of a kernel by metric and dimensions. Included by
// tree_kernels.cc after tree_kernels_body.h, once for each instruction set.

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
