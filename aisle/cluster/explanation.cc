#include "aisle/cluster/explanation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "aisle/base/parallel.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/cluster_members.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 1024;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double power(Metric metric, double difference) {
  return metric == Metric::kEuclidean ? difference * difference : std::abs(difference);
}

double distance_power(Metric metric, std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t col = 0; col < a.size(); ++col) sum += power(metric, a[col] - b[col]);
  return sum;
}

double median(std::vector<double>& values) {
  const auto upper = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), upper, values.end());
  if (values.size() % 2 == 1) return *upper;
  return *std::max_element(values.begin(), upper) / 2 + *upper / 2;
}

Matrix typical_members(MatrixView points, const ClusterMembers& members) {
  Matrix typical(members.n_labels(), points.n_cols());
  parallel_for(members.n_labels(), [&](std::size_t label) {
    const auto rows = members.rows_of(label);
    std::vector<double> values(rows.size());
    for (std::size_t col = 0; col < points.n_cols(); ++col) {
      for (std::size_t place = 0; place < rows.size(); ++place) {
        values[place] = points(static_cast<std::size_t>(rows[place]), col);
      }
      typical(label, col) = rows.empty() ? std::numeric_limits<double>::quiet_NaN() : median(values);
    }
  });
  return typical;
}

// The label but `except` whose typical member is nearest; -1 when there is none. A label without rows is at
// no distance: NaN is below nothing.
std::int32_t nearest_cluster(const Matrix& typical, Metric metric, std::span<const double> point,
                             std::int32_t except) {
  std::int32_t nearest = -1;
  double least = kInfinity;
  for (std::size_t label = 0; label < typical.n_rows(); ++label) {
    if (static_cast<std::int32_t>(label) == except) continue;
    const double distance = distance_power(metric, point, typical.row(label));
    if (distance < least) {
      least = distance;
      nearest = static_cast<std::int32_t>(label);
    }
  }
  return nearest;
}

void fill_shares(Metric metric, std::span<const double> point, std::span<const double> typical,
                 std::span<double> shares) {
  const double whole = distance_power(metric, point, typical);
  if (whole == 0) return;
  for (std::size_t col = 0; col < point.size(); ++col) {
    const double difference = point[col] - typical[col];
    shares[col] = std::copysign(power(metric, difference), difference) / whole;
  }
}

void fill_margins(Metric metric, std::span<const double> point, std::span<const double> own,
                  std::span<const double> next, std::span<double> margins) {
  const double between = distance_power(metric, own, next);
  if (between == 0) return;
  for (std::size_t col = 0; col < point.size(); ++col) {
    margins[col] = (power(metric, point[col] - next[col]) - power(metric, point[col] - own[col])) / between;
  }
}

}  // namespace

PointExplanations explain_points(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
                                 const CancelFlag* cancel) {
  check_points("explain_points", points);
  const ClusterMembers members("explain_points", points, labels);
  const std::size_t n_rows = points.n_rows();
  PointExplanations result;
  result.typical = typical_members(points, members);
  result.clusters.assign(labels.begin(), labels.end());
  result.next_clusters.resize(n_rows);
  result.shares = Matrix(n_rows, points.n_cols());
  result.margins = Matrix(n_rows, points.n_cols());
  parallel_for_blocks(n_rows, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    if (cancel != nullptr) cancel->check();
    for (std::size_t row = begin; row < end; ++row) {
      const auto point = points.row(row);
      std::int32_t& own = result.clusters[row];
      if (own < 0) own = nearest_cluster(result.typical, metric, point, -1);
      std::int32_t& next = result.next_clusters[row];
      next = own < 0 ? -1 : nearest_cluster(result.typical, metric, point, own);
      if (own < 0) continue;
      const auto typical = result.typical.row(static_cast<std::size_t>(own));
      fill_shares(metric, point, typical, result.shares.row(row));
      if (next < 0) continue;
      fill_margins(metric, point, typical, result.typical.row(static_cast<std::size_t>(next)),
                   result.margins.row(row));
    }
  });
  return result;
}

}  // namespace aisle
