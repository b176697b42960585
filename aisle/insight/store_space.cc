#include "aisle/insight/store_space.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "aisle/segment/design.h"

namespace aisle {
namespace {

Matrix centres_of(const InsightData& data) {
  const Matrix& matrix = data.model.matrix;
  const auto labels = data.clusters.fitted_clusters();
  Matrix centres(data.n_clusters(), matrix.n_cols());
  std::vector<double> counts(data.n_clusters());
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0) continue;
    const auto cluster = static_cast<std::size_t>(labels[row]);
    ++counts[cluster];
    for (std::size_t col = 0; col < matrix.n_cols(); ++col) centres(cluster, col) += matrix(row, col);
  }
  for (std::size_t cluster = 0; cluster < counts.size(); ++cluster) {
    for (double& value : centres.row(cluster)) value /= counts[cluster];
  }
  return centres;
}

void find_nearest(StoreSpace& space) {
  const std::size_t n = space.centres.n_rows();
  space.nearest.assign(n, -1);
  space.nearest_distance.assign(n, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t cluster = 0; cluster < n; ++cluster) {
    for (std::size_t other = 0; other < n; ++other) {
      if (other == cluster) continue;
      const double distance =
          distance_between(space.centres.row(cluster), space.centres.row(other), space.metric);
      if (space.nearest[cluster] >= 0 && distance >= space.nearest_distance[cluster]) continue;
      space.nearest[cluster] = static_cast<std::int32_t>(other);
      space.nearest_distance[cluster] = distance;
    }
  }
}

}  // namespace

double distance_between(std::span<const double> a, std::span<const double> b, Metric metric) {
  if (metric == Metric::kEuclidean) return std::sqrt(squared_euclidean(a, b));
  double sum = 0;
  for (std::size_t col = 0; col < a.size(); ++col) sum += std::abs(a[col] - b[col]);
  return sum;
}

double squared_euclidean(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t col = 0; col < a.size(); ++col) sum += (a[col] - b[col]) * (a[col] - b[col]);
  return sum;
}

StoreSpace store_space(const InsightData& data) {
  StoreSpace space;
  space.metric = data.model.metric;
  const StoreClusters& clusters = data.clusters;
  std::vector<std::size_t> placed;
  for (std::size_t row = 0; row < clusters.n_stores(); ++row) {
    if (clusters.in_fit[row] != 0 || clusters.final_cluster[row] >= 0) space.rows.push_back(row);
    if (clusters.in_fit[row] == 0 && clusters.final_cluster[row] >= 0) placed.push_back(row);
  }
  std::vector<std::string> said;  // training said it already
  const Matrix projected =
      placed.empty() ? Matrix() : project_design(data.model.design, data.stores.take(placed), said);
  const std::size_t n_cols = data.model.matrix.n_cols();
  space.points = Matrix(space.rows.size(), n_cols);
  space.point_of.assign(clusters.n_stores(), -1);
  std::size_t next_fitted = 0;
  std::size_t next_placed = 0;
  for (std::size_t at = 0; at < space.rows.size(); ++at) {
    const bool fitted = clusters.in_fit[space.rows[at]] != 0;
    const auto source = fitted ? data.model.matrix.row(next_fitted++) : projected.row(next_placed++);
    std::copy(source.begin(), source.end(), space.points.row(at).begin());
    space.point_of[space.rows[at]] = static_cast<std::int32_t>(at);
  }
  space.centres = centres_of(data);
  find_nearest(space);
  return space;
}

}  // namespace aisle
