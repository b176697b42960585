// The silhouette in linear memory: sums within each cluster, and between those clusters that can be nearest.
//
// A row's mean distance to a cluster lies between its distance to the centroid (a norm is convex) and that
// distance plus the cluster's mean distance to it. So a row needs its sums only with clusters whose lower
// bound is not above its smallest upper bound, and the result is exact.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/atomic_minimum.h"
#include "aisle/cluster/cluster_members.h"
#include "aisle/cluster/distance_kernels.h"
#include "aisle/cluster/distance_sums.h"
#include "aisle/cluster/validity.h"

namespace aisle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kRowsPerBlock = 256;

struct SilhouetteCluster {
  std::span<const std::int32_t> rows;
  std::size_t first = 0;  // the place of its first row among all members
  PointSet points;
  double spread = 0;  // mean distance of its rows to its centroid
};

// Which of a cluster's rows need their sums with another cluster, by place in the cluster, and which do not.
struct Wanting {
  std::vector<std::int32_t> places;
  std::vector<std::int32_t> other_places;
};

class SilhouetteSums {
 public:
  SilhouetteSums(MatrixView points, const ClusterMembers& members, Metric metric)
      : points_(points), metric_(metric), within_(members.n_members()), nearest_(members.n_members()) {
    for (auto& value : nearest_) value.store(kInfinity, std::memory_order_relaxed);
    std::size_t first = 0;
    for (std::size_t label = 0; label < members.n_labels(); ++label) {
      const auto rows = members.rows_of(label);
      if (rows.empty()) continue;
      clusters_.push_back({rows, first, {}, 0});
      first += rows.size();
    }
    find_centroids();
    find_limits();
  }

  void measure(const CancelFlag* cancel) {
    const auto check = [&] {
      if (cancel != nullptr) cancel->check();
    };
    parallel_for(clusters_.size(), [&](std::size_t cluster) {
      check();
      const SilhouetteCluster& own = clusters_[cluster];
      add_sums_within(metric_, own.points, std::span(within_).subspan(own.first, own.rows.size()));
    });
    parallel_for(clusters_.size(), [&](std::size_t left) {
      for (std::size_t right = left + 1; right < clusters_.size(); ++right) {
        check();
        compare(left, right);
      }
    });
  }

  double mean() const {
    double total = 0;
    for (const SilhouetteCluster& cluster : clusters_) {
      double sum = 0;
      for (std::size_t item = 0; item < cluster.rows.size(); ++item) sum += value_of(cluster, item);
      total += sum;
    }
    return total / static_cast<double>(within_.size());
  }

  void put_values(std::span<double> by_row) const {
    for (const SilhouetteCluster& cluster : clusters_) {
      for (std::size_t item = 0; item < cluster.rows.size(); ++item) {
        by_row[static_cast<std::size_t>(cluster.rows[item])] = value_of(cluster, item);
      }
    }
  }

 private:
  // Centroids are sums of deviations from a first row, so that points far from the origin keep their digits.
  void find_centroids() {
    centroids_ = Matrix(clusters_.size(), points_.n_cols());
    parallel_for(clusters_.size(), [&](std::size_t place) {
      SilhouetteCluster& cluster = clusters_[place];
      cluster.points = PointSet(points_, cluster.rows);
      const auto n = static_cast<double>(cluster.rows.size());
      const auto centroid = centroids_.row(place);
      const double* first = cluster.points.rows.front();
      for (const double* point : cluster.points.rows) {
        for (std::size_t col = 0; col < centroid.size(); ++col)
          centroid[col] += (point[col] - first[col]) / n;
      }
      for (std::size_t col = 0; col < centroid.size(); ++col) centroid[col] += first[col];
      const std::vector<double> distances = distances_to(centroid.data(), cluster.points.packed);
      for (std::size_t item = 0; item < cluster.rows.size(); ++item) cluster.spread += distances[item] / n;
    });
    for (std::size_t col = 0; col < points_.n_cols(); ++col) {
      double largest = 0;
      for (std::size_t place = 0; place < clusters_.size(); ++place) {
        largest = std::max(largest, std::abs(centroids_(place, col)));
      }
      margin_ += 1e-13 * largest;
    }
  }

  // Each row's smallest upper bound of a mean distance to another cluster. The bounds are rounded, and so are
  // the sums: the margins keep every cluster that could be the nearest.
  void find_limits() {
    limits_.assign(within_.size(), kInfinity);
    std::vector<std::int32_t> places(clusters_.size());
    std::iota(places.begin(), places.end(), 0);
    const LanePoints packed(centroids_, places);
    parallel_for(clusters_.size(), [&](std::size_t own) {
      const SilhouetteCluster& cluster = clusters_[own];
      parallel_for_blocks(cluster.rows.size(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end; ++item) {
          const std::vector<double> distances = distances_to(cluster.points.rows[item], packed);
          double& limit = limits_[cluster.first + item];
          for (std::size_t other = 0; other < clusters_.size(); ++other) {
            if (other != own) limit = std::min(limit, distances[other] + clusters_[other].spread);
          }
          limit += 1e-9 * limit + margin_;
        }
      });
    });
  }

  std::vector<double> distances_to(const double* point, const LanePoints& packed) const {
    std::vector<double> distances(packed.n_groups() * kLanes);
    kernels::distances(metric_, point, packed, 0, packed.n_groups(), distances.data());
    return distances;
  }

  Wanting wanting(const SilhouetteCluster& cluster, std::size_t other) const {
    const std::vector<double> distances = distances_to(centroids_.row(other).data(), cluster.points.packed);
    Wanting result;
    for (std::size_t item = 0; item < cluster.rows.size(); ++item) {
      const bool wants = distances[item] <= limits_[cluster.first + item];
      (wants ? result.places : result.other_places).push_back(static_cast<std::int32_t>(item));
    }
    return result;
  }

  PointSet subset(const SilhouetteCluster& cluster, std::span<const std::int32_t> places) const {
    std::vector<std::int32_t> rows;
    rows.reserve(places.size());
    for (const std::int32_t place : places) rows.push_back(cluster.rows[static_cast<std::size_t>(place)]);
    return {points_, rows};
  }

  // Rows that want the other cluster need all of it; a pair that both want is computed once.
  void compare(std::size_t left_place, std::size_t right_place) {
    const SilhouetteCluster& left = clusters_[left_place];
    const SilhouetteCluster& right = clusters_[right_place];
    const Wanting from_left = wanting(left, right_place);
    const Wanting from_right = wanting(right, left_place);
    if (from_left.places.empty() && from_right.places.empty()) return;
    const PointSet left_set = subset(left, from_left.places);
    const PointSet right_set = subset(right, from_right.places);
    std::vector<double> left_sums(left_set.size());
    std::vector<double> right_sums(right_set.size());
    add_sums_between(metric_, left_set, right_set, left_sums, right_sums);
    if (!left_set.empty()) {
      add_sums_to(metric_, left_set, subset(right, from_right.other_places), left_sums);
    }
    if (!right_set.empty()) {
      add_sums_to(metric_, right_set, subset(left, from_left.other_places), right_sums);
    }
    lower_nearest(left, from_left.places, left_sums, right.rows.size());
    lower_nearest(right, from_right.places, right_sums, left.rows.size());
  }

  // The smallest of a set has no order: tasks may come in any.
  void lower_nearest(const SilhouetteCluster& cluster, std::span<const std::int32_t> places,
                     std::span<const double> sums, std::size_t n_others) {
    for (std::size_t item = 0; item < places.size(); ++item) {
      const double mean = sums[item] / static_cast<double>(n_others);
      lower(nearest_[cluster.first + static_cast<std::size_t>(places[item])], mean);
    }
  }

  double value_of(const SilhouetteCluster& cluster, std::size_t item) const {
    if (cluster.rows.size() == 1) return 0.0;
    const double within = within_[cluster.first + item] / static_cast<double>(cluster.rows.size() - 1);
    const double nearest = nearest_[cluster.first + item].load(std::memory_order_relaxed);
    const double larger = std::max(within, nearest);
    return larger > 0 ? (nearest - within) / larger : 0.0;
  }

  MatrixView points_;
  Metric metric_;
  std::vector<SilhouetteCluster> clusters_;
  Matrix centroids_;
  double margin_ = 0;                         // how far rounding can move a bound, whatever its size
  std::vector<double> limits_;                // by member, as the next two
  std::vector<double> within_;                // sum of distances within the own cluster
  std::vector<std::atomic<double>> nearest_;  // smallest mean distance to another cluster
};

bool has_silhouette(const ClusterMembers& members) {
  return members.n_clusters() >= 2 && members.n_clusters() < members.n_members();
}

}  // namespace

double silhouette(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
                  const CancelFlag* cancel) {
  const ClusterMembers members("silhouette", points, labels);
  if (!has_silhouette(members)) return std::numeric_limits<double>::quiet_NaN();
  SilhouetteSums sums(points, members, metric);
  sums.measure(cancel);
  return sums.mean();
}

std::vector<double> silhouette_samples(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
                                       const CancelFlag* cancel) {
  const ClusterMembers members("silhouette_samples", points, labels);
  std::vector<double> by_row(points.n_rows(), std::numeric_limits<double>::quiet_NaN());
  if (!has_silhouette(members)) return by_row;
  SilhouetteSums sums(points, members, metric);
  sums.measure(cancel);
  sums.put_values(by_row);
  return by_row;
}

}  // namespace aisle
