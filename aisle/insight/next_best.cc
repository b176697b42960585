#include "aisle/insight/next_best.h"

#include <algorithm>
#include <limits>

#include "aisle/segment/found_clusters.h"

namespace aisle {
namespace {

std::int32_t nearest_other_centre(const StoreSpace& space, std::size_t point, std::int32_t own) {
  std::int32_t best = -1;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t cluster = 0; cluster < space.centres.n_rows(); ++cluster) {
    if (static_cast<std::int32_t>(cluster) == own) continue;
    const double distance =
        distance_between(space.points.row(point), space.centres.row(cluster), space.metric);
    if (distance >= least) continue;
    least = distance;
    best = static_cast<std::int32_t>(cluster);
  }
  return best;
}

}  // namespace

NextBest next_best_clusters(const InsightData& data, const StoreSpace& space, const CancelFlag* cancel) {
  const std::size_t n_points = space.rows.size();
  NextBest result{std::vector<std::int32_t>(n_points, -1), std::vector<double>(n_points, 0)};
  if (data.n_clusters() < 2) return result;
  const Prediction prediction = ClusterReader(data.model).read(space.points, cancel);
  const Matrix votes = predict_shares(data.model.forest, space.points);
  for (std::size_t point = 0; point < n_points; ++point) {
    const std::size_t row = space.rows[point];
    const std::int32_t own = data.clusters.final_cluster[row];
    if (data.clusters.inferred[row] == 0) {
      result.cluster[point] = data.place_of(prediction.next_labels[point]);
      result.sure[point] = prediction.next_strengths[point];
    } else {
      for (std::size_t label = 0; label < votes.n_cols(); ++label) {
        const std::int32_t other = data.place_of(static_cast<std::int32_t>(label));
        if (other == own || !(votes(point, label) > result.sure[point])) continue;
        result.cluster[point] = other;
        result.sure[point] = votes(point, label);
      }
    }
    if (result.cluster[point] < 0 || result.cluster[point] == own) {
      result.cluster[point] = nearest_other_centre(space, point, own);
      result.sure[point] = 0;
    }
  }
  return result;
}

}  // namespace aisle
