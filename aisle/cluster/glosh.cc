#include "aisle/cluster/glosh.h"

#include <algorithm>
#include <cmath>

namespace aisle {

std::vector<double> outlier_scores(const CondensedTree& tree) {
  std::vector<double> scores(static_cast<std::size_t>(tree.n_points), 0.0);
  std::int32_t last_cluster = tree.n_points;
  for (const CondensedEdge& edge : tree.edges) last_cluster = std::max(last_cluster, edge.parent);
  std::vector<double> densest(static_cast<std::size_t>(last_cluster - tree.n_points) + 1, 0.0);
  const auto index = [&](std::int32_t cluster) { return static_cast<std::size_t>(cluster - tree.n_points); };
  // Parents come first in the tree, so from the end every cluster is complete before its parent reads it.
  for (auto edge = tree.edges.rbegin(); edge != tree.edges.rend(); ++edge) {
    double& parent = densest[index(edge->parent)];
    parent = std::max(parent, edge->lambda);
    if (edge->child >= tree.n_points) parent = std::max(parent, densest[index(edge->child)]);
  }
  for (const CondensedEdge& edge : tree.edges) {
    if (edge.child >= tree.n_points) continue;
    const double most = densest[index(edge.parent)];
    if (most == 0 || !std::isfinite(edge.lambda)) continue;
    scores[static_cast<std::size_t>(edge.child)] = std::isfinite(most) ? (most - edge.lambda) / most : 1.0;
  }
  return scores;
}

}  // namespace aisle
