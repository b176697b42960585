// DBCV, silhouette and the forest against the original platform's figures for 100 stores.
#include <gtest/gtest.h>

#include <cmath>

#include "aisle/cluster/forest.h"
#include "aisle/cluster/validity.h"
#include "tests/reference/cluster/seed42.h"

namespace aisle {
namespace {

TEST(ValidityReference, DbcvIsHdbscans) {
  const Matrix points = seed42::matrix_of(seed42::read_csv("X_final.csv"));
  const std::vector<std::int32_t> labels = seed42::read_csv("labels.csv").ints("cluster");
  EXPECT_NEAR(dbcv(points, labels, Metric::kManhattan).index, 0.10017048340542156, 1e-9);
}

TEST(ValidityReference, DbcvDoesNotChangeWithTheSignOfAnAxis) {
  const Matrix points = seed42::matrix_of(seed42::read_csv("X_final_exact_scipy.csv"));
  const std::vector<std::int32_t> labels = seed42::read_csv("labels.csv").ints("cluster");
  EXPECT_NEAR(dbcv(points, labels, Metric::kManhattan).index, 0.10017048340542156, 1e-9);
}

TEST(ValidityReference, SilhouettesAreScikitLearns) {
  const Matrix points = seed42::matrix_of(seed42::read_csv("X_final.csv"));
  const std::vector<std::int32_t> labels = seed42::read_csv("labels.csv").ints("cluster_final");
  EXPECT_NEAR(silhouette(points, labels, Metric::kEuclidean), 0.12907746188330615, 1e-12);
  EXPECT_NEAR(silhouette(points, labels, Metric::kManhattan), 0.1635526872002686, 1e-12);
}

TEST(ForestReference, AgreesWithTheOriginalsForestOnNineOfTenStores) {
  const Matrix points = seed42::matrix_of(seed42::read_csv("X_final.csv"));
  const seed42::Csv csv = seed42::read_csv("labels.csv");
  const std::vector<std::int32_t> clusters = csv.ints("cluster");
  const std::vector<std::int32_t> finals = csv.ints("cluster_final");
  std::vector<std::size_t> clustered;
  for (std::size_t row = 0; row < clusters.size(); ++row) {
    if (clusters[row] >= 0) clustered.push_back(row);
  }
  Matrix training(clustered.size(), points.n_cols());
  std::vector<std::int32_t> labels;
  for (std::size_t place = 0; place < clustered.size(); ++place) {
    for (std::size_t col = 0; col < points.n_cols(); ++col)
      training(place, col) = points(clustered[place], col);
    labels.push_back(clusters[clustered[place]]);
  }
  const Forest forest = fit_forest(training, labels, {.n_trees = 100, .seed = 42});
  const std::vector<std::int32_t> predicted = predict_labels(forest, points);
  int n_equal = 0;
  for (std::size_t row = 0; row < finals.size(); ++row) n_equal += predicted[row] == finals[row] ? 1 : 0;
  EXPECT_GE(n_equal, 90);
  // A row is in the bag of two trees in three, and those know it.
  for (const std::size_t row : clustered) EXPECT_EQ(predicted[row], clusters[row]);
}

}  // namespace
}  // namespace aisle
