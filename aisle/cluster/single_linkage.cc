// Single linkage from the sorted spanning tree: the phase between the tree's edges and the condensed tree.
#include <numeric>
#include <vector>

#include "aisle/cluster/condensed_tree.h"

namespace aisle {
namespace {

// Disjoint sets of points (Tarjan 1975): union by size, path halving.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t n) : parents_(n), sizes_(n, 1), nodes_(n) {
    std::iota(parents_.begin(), parents_.end(), 0);
    std::iota(nodes_.begin(), nodes_.end(), 0);
  }

  std::size_t find(std::int32_t point) {
    std::size_t at = static_cast<std::size_t>(point);
    while (parents_[at] != static_cast<std::int32_t>(at)) {
      const std::size_t above = static_cast<std::size_t>(parents_[at]);
      parents_[at] = parents_[above];
      at = static_cast<std::size_t>(parents_[at]);
    }
    return at;
  }

  // Joins two roots under the hierarchy's node `node`; returns the joined size.
  std::int32_t join(std::size_t a, std::size_t b, std::int32_t node) {
    if (sizes_[a] < sizes_[b]) std::swap(a, b);
    parents_[b] = static_cast<std::int32_t>(a);
    sizes_[a] += sizes_[b];
    nodes_[a] = node;
    return sizes_[a];
  }

  // The hierarchy's node that a root stands for.
  std::int32_t node(std::size_t root) const { return nodes_[root]; }

 private:
  std::vector<std::int32_t> parents_;
  std::vector<std::int32_t> sizes_;
  std::vector<std::int32_t> nodes_;
};

}  // namespace

// Edges of equal weight are merged one after another in the order of their keys, and the left side is the
// one that holds the edge's lower key: the binary hierarchy is a function of the points and their keys alone.
std::vector<Merge> single_linkage(const SpanningTree& tree) {
  const std::size_t n_points = tree.edges.size() + 1;
  std::vector<Merge> merges(tree.edges.size());
  DisjointSets sets(n_points);
  for (std::size_t index = 0; index < merges.size(); ++index) {
    const SpanningEdge& edge = tree.edges[index];
    const std::size_t low = sets.find(edge.low);
    const std::size_t high = sets.find(edge.high);
    merges[index] = {sets.node(low), sets.node(high), edge.weight, 0};
    merges[index].size = sets.join(low, high, static_cast<std::int32_t>(n_points + index));
  }
  return merges;
}

}  // namespace aisle
