#include "aisle/cluster/tree_clusters.h"

#include <algorithm>

namespace aisle {

std::vector<TreeCluster> tree_clusters(const CondensedTree& tree) {
  const auto index = [&](std::int32_t node) { return static_cast<std::size_t>(node - tree.n_points); };
  std::int32_t last = tree.n_points;
  for (const CondensedEdge& edge : tree.edges) last = std::max(last, edge.parent);
  std::vector<TreeCluster> clusters(index(last) + 1);
  for (const CondensedEdge& edge : tree.edges) {
    TreeCluster& from = clusters[index(edge.parent)];
    from.death = std::max(from.death, edge.lambda);
    if (edge.child < tree.n_points) continue;
    TreeCluster& born = clusters[index(edge.child)];
    born.parent = edge.parent - tree.n_points;
    born.birth = edge.lambda;
    born.size = edge.child_size;
    if (born.parent == 0) clusters[0].size += edge.child_size;
  }
  for (const CondensedEdge& edge : tree.edges) {
    TreeCluster& from = clusters[index(edge.parent)];
    // What is born and leaves at an infinite lambda (duplicates) adds nothing.
    if (edge.lambda > from.birth) from.stability += (edge.lambda - from.birth) * edge.child_size;
  }
  for (std::size_t c = clusters.size(); c-- > 0;) {
    TreeCluster& cluster = clusters[c];
    cluster.densest = std::max(cluster.densest, cluster.death);
    if (c == 0) break;
    TreeCluster& parent = clusters[static_cast<std::size_t>(cluster.parent)];
    parent.densest = std::max(parent.densest, cluster.densest);
  }
  return clusters;
}

}  // namespace aisle
