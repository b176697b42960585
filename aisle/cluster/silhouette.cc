// The silhouette in linear memory: each block of rows against each cluster that can be a row's nearest.
//
// A row's mean distance to a cluster lies between its distance to the centroid (a norm is convex) and that
// distance plus the cluster's mean distance to it. So only clusters whose lower bound is under the smallest
// upper bound are summed, and the result is exact.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/cluster_members.h"
#include "aisle/cluster/distance_kernels.h"
#include "aisle/cluster/validity.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 64;
// Groups of a cluster that a block of rows goes through at once: they stay in the second-level cache.
constexpr std::size_t kGroupsPerTile = 128;

double distance_between(Metric metric, std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t col = 0; col < a.size(); ++col) {
    const double difference = a[col] - b[col];
    sum += metric == Metric::kEuclidean ? difference * difference : std::abs(difference);
  }
  return metric == Metric::kEuclidean ? std::sqrt(sum) : sum;
}

struct SilhouetteCluster {
  std::span<const std::int32_t> rows;
  LanePoints packed;
  double spread = 0;  // mean distance of its rows to its centroid
};

struct Clusters {
  std::vector<SilhouetteCluster> all;
  LanePoints centroids;
  double margin = 0;  // how far rounding can move a bound, whatever its size
};

Clusters gather(MatrixView points, const ClusterMembers& members, Metric metric) {
  Clusters clusters;
  for (std::size_t label = 0; label < members.n_labels(); ++label) {
    if (!members.rows_of(label).empty()) clusters.all.push_back({members.rows_of(label), {}, 0});
  }
  Matrix centroids(clusters.all.size(), points.n_cols());
  parallel_for(clusters.all.size(), [&](std::size_t place) {
    SilhouetteCluster& cluster = clusters.all[place];
    cluster.packed = LanePoints(points, cluster.rows);
    const auto n = static_cast<double>(cluster.rows.size());
    const auto centroid = centroids.row(place);
    const auto first = points.row(static_cast<std::size_t>(cluster.rows.front()));
    for (const std::int32_t row : cluster.rows) {
      const auto point = points.row(static_cast<std::size_t>(row));
      for (std::size_t col = 0; col < point.size(); ++col) centroid[col] += (point[col] - first[col]) / n;
    }
    for (std::size_t col = 0; col < first.size(); ++col) centroid[col] += first[col];
    for (const std::int32_t row : cluster.rows) {
      cluster.spread += distance_between(metric, points.row(static_cast<std::size_t>(row)), centroid) / n;
    }
  });
  std::vector<std::int32_t> places(clusters.all.size());
  std::iota(places.begin(), places.end(), 0);
  clusters.centroids = LanePoints(centroids, places);
  for (std::size_t col = 0; col < points.n_cols(); ++col) {
    double largest = 0;
    for (std::size_t place = 0; place < clusters.all.size(); ++place) {
      largest = std::max(largest, std::abs(centroids(place, col)));
    }
    clusters.margin += 1e-13 * largest;
  }
  return clusters;
}

// Sums of distances from some rows of a block to one cluster: `sums[item]` for `items[item]`.
class BlockSums {
 public:
  BlockSums(MatrixView points, Metric metric) : points_(points), metric_(metric) {}

  void compute(std::span<const std::int32_t> rows, const LanePoints& cluster) {
    lanes_.assign(rows.size() * kLanes, 0.0);
    for (std::size_t begin = 0; begin < cluster.n_groups(); begin += kGroupsPerTile) {
      const std::size_t end = std::min(cluster.n_groups(), begin + kGroupsPerTile);
      for (std::size_t first = 0; first < rows.size(); first += kernels::kRowsAtOnce) {
        const std::size_t n_rows = std::min(kernels::kRowsAtOnce, rows.size() - first);
        const double* at[kernels::kRowsAtOnce];
        for (std::size_t item = 0; item < n_rows; ++item) {
          at[item] = points_.row(static_cast<std::size_t>(rows[first + item])).data();
        }
        kernels::add_distances(metric_, at, n_rows, cluster, begin, end, lanes_.data() + first * kLanes);
      }
    }
  }
  double sum(std::size_t item) const { return fold(lanes_.data() + item * kLanes); }

 private:
  MatrixView points_;
  Metric metric_;
  std::vector<double> lanes_;
};

// The silhouettes of a block of rows of the cluster at place `own`, summed.
class BlockSilhouette {
 public:
  BlockSilhouette(MatrixView points, Metric metric, const Clusters& clusters)
      : points_(points), metric_(metric), clusters_(clusters), sums_(points, metric) {}

  double sum(std::size_t own, std::span<const std::int32_t> rows) {
    const SilhouetteCluster& cluster = clusters_.all[own];
    if (cluster.rows.size() == 1) return 0.0;
    bound(own, rows);
    std::vector<double> within(rows.size());
    std::vector<double> nearest(rows.size(), std::numeric_limits<double>::infinity());
    sums_.compute(rows, cluster.packed);
    for (std::size_t item = 0; item < rows.size(); ++item) {
      within[item] = sums_.sum(item) / static_cast<double>(cluster.rows.size() - 1);
    }
    for (std::size_t other = 0; other < clusters_.all.size(); ++other) {
      if (other != own) lower_nearest(other, rows, nearest);
    }
    double total = 0;
    for (std::size_t item = 0; item < rows.size(); ++item) {
      const double larger = std::max(within[item], nearest[item]);
      if (larger > 0) total += (nearest[item] - within[item]) / larger;
    }
    return total;
  }

 private:
  // Distances to all centroids, and for each row the smallest upper bound of a mean distance.
  void bound(std::size_t own, std::span<const std::int32_t> rows) {
    stride_ = clusters_.centroids.n_groups() * kLanes;
    to_centroid_.resize(rows.size() * stride_);
    limits_.assign(rows.size(), std::numeric_limits<double>::infinity());
    for (std::size_t item = 0; item < rows.size(); ++item) {
      double* to_centroid = to_centroid_.data() + item * stride_;
      kernels::distances(metric_, points_.row(static_cast<std::size_t>(rows[item])).data(),
                         clusters_.centroids, 0, clusters_.centroids.n_groups(), to_centroid);
      for (std::size_t other = 0; other < clusters_.all.size(); ++other) {
        if (other == own) continue;
        limits_[item] = std::min(limits_[item], to_centroid[other] + clusters_.all[other].spread);
      }
      // The bounds are rounded, the sums too: a margin keeps every cluster that could be the nearest.
      limits_[item] += 1e-9 * limits_[item] + clusters_.margin;
    }
  }

  void lower_nearest(std::size_t other, std::span<const std::int32_t> rows, std::vector<double>& nearest) {
    wanted_.clear();
    items_.clear();
    for (std::size_t item = 0; item < rows.size(); ++item) {
      if (to_centroid_[item * stride_ + other] > limits_[item]) continue;
      wanted_.push_back(rows[item]);
      items_.push_back(item);
    }
    if (wanted_.empty()) return;
    sums_.compute(wanted_, clusters_.all[other].packed);
    const auto size = static_cast<double>(clusters_.all[other].rows.size());
    for (std::size_t place = 0; place < items_.size(); ++place) {
      nearest[items_[place]] = std::min(nearest[items_[place]], sums_.sum(place) / size);
    }
  }

  MatrixView points_;
  Metric metric_;
  const Clusters& clusters_;
  BlockSums sums_;
  std::size_t stride_ = 0;
  std::vector<double> to_centroid_;
  std::vector<double> limits_;
  std::vector<std::int32_t> wanted_;
  std::vector<std::size_t> items_;
};

// Rows of one cluster that are handled together.
struct RowBlock {
  std::size_t cluster = 0;
  std::span<const std::int32_t> rows;
};

std::vector<RowBlock> row_blocks(const Clusters& clusters) {
  std::vector<RowBlock> blocks;
  for (std::size_t place = 0; place < clusters.all.size(); ++place) {
    const auto rows = clusters.all[place].rows;
    for (std::size_t begin = 0; begin < rows.size(); begin += kRowsPerBlock) {
      blocks.push_back({place, rows.subspan(begin, std::min(kRowsPerBlock, rows.size() - begin))});
    }
  }
  return blocks;
}

}  // namespace

double silhouette(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
                  const CancelFlag* cancel) {
  const ClusterMembers members("silhouette", points, labels);
  if (members.n_clusters() < 2 || members.n_clusters() == members.n_members()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const Clusters clusters = gather(points, members, metric);
  const std::vector<RowBlock> blocks = row_blocks(clusters);
  const double total = parallel_sum(blocks.size(), 1, [&](std::size_t begin, std::size_t) {
    if (cancel != nullptr) cancel->check();
    return BlockSilhouette(points, metric, clusters).sum(blocks[begin].cluster, blocks[begin].rows);
  });
  return total / static_cast<double>(members.n_members());
}

}  // namespace aisle
