// HDBSCAN against what scikit-learn-contrib/hdbscan put out for the reference stores (tests/data/seed42).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "aisle/cluster/famd.h"
#include "aisle/cluster/hdbscan.h"
#include "aisle/cluster/validity.h"
#include "tests/reference/cluster/seed42.h"
#include "tests/reference/cluster/seed42_famd.h"

namespace aisle {
namespace {

using seed42::matrix_of;
using seed42::read_csv;

constexpr double kTolerance = 1e-12;
// hdbscan sums stabilities of subtrees in single precision.
constexpr double kPersistenceTolerance = 1e-7;

HdbscanResult cluster_stores(const std::string& file = "X_final.csv") {
  HdbscanOptions options{.min_samples = 1, .metric = Metric::kManhattan};
  options.selection = {.min_cluster_size = 5, .cluster_selection_epsilon = 1.0};
  return hdbscan(matrix_of(read_csv(file)), options);
}

TEST(HdbscanReference, LabelsAreTheOriginals) {
  const std::vector<double> expected = read_csv("labels.csv").doubles("cluster");
  for (const std::string file : {"X_final.csv", "X_final_exact_scipy.csv"}) {
    const ClusterSelection selection = cluster_stores(file).selection;
    EXPECT_EQ(selection.n_clusters, 8);
    EXPECT_EQ(selection.n_noise, 35);
    std::set<std::pair<int, int>> pairs;
    for (std::size_t row = 0; row < expected.size(); ++row) {
      pairs.emplace(static_cast<int>(expected[row]), selection.labels[row]);
      EXPECT_EQ(expected[row] == -1, selection.labels[row] == -1);
    }
    EXPECT_EQ(pairs.size(), 9u) << "the labels are not a renaming of the original's";
  }
}

TEST(HdbscanReference, ProbabilitiesAndOutlierScores) {
  const HdbscanResult result = cluster_stores();
  const std::vector<double> probabilities = read_csv("labels.csv").doubles("probability");
  const std::vector<double> scores = read_csv("outlier_scores.csv").doubles("outlier_score");
  for (std::size_t row = 0; row < scores.size(); ++row) {
    EXPECT_NEAR(result.selection.probabilities[row], probabilities[row], kTolerance) << "row " << row;
    EXPECT_NEAR(result.outlier_scores[row], scores[row], kTolerance) << "row " << row;
  }
}

TEST(HdbscanReference, SingleLinkageDistancesAndSizes) {
  const auto expected = read_csv("single_linkage_tree.csv");
  const std::vector<double> distances = expected.doubles("distance");
  const std::vector<double> sizes = expected.doubles("size");
  const std::vector<Merge> merges = single_linkage(cluster_stores().spanning_tree);
  ASSERT_EQ(merges.size(), distances.size());
  // Merges of equal distance may come in another order.
  std::multiset<double> expected_sizes(sizes.begin(), sizes.end());
  for (std::size_t merge = 0; merge < merges.size(); ++merge) {
    EXPECT_NEAR(merges[merge].distance, distances[merge], kTolerance) << "merge " << merge;
    EXPECT_EQ(expected_sizes.count(merges[merge].size) > 0, true) << "merge " << merge;
  }
}

using CondensedRow = std::tuple<int, int, double>;

std::vector<CondensedRow> sized_rows(const std::vector<double>& parents, const std::vector<double>& children,
                                     const std::vector<double>& lambdas, const std::vector<double>& sizes) {
  std::map<double, int> size_of{{100.0, 100}};
  for (std::size_t row = 0; row < parents.size(); ++row)
    size_of[children[row]] = static_cast<int>(sizes[row]);
  std::vector<CondensedRow> rows;
  for (std::size_t row = 0; row < parents.size(); ++row) {
    rows.emplace_back(size_of.at(parents[row]), static_cast<int>(sizes[row]), lambdas[row]);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST(HdbscanReference, CondensedTree) {
  const auto reference = read_csv("condensed_tree.csv");
  const auto expected = sized_rows(reference.doubles("parent"), reference.doubles("child"),
                                   reference.doubles("lambda_val"), reference.doubles("child_size"));
  std::vector<double> parents, children, lambdas, sizes;
  for (const CondensedEdge& edge : cluster_stores().condensed_tree.edges) {
    parents.push_back(edge.parent);
    children.push_back(edge.child);
    lambdas.push_back(edge.lambda);
    sizes.push_back(edge.child_size);
  }
  const auto rows = sized_rows(parents, children, lambdas, sizes);
  ASSERT_EQ(rows.size(), expected.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    EXPECT_EQ(std::get<0>(rows[row]), std::get<0>(expected[row])) << "row " << row;
    EXPECT_EQ(std::get<1>(rows[row]), std::get<1>(expected[row])) << "row " << row;
    EXPECT_NEAR(std::get<2>(rows[row]), std::get<2>(expected[row]), kTolerance) << "row " << row;
  }
}

TEST(HdbscanReference, Persistence) {
  std::ifstream stream(seed42::path_of("metrics.json"));
  const auto metrics = nlohmann::json::parse(stream);
  const auto expected = metrics.at("default_engine").at("cluster_persistence").get<std::vector<double>>();
  const std::vector<double> original = read_csv("labels.csv").doubles("cluster");
  const ClusterSelection selection = cluster_stores().selection;
  ASSERT_EQ(selection.persistence.size(), expected.size());
  for (std::size_t row = 0; row < original.size(); ++row) {
    if (original[row] < 0) continue;
    EXPECT_NEAR(selection.persistence[static_cast<std::size_t>(selection.labels[row])],
                expected[static_cast<std::size_t>(original[row])], kPersistenceTolerance);
  }
}

// The matrix at one point of the notebook's grid: the first axes of FAMD(5), which are those of any smaller
// number, and the five behavioural columns; the axes as the original wrote them, or our own.
enum class Axes { kOriginal, kOwn };

Matrix grid_matrix(std::size_t n_axes, Axes whose) {
  const Matrix original = matrix_of(read_csv("X_final.csv"));
  const MixedData data = seed42::seed42_input();
  const Famd famd = fit_famd(data, 5);
  const Matrix own = project(famd, data);
  Matrix points(original.n_rows(), n_axes + 5);
  for (std::size_t row = 0; row < points.n_rows(); ++row) {
    for (std::size_t axis = 0; axis < n_axes; ++axis) {
      points(row, axis) =
          whose == Axes::kOwn ? own(row, axis) / std::sqrt(famd.eigenvalues[0]) : original(row, axis);
    }
    for (std::size_t col = 0; col < 5; ++col) points(row, n_axes + col) = original(row, 5 + col);
  }
  return points;
}

TEST(HdbscanReference, TheNotebooksGrid) {
  const seed42::Csv grid = read_csv("grid27.csv");
  ASSERT_EQ(grid.n_rows(), 27u);
  for (std::size_t point = 0; point < grid.n_rows(); ++point) {
    SCOPED_TRACE("grid point " + std::to_string(point));
    HdbscanOptions options{.min_samples = grid.ints("min_samples")[point], .metric = Metric::kManhattan};
    options.selection = {.min_cluster_size = grid.ints("min_cluster_size")[point],
                         .cluster_selection_epsilon = 1.0};
    const auto n_axes = static_cast<std::size_t>(grid.ints("famd_n")[point]);
    for (const Axes whose : {Axes::kOriginal, Axes::kOwn}) {
      const Matrix points = grid_matrix(n_axes, whose);
      const ClusterSelection selection = hdbscan(points, options).selection;
      EXPECT_EQ(selection.n_clusters, grid.ints("n_clusters_final")[point]);
      EXPECT_EQ(static_cast<double>(selection.n_noise), std::round(100 * grid.doubles("noise_ratio")[point]));
      if (selection.n_clusters == 0) continue;
      EXPECT_NEAR(dbcv(points, selection.labels, Metric::kManhattan).index, grid.doubles("dbcv_score")[point],
                  1e-9);
    }
  }
}

}  // namespace
}  // namespace aisle
