// Chooses clusters from a condensed tree and labels the points: last phase of HDBSCAN.
#include "aisle/cluster/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/hdbscan.h"

namespace aisle {
namespace {

constexpr std::int32_t kNone = -1;

[[noreturn]] void refuse(const char* where, std::string what) {
  throw InvalidInput({.where = where, .what = std::move(what), .expected = "", .remedy = ""});
}

// A cluster of the condensed tree, indexed from the root (0), parents first.
struct Cluster {
  std::int32_t parent = kNone;
  std::int32_t size = 0;
  double birth = 0;      // lambda at which it split off; 0 for the root
  double death = 0;      // largest lambda at which something left it
  double stability = 0;  // the excess of mass; after the choice, of the best choice below
  double below = 0;      // stability of the best choice among its descendants
  bool is_selected = false;
};

class Selector {
 public:
  Selector(const CondensedTree& tree, const SelectionOptions& options);

  ClusterSelection run(std::span<const std::uint64_t> row_keys);

 private:
  std::size_t index(std::int32_t node) const { return static_cast<std::size_t>(node - tree_.n_points); }
  std::size_t parent(std::size_t cluster) const {
    return static_cast<std::size_t>(clusters_[cluster].parent);
  }
  bool allows_root() const { return options_.single_cluster == SingleCluster::kAllow; }

  void measure();
  void choose_by_excess_of_mass();
  void choose_leaves();
  void climb_to_epsilon();
  void keep_topmost();
  std::size_t climb(std::size_t cluster) const;
  bool is_root_alone() const;
  void label(ClusterSelection& selection) const;
  void renumber(ClusterSelection& selection, std::span<const std::uint64_t> row_keys) const;

  const CondensedTree& tree_;
  const SelectionOptions& options_;
  std::vector<Cluster> clusters_;
  double largest_lambda_ = 0;
};

Selector::Selector(const CondensedTree& tree, const SelectionOptions& options)
    : tree_(tree), options_(options) {
  std::int32_t last = tree.n_points;
  for (const CondensedEdge& edge : tree.edges) last = std::max(last, edge.parent);
  clusters_.resize(index(last) + 1);
  measure();
}

// Births, deaths, sizes and stabilities: sum of (lambda - birth) x size over what leaves a cluster. What is
// born and leaves at an infinite lambda (duplicates) adds nothing.
void Selector::measure() {
  for (const CondensedEdge& edge : tree_.edges) {
    largest_lambda_ = std::max(largest_lambda_, edge.lambda);
    Cluster& from = clusters_[index(edge.parent)];
    from.death = std::max(from.death, edge.lambda);
    if (edge.child < tree_.n_points) continue;
    Cluster& born = clusters_[index(edge.child)];
    born.parent = edge.parent - tree_.n_points;
    born.birth = edge.lambda;
    born.size = edge.child_size;
    // scikit-learn-contrib/hdbscan takes as the root's size what its first split holds.
    if (born.parent == 0) clusters_[0].size += edge.child_size;
  }
  for (const CondensedEdge& edge : tree_.edges) {
    Cluster& from = clusters_[index(edge.parent)];
    if (edge.lambda > from.birth) from.stability += (edge.lambda - from.birth) * edge.child_size;
  }
}

// Excess of mass (Campello et al. 2013, section 5): a cluster stands unless its best descendants are
// together more stable, or it is larger than allowed.
void Selector::choose_by_excess_of_mass() {
  const std::int32_t most =
      options_.max_cluster_size > 0 ? options_.max_cluster_size : std::numeric_limits<std::int32_t>::max();
  for (std::size_t c = clusters_.size(); c-- > 0;) {
    Cluster& cluster = clusters_[c];
    if (c == 0 && !allows_root()) break;
    if (cluster.below > cluster.stability || cluster.size > most) {
      cluster.stability = cluster.below;
    } else {
      cluster.is_selected = true;
    }
    if (c > 0) clusters_[parent(c)].below += cluster.stability;
  }
  keep_topmost();
}

void Selector::choose_leaves() {
  if (clusters_.size() == 1) return;
  for (Cluster& cluster : clusters_) cluster.is_selected = true;
  for (std::size_t c = 1; c < clusters_.size(); ++c) clusters_[parent(c)].is_selected = false;
}

// A selected cluster below a selected one is dropped.
void Selector::keep_topmost() {
  std::vector<bool> is_covered(clusters_.size(), false);
  for (std::size_t c = 1; c < clusters_.size(); ++c) {
    is_covered[c] = is_covered[parent(c)] || clusters_[parent(c)].is_selected;
  }
  for (std::size_t c = 1; c < clusters_.size(); ++c) {
    if (is_covered[c]) clusters_[c].is_selected = false;
  }
}

bool Selector::is_root_alone() const {
  return clusters_[0].is_selected;
}

// Malzer and Baum 2020: a cluster born below epsilon gives way to its first ancestor born at or above it, or
// to the last one below the root when the root may not be chosen. (Where an ancestor is born exactly at
// epsilon, scikit-learn-contrib/hdbscan climbs on and can select a cluster inside another.)
std::size_t Selector::climb(std::size_t cluster) const {
  const double epsilon = options_.cluster_selection_epsilon;
  while (1.0 / clusters_[cluster].birth < epsilon) {
    if (parent(cluster) == 0) return allows_root() ? 0 : cluster;
    cluster = parent(cluster);
  }
  return cluster;
}

void Selector::climb_to_epsilon() {
  if (options_.cluster_selection_epsilon == 0 || clusters_.size() == 1 || is_root_alone()) return;
  std::vector<std::size_t> reached;
  for (std::size_t c = 1; c < clusters_.size(); ++c) {
    if (!clusters_[c].is_selected) continue;
    reached.push_back(climb(c));
    clusters_[c].is_selected = false;
  }
  for (const std::size_t c : reached) clusters_[c].is_selected = true;
  keep_topmost();
}

// Labels by cluster of the tree: each point belongs to the selected cluster at or above the one it left.
// Of a root that stands alone only what stays to its end belongs to it, or, with an epsilon, what stays
// until that distance.
void Selector::label(ClusterSelection& selection) const {
  std::vector<std::int32_t> owners(clusters_.size(), kNone);
  for (std::size_t c = 0; c < clusters_.size(); ++c) {
    if (clusters_[c].is_selected) {
      owners[c] = static_cast<std::int32_t>(c);
    } else if (c > 0) {
      owners[c] = owners[parent(c)];
    }
  }
  const double epsilon = options_.cluster_selection_epsilon;
  const double root_lambda = epsilon != 0 ? 1.0 / epsilon : clusters_[0].death;
  for (const CondensedEdge& edge : tree_.edges) {
    if (edge.child >= tree_.n_points) continue;
    const std::int32_t owner = owners[index(edge.parent)];
    const std::size_t point = static_cast<std::size_t>(edge.child);
    if (owner == kNone || (owner == 0 && edge.lambda < root_lambda)) continue;
    selection.labels[point] = owner;
    const double death = clusters_[static_cast<std::size_t>(owner)].death;
    selection.probabilities[point] =
        death == 0 || !std::isfinite(edge.lambda) ? 1.0 : std::min(edge.lambda, death) / death;
  }
}

// Numbers the clusters that have points by size, then by smallest key.
void Selector::renumber(ClusterSelection& selection, std::span<const std::uint64_t> row_keys) const {
  struct Members {
    std::int32_t cluster = 0;
    std::int64_t size = 0;
    std::uint64_t smallest_key = std::numeric_limits<std::uint64_t>::max();
  };
  std::vector<Members> members(clusters_.size());
  for (std::size_t c = 0; c < members.size(); ++c) members[c].cluster = static_cast<std::int32_t>(c);
  for (std::size_t point = 0; point < selection.labels.size(); ++point) {
    if (selection.labels[point] == kNone) continue;
    Members& of = members[static_cast<std::size_t>(selection.labels[point])];
    ++of.size;
    of.smallest_key = std::min(of.smallest_key, row_keys.empty() ? point : row_keys[point]);
  }
  std::sort(members.begin(), members.end(), [](const Members& a, const Members& b) {
    if (a.size != b.size) return a.size > b.size;
    if (a.smallest_key != b.smallest_key) return a.smallest_key < b.smallest_key;
    return a.cluster < b.cluster;
  });
  std::vector<std::int32_t> labels(clusters_.size(), kNone);
  for (const Members& of : members) {
    if (of.size == 0) break;
    labels[static_cast<std::size_t>(of.cluster)] = selection.n_clusters++;
    selection.tree_nodes.push_back(tree_.n_points + of.cluster);
    const double stability = clusters_[static_cast<std::size_t>(of.cluster)].stability;
    const bool has_scale = largest_lambda_ > 0 && std::isfinite(largest_lambda_);
    selection.persistence.push_back(has_scale ? stability / (static_cast<double>(of.size) * largest_lambda_)
                                              : 1.0);
  }
  for (std::int32_t& label : selection.labels) {
    if (label == kNone) {
      ++selection.n_noise;
    } else {
      label = labels[static_cast<std::size_t>(label)];
    }
  }
}

ClusterSelection Selector::run(std::span<const std::uint64_t> row_keys) {
  ClusterSelection selection;
  selection.labels.assign(static_cast<std::size_t>(tree_.n_points), kNone);
  selection.probabilities.assign(static_cast<std::size_t>(tree_.n_points), 0.0);
  if (options_.method == SelectionMethod::kExcessOfMass) {
    choose_by_excess_of_mass();
  } else {
    choose_leaves();
  }
  climb_to_epsilon();
  label(selection);
  renumber(selection, row_keys);
  return selection;
}

}  // namespace

void check_selection(const char* where, const SelectionOptions& options) {
  if (options.min_cluster_size < 2) {
    refuse(where, fmt::format("min_cluster_size is {}; it must be at least 2", options.min_cluster_size));
  }
  if (!(options.cluster_selection_epsilon >= 0) || !std::isfinite(options.cluster_selection_epsilon)) {
    refuse(where, fmt::format("cluster_selection_epsilon is {}; it must be finite and at least 0",
                              options.cluster_selection_epsilon));
  }
  if (options.max_cluster_size < 0) {
    refuse(where, fmt::format("max_cluster_size is {}; it must be at least 1, or 0 for no limit",
                              options.max_cluster_size));
  }
}

ClusterSelection select_clusters(const CondensedTree& tree, const SelectionOptions& options,
                                 std::span<const std::uint64_t> row_keys) {
  constexpr const char* kWhere = "select_clusters";
  check_selection(kWhere, options);
  if (options.min_cluster_size != tree.min_cluster_size) {
    refuse(kWhere, fmt::format("min_cluster_size is {}, but the tree was condensed with {}; condense the "
                               "merges with the size that is wanted",
                               options.min_cluster_size, tree.min_cluster_size));
  }
  check_row_keys(kWhere, row_keys, static_cast<std::size_t>(tree.n_points));
  return Selector(tree, options).run(row_keys);
}

}  // namespace aisle
