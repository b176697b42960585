// Validity indices written from their definitions, with whole distance matrices: slow, and kept for ever to
// hold the fast ones to.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"

namespace aisle::oracle {

inline double distance(MatrixView points, Metric metric, std::size_t a, std::size_t b) {
  double sum = 0;
  for (std::size_t col = 0; col < points.n_cols(); ++col) {
    const double difference = points(a, col) - points(b, col);
    sum += metric == Metric::kEuclidean ? difference * difference : std::abs(difference);
  }
  return metric == Metric::kEuclidean ? std::sqrt(sum) : sum;
}

inline std::map<std::int32_t, std::vector<std::size_t>> rows_by_label(std::span<const std::int32_t> labels) {
  std::map<std::int32_t, std::vector<std::size_t>> rows;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] >= 0) rows[labels[row]].push_back(row);
  }
  return rows;
}

struct DbcvCluster {
  std::vector<std::size_t> rows;
  std::vector<double> cores;
  std::vector<std::size_t> inner;  // places in rows
  double sparseness = 0;
};

struct DbcvEdge {
  std::size_t parent = 0;
  std::size_t child = 0;
  double weight = 0;
};

// Moulavi et al. 2014, definition 1.
inline double all_points_core_distance(MatrixView points, Metric metric, const std::vector<std::size_t>& rows,
                                       std::size_t row) {
  if (rows.size() == 1) return 0;
  const auto n_cols = static_cast<double>(points.n_cols());
  double sum = 0;
  bool all_zero = true;
  for (const std::size_t other : rows) {
    const double between = distance(points, metric, row, other);
    if (between == 0) continue;
    all_zero = false;
    sum += std::pow(1.0 / between, n_cols);
  }
  return all_zero ? 0.0 : std::pow(sum / static_cast<double>(rows.size() - 1), -1.0 / n_cols);
}

// Prim over the whole matrix from the first point; a point hangs on the first point of the tree that is as
// near as its weight, by numpy.isclose.
inline std::vector<DbcvEdge> dbcv_tree(const std::vector<std::vector<double>>& reach) {
  const std::size_t n = reach.size();
  std::vector<char> in_tree(n);
  in_tree[0] = 1;
  std::vector<double> nearest = reach[0];
  std::vector<DbcvEdge> edges;
  while (edges.size() + 1 < n) {
    DbcvEdge best{0, n, std::numeric_limits<double>::infinity()};
    for (std::size_t child = 0; child < n; ++child) {
      if (!in_tree[child] && nearest[child] < best.weight) best = {0, child, nearest[child]};
    }
    while (!in_tree[best.parent] ||
           std::abs(reach[best.child][best.parent] - best.weight) > 1e-8 + 1e-5 * best.weight) {
      ++best.parent;
    }
    in_tree[best.child] = 1;
    edges.push_back(best);
    for (std::size_t other = 0; other < n; ++other) {
      nearest[other] = std::min(nearest[other], reach[best.child][other]);
    }
  }
  return edges;
}

// `cores` may be given: on a grid, core distances that are equal but for rounding decide which tree is grown.
inline DbcvCluster dbcv_cluster(MatrixView points, Metric metric, const std::vector<std::size_t>& rows,
                                std::vector<double> cores = {}) {
  DbcvCluster cluster{.rows = rows, .cores = std::move(cores), .inner = {}, .sparseness = 0};
  const std::size_t n = rows.size();
  if (cluster.cores.empty()) {
    for (const std::size_t row : rows) {
      cluster.cores.push_back(all_points_core_distance(points, metric, rows, row));
    }
  }
  std::vector<std::vector<double>> reach(n, std::vector<double>(n));
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      reach[a][b] =
          std::max({distance(points, metric, rows[a], rows[b]), cluster.cores[a], cluster.cores[b]});
    }
  }
  const std::vector<DbcvEdge> edges = dbcv_tree(reach);
  std::vector<int> degrees(n);
  for (const DbcvEdge& edge : edges) {
    ++degrees[edge.parent];
    ++degrees[edge.child];
  }
  for (std::size_t place = 0; place < n; ++place) {
    if (degrees[place] > 1) cluster.inner.push_back(place);
  }
  if (cluster.inner.empty()) cluster.inner = {0};
  double largest = 0;
  double largest_inner = -1;
  for (const DbcvEdge& edge : edges) {
    largest = std::max(largest, edge.weight);
    if (degrees[edge.parent] > 1 && degrees[edge.child] > 1)
      largest_inner = std::max(largest_inner, edge.weight);
  }
  cluster.sparseness = largest_inner >= 0 ? largest_inner : largest;
  return cluster;
}

inline double separation(MatrixView points, Metric metric, const DbcvCluster& a, const DbcvCluster& b) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const std::size_t left : a.inner) {
    for (const std::size_t right : b.inner) {
      smallest = std::min(smallest, std::max({distance(points, metric, a.rows[left], b.rows[right]),
                                              a.cores[left], b.cores[right]}));
    }
  }
  return smallest;
}

// `core_distances(rows)` gives the core distances of a cluster, or nothing for the textbook's.
template <typename CoreDistances>
double dbcv(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
            const CoreDistances& core_distances) {
  std::vector<DbcvCluster> clusters;
  for (const auto& [label, rows] : rows_by_label(labels)) {
    clusters.push_back(dbcv_cluster(points, metric, rows, core_distances(rows)));
  }
  if (clusters.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  double index = 0;
  for (std::size_t own = 0; own < clusters.size(); ++own) {
    double apart = std::numeric_limits<double>::infinity();
    for (std::size_t other = 0; other < clusters.size(); ++other) {
      if (other != own) apart = std::min(apart, separation(points, metric, clusters[own], clusters[other]));
    }
    const double sparseness = clusters[own].sparseness;
    const double larger = std::max(apart, sparseness);
    const bool scored = clusters[own].rows.size() > 1 && larger > 0;
    const double value = scored ? (apart - sparseness) / larger : 0.0;
    index += static_cast<double>(clusters[own].rows.size()) / static_cast<double>(labels.size()) * value;
  }
  return index;
}

inline double dbcv(MatrixView points, std::span<const std::int32_t> labels, Metric metric) {
  return dbcv(points, labels, metric, [](const auto&) { return std::vector<double>(); });
}

// Rousseeuw 1987.
inline double silhouette(MatrixView points, std::span<const std::int32_t> labels, Metric metric) {
  const auto clusters = rows_by_label(labels);
  double total = 0;
  std::size_t n = 0;
  for (const auto& [own, rows] : clusters) {
    for (const std::size_t row : rows) {
      ++n;
      if (rows.size() == 1) continue;
      double within = 0;
      double nearest = std::numeric_limits<double>::infinity();
      for (const auto& [label, others] : clusters) {
        double sum = 0;
        for (const std::size_t other : others) sum += distance(points, metric, row, other);
        if (label == own) {
          within = sum / static_cast<double>(rows.size() - 1);
        } else {
          nearest = std::min(nearest, sum / static_cast<double>(others.size()));
        }
      }
      if (std::max(within, nearest) > 0) total += (nearest - within) / std::max(within, nearest);
    }
  }
  if (clusters.size() < 2 || clusters.size() == n) return std::numeric_limits<double>::quiet_NaN();
  return total / static_cast<double>(n);
}

// Hubert and Arabie 1985, by looking at every pair of rows.
inline double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  double in_both = 0;
  double in_a = 0;
  double in_b = 0;
  double pairs = 0;
  for (std::size_t row = 0; row < a.size(); ++row) {
    for (std::size_t other = 0; other < row; ++other) {
      in_both += a[row] == a[other] && b[row] == b[other] ? 1 : 0;
      in_a += a[row] == a[other] ? 1 : 0;
      in_b += b[row] == b[other] ? 1 : 0;
      ++pairs;
    }
  }
  const double expected = in_a * in_b / pairs;
  const double most = (in_a + in_b) / 2;
  return most == expected ? 1.0 : (in_both - expected) / (most - expected);
}

}  // namespace aisle::oracle
