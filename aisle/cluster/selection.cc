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
#include "aisle/cluster/limits.h"
#include "aisle/cluster/memberships.h"
#include "aisle/cluster/tree_clusters.h"

namespace aisle {
namespace {

constexpr std::int32_t kNone = -1;

[[noreturn]] void refuse(const char* where, std::string what) {
  throw InvalidInput({.where = where, .what = std::move(what), .expected = "", .remedy = ""});
}

// What the choice knows of a cluster, by its index.
struct Choice {
  double stability = 0;  // of the best choice at or below it
  double below = 0;      // of the best choice among its descendants
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

  void choose_by_excess_of_mass();
  void choose_leaves();
  void climb_to_epsilon();
  void keep_topmost();
  void keep_limits();
  std::int64_t size(std::size_t cluster) const;
  bool is_selectable(std::size_t cluster) const;
  std::size_t climb(std::size_t cluster) const;
  bool is_root_alone() const;
  void label(ClusterSelection& selection) const;
  void renumber(ClusterSelection& selection, std::span<const std::uint64_t> row_keys) const;

  const CondensedTree& tree_;
  const SelectionOptions& options_;
  std::vector<TreeCluster> clusters_;
  std::vector<Choice> choices_;
  std::vector<std::uint8_t> is_selected_;
};

Selector::Selector(const CondensedTree& tree, const SelectionOptions& options)
    : tree_(tree),
      options_(options),
      clusters_(tree_clusters(tree)),
      choices_(clusters_.size()),
      is_selected_(clusters_.size(), 0) {
  for (std::size_t c = 0; c < clusters_.size(); ++c) choices_[c].stability = clusters_[c].stability;
}

// Excess of mass (Campello et al. 2013, section 5): a cluster stands unless its best descendants are
// together more stable, or it is larger than allowed.
void Selector::choose_by_excess_of_mass() {
  const std::int32_t most =
      options_.max_cluster_size > 0 ? options_.max_cluster_size : std::numeric_limits<std::int32_t>::max();
  for (std::size_t c = clusters_.size(); c-- > 0;) {
    Choice& choice = choices_[c];
    if (c == 0 && !allows_root()) break;
    const bool stands = choice.below <= clusters_[c].stability && clusters_[c].size <= most;
    is_selected_[c] = stands ? 1 : 0;
    choice.stability = stands ? clusters_[c].stability : choice.below;
    if (c > 0) choices_[parent(c)].below += choice.stability;
  }
  keep_topmost();
}

void Selector::choose_leaves() {
  if (clusters_.size() == 1) return;
  std::fill(is_selected_.begin(), is_selected_.end(), std::uint8_t{1});
  for (std::size_t c = 1; c < clusters_.size(); ++c) is_selected_[parent(c)] = 0;
}

// A selected cluster below a selected one is dropped.
void Selector::keep_topmost() {
  std::vector<bool> is_covered(clusters_.size(), false);
  for (std::size_t c = 1; c < clusters_.size(); ++c) {
    is_covered[c] = is_covered[parent(c)] || is_selected_[parent(c)] != 0;
  }
  for (std::size_t c = 1; c < clusters_.size(); ++c) {
    if (is_covered[c]) is_selected_[c] = 0;
  }
}

bool Selector::is_root_alone() const {
  return is_selected_[0] != 0;
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
    if (is_selected_[c] == 0) continue;
    reached.push_back(climb(c));
    is_selected_[c] = 0;
  }
  for (const std::size_t c : reached) is_selected_[c] = 1;
  keep_topmost();
}

// Rows that would have the cluster's label.
std::int64_t Selector::size(std::size_t cluster) const {
  if (cluster > 0) return clusters_[cluster].size;
  const Memberships memberships(tree_, std::vector<std::int32_t>{tree_.n_points},
                                options_.cluster_selection_epsilon);
  return std::count_if(tree_.edges.begin(), tree_.edges.end(), [&](const CondensedEdge& edge) {
    return edge.child < tree_.n_points && memberships.label(index(edge.parent), edge.lambda) == 0;
  });
}

// Whether the options other than the limits let a cluster be selected.
bool Selector::is_selectable(std::size_t cluster) const {
  if (options_.max_cluster_size > 0 && clusters_[cluster].size > options_.max_cluster_size) return false;
  if (cluster == 0) return allows_root();
  return options_.cluster_selection_epsilon == 0 || climb(cluster) == cluster;
}

void Selector::keep_limits() {
  std::vector<std::uint8_t> selectable(clusters_.size());
  std::vector<std::int64_t> sizes(clusters_.size());
  for (std::size_t c = 0; c < clusters_.size(); ++c) {
    selectable[c] = is_selectable(c) ? 1 : 0;
    sizes[c] = size(c);
  }
  const LimitedTree tree{clusters_, selectable, sizes, tree_.n_points};
  if (keeps_limits(tree, is_selected_, options_.limits)) return;
  is_selected_ = choose_within_limits(tree, options_.limits, options_.method);
  for (std::size_t c = 0; c < clusters_.size(); ++c) choices_[c].stability = clusters_[c].stability;
}

// Labels in the order of the tree's nodes, which `renumber` then changes.
void Selector::label(ClusterSelection& selection) const {
  for (std::size_t c = 0; c < clusters_.size(); ++c) {
    if (is_selected_[c] != 0) selection.tree_nodes.push_back(tree_.n_points + static_cast<std::int32_t>(c));
  }
  const Memberships memberships(tree_, selection.tree_nodes, options_.cluster_selection_epsilon);
  for (const CondensedEdge& edge : tree_.edges) {
    if (edge.child >= tree_.n_points) continue;
    const std::int32_t label = memberships.label(index(edge.parent), edge.lambda);
    const std::size_t point = static_cast<std::size_t>(edge.child);
    selection.labels[point] = label;
    if (label != kNone) selection.probabilities[point] = memberships.strength(label, edge.lambda);
  }
}

// Numbers the clusters that have points by size, then by smallest key.
void Selector::renumber(ClusterSelection& selection, std::span<const std::uint64_t> row_keys) const {
  struct Members {
    std::int32_t node = 0;
    std::int32_t label = 0;  // in the order of nodes
    std::int64_t size = 0;
    std::uint64_t smallest_key = std::numeric_limits<std::uint64_t>::max();
  };
  std::vector<Members> members;
  for (const std::int32_t node : selection.tree_nodes) {
    members.push_back({.node = node, .label = static_cast<std::int32_t>(members.size())});
  }
  for (std::size_t point = 0; point < selection.labels.size(); ++point) {
    if (selection.labels[point] == kNone) continue;
    Members& of = members[static_cast<std::size_t>(selection.labels[point])];
    ++of.size;
    of.smallest_key = std::min(of.smallest_key, row_keys.empty() ? point : row_keys[point]);
  }
  std::sort(members.begin(), members.end(), [](const Members& a, const Members& b) {
    if (a.size != b.size) return a.size > b.size;
    return a.smallest_key < b.smallest_key;
  });
  std::vector<std::int32_t> labels(members.size(), kNone);
  selection.tree_nodes.clear();
  const double largest_lambda = clusters_[0].densest;
  for (const Members& of : members) {
    if (of.size == 0) break;
    labels[static_cast<std::size_t>(of.label)] = selection.n_clusters++;
    selection.tree_nodes.push_back(of.node);
    selection.total_stability += clusters_[index(of.node)].stability;
    const double stability = choices_[index(of.node)].stability;
    const bool has_scale = largest_lambda > 0 && std::isfinite(largest_lambda);
    selection.persistence.push_back(has_scale ? stability / (static_cast<double>(of.size) * largest_lambda)
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
  if (has_limits(options_.limits)) keep_limits();
  label(selection);
  renumber(selection, row_keys);
  return selection;
}

void check_limits(const char* where, const SelectionOptions& options) {
  const ClusterLimits& limits = options.limits;
  if (limits.fewest_clusters < 0 || limits.most_clusters < 0) {
    refuse(where,
           fmt::format("fewest_clusters is {} and most_clusters {}; they must be at least 1, or 0 for no "
                       "limit",
                       limits.fewest_clusters, limits.most_clusters));
  }
  if (limits.most_clusters > 0 && limits.fewest_clusters > limits.most_clusters) {
    refuse(where, fmt::format("fewest_clusters is {}, more than most_clusters, which is {}",
                              limits.fewest_clusters, limits.most_clusters));
  }
  if (!(limits.smallest_share >= 0 && limits.smallest_share <= limits.largest_share &&
        limits.largest_share <= 1 && limits.largest_share > 0)) {
    refuse(where,
           fmt::format("smallest_share is {} and largest_share {}; they must be shares of all rows, from "
                       "0 to 1, the smallest first",
                       limits.smallest_share, limits.largest_share));
  }
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
  check_limits(where, options);
}

LimitCosts limit_costs(const CondensedTree& tree, const SelectionOptions& options) {
  const auto stability = [&](const ClusterLimits& limits) {
    SelectionOptions limited = options;
    limited.limits = limits;
    return select_clusters(tree, limited).total_stability;
  };
  LimitCosts costs{.free_stability = stability({})};
  costs.all = costs.free_stability - stability(options.limits);
  const auto alone = [&](const ClusterLimits& limits) {
    try {
      return costs.free_stability - stability(limits);
    } catch (const InvalidInput&) {
      return std::numeric_limits<double>::quiet_NaN();
    }
  };
  costs.fewest_clusters = alone({.fewest_clusters = options.limits.fewest_clusters});
  costs.most_clusters = alone({.most_clusters = options.limits.most_clusters});
  costs.smallest_share = alone({.smallest_share = options.limits.smallest_share});
  costs.largest_share = alone({.largest_share = options.limits.largest_share});
  return costs;
}

ClusterSelection choose_clusters(const CondensedTree& tree, const SelectionOptions& options,
                                 std::span<const std::uint64_t> row_keys) {
  return Selector(tree, options).run(row_keys);
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
  return choose_clusters(tree, options, row_keys);
}

}  // namespace aisle
