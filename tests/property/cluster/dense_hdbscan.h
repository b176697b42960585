// HDBSCAN by the book, slowly: all pairs, Prim, and a hierarchy taken apart from the top. The oracle that the
// fast implementation is held to; it shares no code with it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <tuple>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/cluster/hdbscan.h"

namespace aisle::oracle {

struct Edge {
  double reduced = 0;  // euclidean: the square
  double weight = 0;
  bool are_apart = true;  // false for twins: rows with the same values
  std::size_t low = 0;
  std::size_t high = 0;
};

inline double reduced_distance(MatrixView points, Metric metric, std::size_t a, std::size_t b) {
  double sum = 0;
  for (std::size_t dim = 0; dim < points.n_cols(); ++dim) {
    const double difference = points(a, dim) - points(b, dim);
    sum += metric == Metric::kEuclidean ? difference * difference : std::abs(difference);
  }
  return sum;
}

inline std::vector<double> reduced_core_distances(MatrixView points, Metric metric, std::size_t min_samples) {
  std::vector<double> cores;
  for (std::size_t a = 0; a < points.n_rows(); ++a) {
    std::vector<double> others;
    for (std::size_t b = 0; b < points.n_rows(); ++b) {
      if (b != a) others.push_back(reduced_distance(points, metric, a, b));
    }
    std::sort(others.begin(), others.end());
    cores.push_back(others.empty() ? 0.0 : others[std::min(min_samples, others.size()) - 1]);
  }
  return cores;
}

// Prim over all pairs, by (weight, twins first, key of low, key of high); the edges in that order.
inline std::vector<Edge> minimum_spanning_tree(MatrixView points, Metric metric, std::size_t min_samples,
                                               const std::vector<std::uint64_t>& keys) {
  const std::size_t n = points.n_rows();
  const std::vector<double> cores = reduced_core_distances(points, metric, min_samples);
  const auto edge = [&](std::size_t a, std::size_t b) {
    const double distance = reduced_distance(points, metric, a, b);
    const double reduced = std::max({cores[a], cores[b], distance});
    if (keys[a] > keys[b]) std::swap(a, b);
    return Edge{reduced, metric == Metric::kEuclidean ? std::sqrt(reduced) : reduced, distance > 0, a, b};
  };
  const auto before = [&](const Edge& a, const Edge& b) {
    return std::tuple(a.reduced, a.are_apart, keys[a.low], keys[a.high]) <
           std::tuple(b.reduced, b.are_apart, keys[b.low], keys[b.high]);
  };
  std::vector<Edge> tree;
  std::vector<Edge> nearest(n);
  std::vector<bool> is_in(n, false);
  if (n == 0) return tree;
  is_in[0] = true;
  for (std::size_t b = 1; b < n; ++b) nearest[b] = edge(0, b);
  while (tree.size() + 1 < n) {
    std::size_t next = n;
    for (std::size_t b = 0; b < n; ++b) {
      if (!is_in[b] && (next == n || before(nearest[b], nearest[next]))) next = b;
    }
    is_in[next] = true;
    tree.push_back(nearest[next]);
    for (std::size_t b = 0; b < n; ++b) {
      if (!is_in[b] && before(edge(next, b), nearest[b])) nearest[b] = edge(next, b);
    }
  }
  std::sort(tree.begin(), tree.end(), before);
  return tree;
}

// A cluster of the condensed hierarchy with all that was taken from it on the way down.
struct Node {
  std::vector<std::size_t> points;
  double birth = 0;
  std::vector<std::pair<std::size_t, double>> left;  // points that left by themselves, and when
  double split = 0;                                  // lambda at which the children were born
  std::vector<Node> children;
};

// The points joined to `start` by `edges` without those from `cut` on.
inline std::vector<std::size_t> side(const std::vector<Edge>& edges, std::size_t cut, std::size_t start) {
  std::set<std::size_t> reached{start};
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t index = 0; index < cut; ++index) {
      const bool has_low = reached.count(edges[index].low) > 0;
      const bool has_high = reached.count(edges[index].high) > 0;
      if (has_low == has_high) continue;
      reached.insert(has_low ? edges[index].high : edges[index].low);
      grew = true;
    }
  }
  return {reached.begin(), reached.end()};
}

// Removes edges from the longest to the shortest (Campello et al. 2013, algorithm 1).
inline Node condense(std::vector<std::size_t> points, const std::vector<Edge>& all_edges, double birth,
                     std::size_t min_cluster_size) {
  Node node;
  node.points = points;
  node.birth = birth;
  while (points.size() > 1) {
    const std::set<std::size_t> inside(points.begin(), points.end());
    std::vector<Edge> edges;
    for (const Edge& edge : all_edges) {
      if (inside.count(edge.low) > 0 && inside.count(edge.high) > 0) edges.push_back(edge);
    }
    const Edge longest = edges.back();
    const double lambda = longest.weight > 0 ? 1.0 / longest.weight : std::numeric_limits<double>::infinity();
    const std::vector<std::size_t> low = side(edges, edges.size() - 1, longest.low);
    const std::vector<std::size_t> high = side(edges, edges.size() - 1, longest.high);
    const bool low_stays = low.size() >= min_cluster_size;
    const bool high_stays = high.size() >= min_cluster_size;
    if (low_stays && high_stays) {
      node.split = lambda;
      node.children.push_back(condense(low, all_edges, lambda, min_cluster_size));
      node.children.push_back(condense(high, all_edges, lambda, min_cluster_size));
      return node;
    }
    if (!low_stays) {
      for (const std::size_t point : low) node.left.emplace_back(point, lambda);
    }
    if (!high_stays) {
      for (const std::size_t point : high) node.left.emplace_back(point, lambda);
    }
    if (!low_stays && !high_stays) break;
    points = low_stays ? low : high;
  }
  return node;
}

inline double excess(double lambda, double birth) {
  return lambda == birth ? 0.0 : lambda - birth;  // infinite minus infinite adds nothing
}

inline double stability(const Node& node) {
  double sum = 0;
  for (const auto& [point, lambda] : node.left) sum += excess(lambda, node.birth);
  for (const Node& child : node.children) {
    sum += excess(node.split, node.birth) * static_cast<double>(child.points.size());
  }
  return sum;
}

struct Choice {
  std::vector<const Node*> chosen;
  double stability = 0;
};

inline Choice choose_excess_of_mass(const Node& node, const SelectionOptions& options, bool is_root) {
  Choice below;
  for (const Node& child : node.children) {
    const Choice choice = choose_excess_of_mass(child, options, false);
    below.chosen.insert(below.chosen.end(), choice.chosen.begin(), choice.chosen.end());
    below.stability += choice.stability;
  }
  if (is_root && options.single_cluster == SingleCluster::kRefuse) return below;
  std::size_t size = node.points.size();
  if (is_root) {
    size = 0;
    for (const Node& child : node.children) size += child.points.size();
  }
  const bool is_too_large =
      options.max_cluster_size > 0 && size > static_cast<std::size_t>(options.max_cluster_size);
  if (below.stability > stability(node) || is_too_large) return below;
  return {{&node}, stability(node)};
}

inline void collect_leaves(const Node& node, std::vector<const Node*>& leaves) {
  if (node.children.empty()) leaves.push_back(&node);
  for (const Node& child : node.children) collect_leaves(child, leaves);
}

inline const Node* parent_of(const Node& root, const Node* node) {
  for (const Node& child : root.children) {
    if (&child == node) return &root;
    if (const Node* found = parent_of(child, node)) return found;
  }
  return nullptr;
}

inline std::vector<const Node*> apply_epsilon(const Node& root, const std::vector<const Node*>& chosen,
                                              const SelectionOptions& options) {
  if (options.cluster_selection_epsilon == 0) return chosen;
  std::vector<const Node*> reached;
  for (const Node* node : chosen) {
    while (node != &root && 1.0 / node->birth < options.cluster_selection_epsilon) {
      const Node* parent = parent_of(root, node);
      if (parent == &root && options.single_cluster == SingleCluster::kRefuse) break;
      node = parent;
    }
    reached.push_back(node);
  }
  std::vector<const Node*> topmost;
  for (const Node* node : reached) {
    bool is_covered = std::find(topmost.begin(), topmost.end(), node) != topmost.end();
    for (const Node* above = parent_of(root, node); above != nullptr; above = parent_of(root, above)) {
      is_covered = is_covered || std::find(reached.begin(), reached.end(), above) != reached.end();
    }
    if (!is_covered) topmost.push_back(node);
  }
  return topmost;
}

inline double longest_stay(const Node& node) {
  double death = node.children.empty() ? 0.0 : node.split;
  for (const auto& [point, lambda] : node.left) death = std::max(death, lambda);
  return death;
}

inline double densest(const Node& node) {
  double most = longest_stay(node);
  for (const Node& child : node.children) most = std::max(most, densest(child));
  return most;
}

struct Labelling {
  std::vector<std::int32_t> labels;
  std::vector<double> probabilities;
  std::vector<double> outlier_scores;
};

inline void collect_lambdas(const Node& node, std::vector<double>& lambdas, std::vector<double>& scores) {
  const double most = densest(node);
  for (const auto& [point, lambda] : node.left) {
    lambdas[point] = lambda;
    if (std::isinf(lambda) || most == 0) {
      scores[point] = 0;
    } else {
      scores[point] = std::isinf(most) ? 1.0 : 1.0 - lambda / most;
    }
  }
  for (const Node& child : node.children) collect_lambdas(child, lambdas, scores);
}

// Labels by size, then smallest key.
inline Labelling cluster(MatrixView points, const HdbscanOptions& options,
                         const std::vector<std::uint64_t>& keys) {
  const std::size_t n = points.n_rows();
  const SelectionOptions& selection = options.selection;
  Labelling result;
  result.labels.assign(n, -1);
  result.probabilities.assign(n, 0.0);
  result.outlier_scores.assign(n, 0.0);
  if (n < 2) return result;
  const int min_samples = options.min_samples == 0 ? selection.min_cluster_size : options.min_samples;
  const auto edges =
      minimum_spanning_tree(points, options.metric, static_cast<std::size_t>(min_samples), keys);
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Node root = condense(all, edges, 0.0, static_cast<std::size_t>(selection.min_cluster_size));
  std::vector<const Node*> chosen;
  if (selection.method == SelectionMethod::kExcessOfMass) {
    chosen = choose_excess_of_mass(root, selection, true).chosen;
  } else if (!root.children.empty()) {
    collect_leaves(root, chosen);
  }
  if (!root.children.empty()) chosen = apply_epsilon(root, chosen, selection);
  std::vector<double> lambdas(n, 0.0);
  collect_lambdas(root, lambdas, result.outlier_scores);
  std::vector<std::pair<std::vector<std::size_t>, const Node*>> clusters;
  for (const Node* node : chosen) {
    const double epsilon = selection.cluster_selection_epsilon;
    const double least = node != &root ? 0.0 : epsilon != 0 ? 1.0 / epsilon : longest_stay(root);
    std::vector<std::size_t> members;
    for (const std::size_t point : node->points) {
      if (lambdas[point] >= least) members.push_back(point);
    }
    if (!members.empty()) clusters.emplace_back(members, node);
  }
  const auto smallest_key = [&](const std::vector<std::size_t>& members) {
    std::uint64_t key = keys[members.front()];
    for (const std::size_t point : members) key = std::min(key, keys[point]);
    return key;
  };
  std::sort(clusters.begin(), clusters.end(), [&](const auto& a, const auto& b) {
    if (a.first.size() != b.first.size()) return a.first.size() > b.first.size();
    return smallest_key(a.first) < smallest_key(b.first);
  });
  for (std::size_t label = 0; label < clusters.size(); ++label) {
    const double death = longest_stay(*clusters[label].second);
    for (const std::size_t point : clusters[label].first) {
      result.labels[point] = static_cast<std::int32_t>(label);
      result.probabilities[point] =
          death == 0 || std::isinf(lambdas[point]) ? 1.0 : std::min(lambdas[point], death) / death;
    }
  }
  return result;
}

}  // namespace aisle::oracle
