#include "aisle/cluster/glosh.h"

#include <cmath>

#include "aisle/cluster/tree_clusters.h"

namespace aisle {

double outlier_score(double lambda, double densest) {
  if (densest == 0 || !std::isfinite(lambda)) return 0.0;
  return std::isfinite(densest) ? (densest - lambda) / densest : 1.0;
}

std::vector<double> outlier_scores(const CondensedTree& tree) {
  std::vector<double> scores(static_cast<std::size_t>(tree.n_points), 0.0);
  const std::vector<TreeCluster> clusters = tree_clusters(tree);
  for (const CondensedEdge& edge : tree.edges) {
    if (edge.child >= tree.n_points) continue;
    const TreeCluster& left = clusters[static_cast<std::size_t>(edge.parent - tree.n_points)];
    scores[static_cast<std::size_t>(edge.child)] = outlier_score(edge.lambda, left.densest);
  }
  return scores;
}

}  // namespace aisle
