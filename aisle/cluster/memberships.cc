#include "aisle/cluster/memberships.h"

#include <algorithm>
#include <cmath>

#include "aisle/cluster/glosh.h"

namespace aisle {

Memberships::Memberships(const CondensedTree& tree, std::span<const std::int32_t> tree_nodes,
                         double cluster_selection_epsilon)
    : clusters_(tree_clusters(tree)), labels_(clusters_.size(), -1) {
  for (std::size_t label = 0; label < tree_nodes.size(); ++label) {
    const auto cluster = static_cast<std::size_t>(tree_nodes[label] - tree.n_points);
    labels_[cluster] = static_cast<std::int32_t>(label);
    deaths_.push_back(clusters_[cluster].death);
  }
  for (std::size_t c = 1; c < clusters_.size(); ++c) {
    if (labels_[c] < 0) labels_[c] = labels_[static_cast<std::size_t>(clusters_[c].parent)];
  }
  if (labels_[0] < 0) return;
  root_lambda_ = cluster_selection_epsilon != 0 ? 1.0 / cluster_selection_epsilon : clusters_[0].death;
}

std::int32_t Memberships::label(std::size_t cluster, double lambda) const {
  // Where the root is selected, root_lambda_ is above 0 and every point is below the root.
  return lambda < root_lambda_ ? -1 : labels_[cluster];
}

double Memberships::strength(std::int32_t label, double lambda) const {
  const double death = deaths_[static_cast<std::size_t>(label)];
  return death == 0 || !std::isfinite(lambda) ? 1.0 : std::min(lambda, death) / death;
}

std::size_t Memberships::at_density(std::size_t cluster, double lambda) const {
  while (cluster > 0 && clusters_[cluster].birth >= lambda) {
    cluster = static_cast<std::size_t>(clusters_[cluster].parent);
  }
  return cluster;
}

double Memberships::outlier_score(std::size_t cluster, double lambda) const {
  return aisle::outlier_score(lambda, clusters_[cluster].densest);
}

}  // namespace aisle
