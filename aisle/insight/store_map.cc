#include "aisle/insight/store_map.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "aisle/cluster/tsne.h"
#include "aisle/insight/numbers_json.h"

namespace aisle {
namespace {

std::vector<double> column_means(MatrixView points) {
  std::vector<double> means(points.n_cols());
  for (std::size_t row = 0; row < points.n_rows(); ++row) {
    for (std::size_t col = 0; col < means.size(); ++col) means[col] += points(row, col);
  }
  for (double& mean : means) mean /= static_cast<double>(points.n_rows());
  return means;
}

// Sums in the order of the rows.
Eigen::MatrixXd covariance_of(MatrixView points, const std::vector<double>& means) {
  const auto n_cols = static_cast<Eigen::Index>(points.n_cols());
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(n_cols, n_cols);
  Eigen::VectorXd centred(n_cols);
  for (std::size_t row = 0; row < points.n_rows(); ++row) {
    for (std::size_t col = 0; col < means.size(); ++col) {
      centred(static_cast<Eigen::Index>(col)) = points(row, col) - means[col];
    }
    sums.noalias() += centred * centred.transpose();
  }
  return sums / static_cast<double>(points.n_rows());
}

void point_to_its_largest(Eigen::VectorXd& loadings) {
  // Rounding must not choose among loadings that are as large as each other.
  const double nearly = loadings.cwiseAbs().maxCoeff() * (1 - 1e-9);
  for (Eigen::Index at = 0; at < loadings.size(); ++at) {
    if (std::abs(loadings(at)) < nearly) continue;
    if (loadings(at) < 0) loadings = -loadings;
    return;
  }
}

// The map of the stores of the fit, with those that were assigned afterwards placed into it.
Matrix with_placed(const InsightData& data, const StoreSpace& space, const Matrix& fitted_positions,
                   const CancelFlag* cancel) {
  std::vector<std::size_t> later;
  for (std::size_t point = 0; point < space.rows.size(); ++point) {
    if (data.clusters.in_fit[space.rows[point]] == 0) later.push_back(point);
  }
  Matrix later_points(later.size(), space.points.n_cols());
  for (std::size_t at = 0; at < later.size(); ++at) {
    const auto source = space.points.row(later[at]);
    std::copy(source.begin(), source.end(), later_points.row(at).begin());
  }
  Matrix placed;
  if (!later.empty()) {
    PlaceOptions options;
    options.metric = space.metric;
    options.cancel = cancel;
    placed = place_in_map(later_points, data.model.matrix, fitted_positions, options);
  }
  Matrix positions(space.rows.size(), 2);
  std::size_t next_fitted = 0;
  std::size_t next_later = 0;
  for (std::size_t point = 0; point < space.rows.size(); ++point) {
    const bool in_fit = data.clusters.in_fit[space.rows[point]] != 0;
    const auto source = in_fit ? fitted_positions.row(next_fitted++) : placed.row(next_later++);
    std::copy(source.begin(), source.end(), positions.row(point).begin());
  }
  return positions;
}

Json axis_json(const Matrix& positions, std::size_t axis, const StoreSpace& space) {
  Json list = Json::array();
  for (const std::int32_t point : space.point_of) {
    list.push_back(point < 0 ? Json(nullptr) : number_json(positions(static_cast<std::size_t>(point), axis)));
  }
  return list;
}

}  // namespace

PrincipalAxes principal_axes(MatrixView fitted, MatrixView points) {
  PrincipalAxes result{Matrix(points.n_rows(), 2), {0, 0}};
  if (fitted.empty()) return result;
  const std::vector<double> means = column_means(fitted);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance_of(fitted, means));
  const double total = solver.eigenvalues().cwiseMax(0).sum();
  const std::size_t n_axes = std::min<std::size_t>(2, fitted.n_cols());
  if (!(total > 0)) return result;
  for (std::size_t axis = 0; axis < n_axes; ++axis) {
    const auto at = static_cast<Eigen::Index>(fitted.n_cols() - 1 - axis);
    Eigen::VectorXd loadings = solver.eigenvectors().col(at);
    point_to_its_largest(loadings);
    result.explained[axis] = std::max(solver.eigenvalues()(at), 0.0) / total;
    for (std::size_t row = 0; row < points.n_rows(); ++row) {
      for (std::size_t col = 0; col < means.size(); ++col) {
        result.positions(row, axis) +=
            (points(row, col) - means[col]) * loadings(static_cast<Eigen::Index>(col));
      }
    }
  }
  return result;
}

StoreMap map_stores(const InsightData& data, const StoreSpace& space, const CancelFlag* cancel) {
  TsneOptions options;
  options.metric = space.metric;
  options.seed = data.model.seed;
  options.cancel = cancel;
  const TsneMap fitted = tsne(data.model.matrix, options);
  StoreMap map;
  map.fit = data.metrics.fit;
  map.perplexity = fitted.perplexity;
  map.tsne = with_placed(data, space, fitted.positions, cancel);
  map.axes = principal_axes(data.model.matrix, space.points);
  return map;
}

std::string map_json(const StoreMap& map, const StoreSpace& space) {
  return document_text({{"kind", "aisle-map"},
                        {"format", kMapFormat},
                        {"fit", map.fit},
                        {"tsne",
                         {{"x", axis_json(map.tsne, 0, space)},
                          {"y", axis_json(map.tsne, 1, space)},
                          {"perplexity", number_json(map.perplexity)}}},
                        {"axes",
                         {{"x", axis_json(map.axes.positions, 0, space)},
                          {"y", axis_json(map.axes.positions, 1, space)},
                          {"explained", numbers_json(map.axes.explained)}}}});
}

}  // namespace aisle
