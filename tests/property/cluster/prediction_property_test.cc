// Prediction against the fit on the training rows, and against a search over all rows for new points.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "aisle/base/parallel.h"
#include "aisle/cluster/prediction.h"
#include "tests/property/cluster/dense_hdbscan.h"
#include "tests/property/cluster/random_cases.h"

namespace aisle {
namespace {

using testing::Case;
using testing::make_case;
using testing::random_points;
using testing::SetKind;

HdbscanPredictor predictor_of(const Case& random, const HdbscanResult& fit) {
  return {random.points,      random.options, fit.spanning_tree.core_distances,
          fit.condensed_tree, fit.selection,  random.keys};
}

TEST(PredictionProperty, IsTheFitOnEveryTrainingRow) {
  std::size_t n_labelled = 0;
  for (std::uint64_t seed = 6000; seed < 6800; ++seed) {
    const Case random = make_case(seed, 400);
    SCOPED_TRACE(random.description);
    const HdbscanResult fit = hdbscan(random.points, random.options, random.keys);
    const Prediction prediction = predictor_of(random, fit).predict(random.points);
    ASSERT_EQ(prediction.labels, fit.selection.labels);
    ASSERT_EQ(prediction.probabilities, fit.selection.probabilities);
    ASSERT_EQ(prediction.outlier_scores, fit.outlier_scores);
    n_labelled += static_cast<std::size_t>(std::count_if(prediction.labels.begin(), prediction.labels.end(),
                                                         [](std::int32_t label) { return label >= 0; }));
  }
  EXPECT_GT(n_labelled, 5000u);
}

// New points: some anywhere, some close to training rows, some far from all.
Matrix new_points(const Case& random, std::size_t count, std::uint64_t seed) {
  RandomDraws draws(seed, 20, 0);
  const auto kind = static_cast<SetKind>(draws.below(static_cast<std::uint32_t>(SetKind::kCount)));
  Matrix points = random_points(kind, count, random.points.n_cols(), seed + 1);
  for (std::size_t row = 0; row < count; ++row) {
    const std::uint32_t how = draws.below(4);
    const std::size_t near = draws.below(static_cast<std::uint32_t>(random.points.n_rows()));
    for (std::size_t col = 0; col < points.n_cols(); ++col) {
      if (how == 0) points(row, col) *= 50;
      if (how == 1) points(row, col) = random.points(near, col) + 0.3 * draws.normal();
      if (how == 2) points(row, col) = random.points(near, col);  // but for the first column
    }
    if (how == 2) points(row, 0) += 0.5;
  }
  return points;
}

// The book's way, slowly: all distances, and the condensed tree as its edges say.
class SlowPrediction {
 public:
  SlowPrediction(const Case& random, const HdbscanResult& fit) : random_(random), fit_(fit) {
    const SelectionOptions& selection = random.options.selection;
    min_samples_ = static_cast<std::size_t>(random.options.min_samples == 0 ? selection.min_cluster_size
                                                                            : random.options.min_samples);
  }

  struct Result {
    std::int32_t label = -1;
    double probability = 0;
    std::int32_t next_label = -1;
    double next_strength = 0;
    double outlier_score = 0;
  };

  Result predict(std::span<const double> point) const {
    const std::size_t n = random_.points.n_rows();
    std::vector<double> distances(n);
    for (std::size_t row = 0; row < n; ++row) distances[row] = distance(point, row);
    std::vector<double> sorted = distances;
    std::sort(sorted.begin(), sorted.end());
    double core = sorted[std::min(min_samples_, n) - 1];
    Result result;
    const auto twin = std::find(distances.begin(), distances.end(), 0.0);
    if (twin != distances.end()) {
      const auto row = static_cast<std::size_t>(twin - distances.begin());
      core = squared(fit_.spanning_tree.core_distances[row]);
      result.label = fit_.selection.labels[row];
      result.probability = fit_.selection.probabilities[row];
      result.outlier_score = fit_.outlier_scores[row];
    } else {
      const auto [row, reach] = nearest(distances, core, [](std::size_t) { return true; });
      attach(row, reach, result);
    }
    const std::int32_t own = result.label;
    const auto [row, reach] = nearest(distances, core, [&](std::size_t other) {
      const std::int32_t label = fit_.selection.labels[other];
      return label >= 0 && label != own;
    });
    if (row < n) {
      result.next_label = fit_.selection.labels[row];
      result.next_strength = strength(result.next_label, std::min(lambda_left(row), 1.0 / reach));
    }
    return result;
  }

 private:
  double squared(double distance) const {
    return random_.options.metric == Metric::kEuclidean ? distance * distance : distance;
  }
  double distance(std::span<const double> point, std::size_t row) const {
    double sum = 0;
    for (std::size_t dim = 0; dim < point.size(); ++dim) {
      const double difference = random_.points(row, dim) - point[dim];
      sum += random_.options.metric == Metric::kEuclidean ? difference * difference : std::abs(difference);
    }
    return sum;
  }
  template <typename Allowed>
  std::pair<std::size_t, double> nearest(const std::vector<double>& distances, double core,
                                         const Allowed& allowed) const {
    std::size_t best = distances.size();
    std::tuple<double, double, std::uint64_t> least;
    for (std::size_t row = 0; row < distances.size(); ++row) {
      if (!allowed(row)) continue;
      const double row_core = squared(fit_.spanning_tree.core_distances[row]);
      const std::tuple at(std::max({core, row_core, distances[row]}), distances[row], random_.keys[row]);
      if (best == distances.size() || at < least) {
        least = at;
        best = row;
      }
    }
    const double reduced = std::get<0>(least);
    return {best, random_.options.metric == Metric::kEuclidean ? std::sqrt(reduced) : reduced};
  }
  const CondensedEdge* edge_of(std::int32_t child) const {
    for (const CondensedEdge& edge : fit_.condensed_tree.edges) {
      if (edge.child == child) return &edge;
    }
    return nullptr;
  }
  double lambda_left(std::size_t row) const { return edge_of(static_cast<std::int32_t>(row))->lambda; }
  double death(std::int32_t node) const {
    double most = 0;
    for (const CondensedEdge& edge : fit_.condensed_tree.edges) {
      if (edge.parent == node) most = std::max(most, edge.lambda);
    }
    return most;
  }
  double densest(std::int32_t node) const {
    double most = death(node);
    for (const CondensedEdge& edge : fit_.condensed_tree.edges) {
      if (edge.parent == node && edge.child >= fit_.condensed_tree.n_points) {
        most = std::max(most, densest(edge.child));
      }
    }
    return most;
  }
  double strength(std::int32_t label, double lambda) const {
    const double most = death(fit_.selection.tree_nodes[static_cast<std::size_t>(label)]);
    return most == 0 || std::isinf(lambda) ? 1.0 : std::min(lambda, most) / most;
  }

  void attach(std::size_t row, double reach, Result& result) const {
    const CondensedEdge* edge = edge_of(static_cast<std::int32_t>(row));
    const std::int32_t root = fit_.condensed_tree.n_points;
    std::int32_t left = edge == nullptr ? root : edge->parent;
    const double row_lambda = edge == nullptr ? 0 : edge->lambda;
    const double lambda = std::min(row_lambda, 1.0 / reach);
    if (lambda < row_lambda) {
      while (left != root && edge_of(left)->lambda >= lambda) left = edge_of(left)->parent;
    }
    const double most = densest(left);
    result.outlier_score = most == 0 || std::isinf(lambda) ? 0 : std::isinf(most) ? 1 : 1 - lambda / most;
    const double epsilon = random_.options.selection.cluster_selection_epsilon;
    for (std::int32_t node = left;; node = edge_of(node)->parent) {
      const auto& nodes = fit_.selection.tree_nodes;
      const auto found = std::find(nodes.begin(), nodes.end(), node);
      const bool is_late = node == root && lambda < (epsilon != 0 ? 1 / epsilon : death(root));
      if (found != nodes.end() && !is_late) {
        result.label = static_cast<std::int32_t>(found - nodes.begin());
        result.probability = strength(result.label, lambda);
      }
      if (found != nodes.end() || node == root) return;
    }
  }

  const Case& random_;
  const HdbscanResult& fit_;
  std::size_t min_samples_ = 0;
};

TEST(PredictionProperty, NewPointsAreThoseOfASearchOverAllRows) {
  std::size_t n_clustered = 0;
  std::size_t n_next = 0;
  for (std::uint64_t seed = 7000; seed < 7300; ++seed) {
    const Case random = make_case(seed, 200);
    SCOPED_TRACE(random.description);
    const HdbscanResult fit = hdbscan(random.points, random.options, random.keys);
    const Matrix points = new_points(random, 60, seed);
    const Prediction prediction = predictor_of(random, fit).predict(points);
    const SlowPrediction slow(random, fit);
    for (std::size_t row = 0; row < points.n_rows(); ++row) {
      const SlowPrediction::Result expected = slow.predict(points.row(row));
      ASSERT_EQ(prediction.labels[row], expected.label) << "row " << row;
      ASSERT_EQ(prediction.next_labels[row], expected.next_label) << "row " << row;
      ASSERT_NEAR(prediction.probabilities[row], expected.probability, 1e-12) << "row " << row;
      ASSERT_NEAR(prediction.next_strengths[row], expected.next_strength, 1e-12) << "row " << row;
      ASSERT_NEAR(prediction.outlier_scores[row], expected.outlier_score, 1e-12) << "row " << row;
      n_clustered += expected.label >= 0 ? 1 : 0;
      n_next += expected.next_label >= 0 ? 1 : 0;
    }
  }
  EXPECT_GT(n_clustered, 2000u);
  EXPECT_GT(n_next, 2000u);
}

TEST(PredictionProperty, OrderOfRowsOfPointsAndThreadsChangeNoBit) {
  for (std::uint64_t seed = 8000; seed < 8016; ++seed) {
    Case random = make_case(seed, 60);
    random.points = random_points(static_cast<SetKind>(seed % 5), 1500, random.points.n_cols(), seed);
    random.keys = testing::random_keys(1500, seed);
    SCOPED_TRACE(random.description);
    const Matrix points = new_points(random, 700, seed);
    const Prediction first =
        predictor_of(random, hdbscan(random.points, random.options, random.keys)).predict(points);
    Case shuffled = random;
    const std::vector<std::size_t> order = testing::random_order(1500, seed);
    for (std::size_t row = 0; row < order.size(); ++row) {
      std::copy_n(random.points.row(order[row]).begin(), points.n_cols(), shuffled.points.row(row).begin());
      shuffled.keys[row] = random.keys[order[row]];
    }
    for (const int n_threads : {1, 2, 7}) {
      const ThreadLimit limit(n_threads);
      const HdbscanPredictor predictor =
          predictor_of(shuffled, hdbscan(shuffled.points, shuffled.options, shuffled.keys));
      // Each point by itself, from the last to the first, is as all of them together.
      for (std::size_t row = points.n_rows(); row-- > 0;) {
        const Prediction alone = predictor.predict({points.row(row).data(), 1, points.n_cols()});
        ASSERT_EQ(alone.labels[0], first.labels[row]);
        ASSERT_EQ(alone.probabilities[0], first.probabilities[row]);
        ASSERT_EQ(alone.next_labels[0], first.next_labels[row]);
        ASSERT_EQ(alone.next_strengths[0], first.next_strengths[row]);
        ASSERT_EQ(alone.outlier_scores[0], first.outlier_scores[row]);
      }
      const Prediction again = predictor.predict(points);
      ASSERT_EQ(again.labels, first.labels);
      ASSERT_EQ(again.next_strengths, first.next_strengths);
    }
  }
}

}  // namespace
}  // namespace aisle
