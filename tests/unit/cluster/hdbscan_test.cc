// HDBSCAN at its edges: few points, equal points, refused arguments, and the conventions that are easily
// lost.
#include "aisle/cluster/hdbscan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/cluster/glosh.h"

namespace aisle {
namespace {

Matrix column(const std::vector<double>& values) {
  Matrix points(values.size(), 1);
  for (std::size_t row = 0; row < values.size(); ++row) points(row, 0) = values[row];
  return points;
}

// Lumps of `size` points at the given places, each a little spread by growing gaps.
Matrix lumps(const std::vector<double>& places, int size, double gap) {
  std::vector<double> values;
  for (const double place : places) {
    for (int point = 0; point < size; ++point) values.push_back(place + gap * point * (1 + 0.01 * point));
  }
  return column(values);
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Hdbscan, NoPointsGiveAnEmptyResult) {
  const HdbscanResult result = hdbscan(Matrix(0, 3), {});
  EXPECT_TRUE(result.selection.labels.empty());
  EXPECT_TRUE(result.spanning_tree.edges.empty());
  EXPECT_TRUE(result.outlier_scores.empty());
  EXPECT_EQ(result.condensed_tree.n_points, 0);
}

TEST(Hdbscan, OnePointIsNoise) {
  for (const SingleCluster single : {SingleCluster::kRefuse, SingleCluster::kAllow}) {
    const HdbscanResult result = hdbscan(column({4}), {.selection = {.single_cluster = single}});
    EXPECT_EQ(result.selection.labels, std::vector<std::int32_t>{-1});
    EXPECT_EQ(result.selection.n_noise, 1);
    EXPECT_EQ(result.outlier_scores, std::vector<double>{0});
  }
}

TEST(Hdbscan, TwoPointsMakeOneClusterOnlyWhereThatIsAllowed) {
  HdbscanOptions options{.min_samples = 1, .selection = {.min_cluster_size = 2}};
  EXPECT_EQ(hdbscan(column({0, 3}), options).selection.n_noise, 2);
  options.selection.single_cluster = SingleCluster::kAllow;
  const HdbscanResult result = hdbscan(column({0, 3}), options);
  EXPECT_EQ(result.selection.labels, (std::vector<std::int32_t>{0, 0}));
  EXPECT_EQ(result.spanning_tree.edges.at(0).weight, 3.0);
  EXPECT_EQ(result.spanning_tree.core_distances, (std::vector<double>{3, 3}));
}

TEST(Hdbscan, FewerPointsThanAClusterAreNoise) {
  const HdbscanResult result = hdbscan(column({1, 2, 3}), {.selection = {.min_cluster_size = 10}});
  EXPECT_EQ(result.selection.n_noise, 3);
  EXPECT_EQ(result.selection.n_clusters, 0);
}

TEST(Hdbscan, MinSamplesBeyondTheOthersTakesTheFarthest) {
  const SpanningTree tree = mutual_reachability_tree(column({0, 1, 10}), Metric::kManhattan, 99);
  EXPECT_EQ(tree.core_distances, (std::vector<double>{10, 9, 10}));
}

TEST(Hdbscan, EqualPointsAreNoiseOrOneClusterAndNeverNaN) {
  const Matrix points = column(std::vector<double>(40, 2.5));
  for (const SelectionMethod method : {SelectionMethod::kExcessOfMass, SelectionMethod::kLeaf}) {
    HdbscanOptions options{.min_samples = 3, .selection = {.min_cluster_size = 4, .method = method}};
    for (const SingleCluster single : {SingleCluster::kRefuse, SingleCluster::kAllow}) {
      options.selection.single_cluster = single;
      const HdbscanResult result = hdbscan(points, options);
      for (const double score : result.outlier_scores) EXPECT_EQ(score, 0.0);
      for (const double strength : result.selection.probabilities) EXPECT_FALSE(std::isnan(strength));
      for (const double persistence : result.selection.persistence) EXPECT_FALSE(std::isnan(persistence));
    }
  }
  HdbscanOptions options{.selection = {.single_cluster = SingleCluster::kAllow}};
  EXPECT_EQ(hdbscan(points, options).selection.labels, std::vector<std::int32_t>(40, 0));
}

TEST(Hdbscan, LumpsOfDuplicatesAreClusters) {
  std::vector<double> values(10, 0.0);
  values.insert(values.end(), 7, 5.0);
  values.push_back(100.0);
  const HdbscanResult result = hdbscan(column(values), {.min_samples = 2});
  std::vector<std::int32_t> expected(10, 0);
  expected.insert(expected.end(), 7, 1);
  expected.push_back(-1);
  EXPECT_EQ(result.selection.labels, expected);
  EXPECT_EQ(result.selection.probabilities[0], 1.0);
}

TEST(Hdbscan, ValuesWhoseSquaresOverflowDoNotCrash) {
  const HdbscanResult result =
      hdbscan(column({-1e300, -1e299, 0, 1, 2, 3, 1e299, 1e300}), {.min_samples = 2});
  EXPECT_EQ(result.spanning_tree.edges.size(), 7u);
  EXPECT_EQ(result.selection.labels.size(), 8u);
}

TEST(Hdbscan, LabelsGoBySizeThenSmallestKey) {
  std::vector<double> values;
  for (const double place : {0.0, 100.0, 200.0}) {
    const int size = place == 100.0 ? 9 : 6;
    for (int point = 0; point < size; ++point) values.push_back(place + point);
  }
  const HdbscanOptions options{.min_samples = 1};
  const std::vector<std::int32_t> by_row = hdbscan(column(values), options).selection.labels;
  EXPECT_EQ(by_row[0], 1);
  EXPECT_EQ(by_row[6], 0);
  EXPECT_EQ(by_row[15], 2);
  std::vector<std::uint64_t> keys(values.size());
  std::iota(keys.rbegin(), keys.rend(), std::uint64_t{100});
  const std::vector<std::int32_t> by_key = hdbscan(column(values), options, keys).selection.labels;
  EXPECT_EQ(by_key[0], 2);
  EXPECT_EQ(by_key[6], 0);
  EXPECT_EQ(by_key[15], 1);
}

// scikit-learn counts the point itself among min_samples, scikit-learn-contrib/hdbscan does not.
TEST(Hdbscan, MinSamplesDoesNotCountThePointItself) {
  const SpanningTree tree = mutual_reachability_tree(column({0, 1, 3, 7}), Metric::kEuclidean, 1);
  EXPECT_EQ(tree.core_distances, (std::vector<double>{1, 1, 2, 4}));
}

TEST(Hdbscan, EpsilonClimbsToTheFirstAncestorBornAboveIt) {
  // Lumps 2 apart in pairs that are 20 apart in fours that are 200 apart.
  std::vector<double> places;
  for (const double four : {0.0, 200.0}) {
    for (const double pair : {0.0, 20.0}) {
      for (const double lump : {0.0, 2.0}) places.push_back(four + pair + lump);
    }
  }
  const Matrix points = lumps(places, 6, 0.01);
  HdbscanOptions options{.min_samples = 1, .selection = {.method = SelectionMethod::kLeaf}};
  EXPECT_EQ(hdbscan(points, options).selection.n_clusters, 8);
  options.selection.cluster_selection_epsilon = 10;
  EXPECT_EQ(hdbscan(points, options).selection.n_clusters, 4);
  options.selection.cluster_selection_epsilon = 50;
  EXPECT_EQ(hdbscan(points, options).selection.n_clusters, 2);
}

TEST(Hdbscan, EpsilonStopsBelowTheRootUnlessASingleClusterIsAllowed) {
  const Matrix points = lumps({0, 2, 20}, 8, 0.01);
  HdbscanOptions options{.min_samples = 1, .selection = {.cluster_selection_epsilon = 1000}};
  EXPECT_EQ(hdbscan(points, options).selection.n_clusters, 2);
  options.selection.single_cluster = SingleCluster::kAllow;
  const ClusterSelection all = hdbscan(points, options).selection;
  EXPECT_EQ(all.n_clusters, 1);
  EXPECT_EQ(all.n_noise, 0);
}

// Where the distances to epsilon tie, no cluster may be chosen inside another.
TEST(Hdbscan, ABirthExactlyAtEpsilonStays) {
  const Matrix points = lumps({0, 1.0625, 40}, 3, 0.03125);
  HdbscanOptions options{.min_samples = 1, .metric = Metric::kManhattan};
  options.selection = {.min_cluster_size = 2, .method = SelectionMethod::kLeaf};
  const std::vector<Merge> merges = single_linkage(hdbscan(points, options).spanning_tree);
  options.selection.cluster_selection_epsilon = 1.0 / (1.0 / merges[merges.size() - 2].distance);
  const ClusterSelection at = hdbscan(points, options).selection;
  options.selection.cluster_selection_epsilon *= 1.001;
  const ClusterSelection above = hdbscan(points, options).selection;
  EXPECT_EQ(at.n_clusters, 3);
  EXPECT_EQ(above.n_clusters, 2);
}

TEST(Hdbscan, MaxClusterSizeSplitsWhatIsTooLarge) {
  const Matrix points = lumps({0, 0.645, 100, 100.645}, 6, 0.1);
  HdbscanOptions options{.min_samples = 1, .selection = {.min_cluster_size = 4}};
  EXPECT_EQ(hdbscan(points, options).selection.n_clusters, 2);
  options.selection.max_cluster_size = 10;
  EXPECT_EQ(hdbscan(points, options).selection.n_clusters, 4);
}

TEST(Hdbscan, GloshComparesWithTheDensestBelow) {
  CondensedTree tree{.n_points = 4, .min_cluster_size = 2, .edges = {}};
  tree.edges = {{4, 0, 0.5, 1}, {4, 5, 1.0, 2}, {4, 3, 1.0, 1}, {5, 1, 2.0, 1}, {5, 2, 4.0, 1}};
  EXPECT_EQ(outlier_scores(tree), (std::vector<double>{0.875, 0.5, 0.0, 0.75}));
}

TEST(Hdbscan, OneSpanningTreeServesManySelections) {
  const Matrix points = lumps({0, 1, 30, 31, 60}, 7, 0.05);
  HdbscanOptions options{.min_samples = 2};
  const SpanningTree tree = mutual_reachability_tree(points, options.metric, 2);
  for (const int min_cluster_size : {2, 3, 5, 8, 14}) {
    options.selection.min_cluster_size = min_cluster_size;
    const HdbscanResult whole = hdbscan(points, options);
    const HdbscanResult again = cluster_spanning_tree(tree, options.selection);
    EXPECT_EQ(whole.selection.labels, again.selection.labels);
    EXPECT_EQ(whole.selection.persistence, again.selection.persistence);
    EXPECT_EQ(select_clusters(again.condensed_tree, options.selection).labels, whole.selection.labels);
  }
}

TEST(Hdbscan, ATreeThatIsNoneIsRefused) {
  const auto with = [](std::vector<SpanningEdge> edges, std::size_t n_core) {
    return message_of(
        [&] { cluster_spanning_tree({.edges = edges, .core_distances = std::vector<double>(n_core)}, {}); });
  };
  EXPECT_EQ(with({{1, 0, 1}, {1, 1, 2}}, 2),
            "cluster_spanning_tree: the tree has 2 core distances and 2 edges; expected one edge less than "
            "core distances");
  EXPECT_EQ(with({}, 3),
            "cluster_spanning_tree: the tree has 3 core distances and 0 edges; expected one edge less than "
            "core distances");
  EXPECT_EQ(with({{1, 0, 1}, {1, 1, 3}}, 3),
            "cluster_spanning_tree: edge 1 joins 1 and 3; expected points from 0 to 2");
  EXPECT_EQ(with({{1, -1, 1}, {1, 1, 2}}, 3),
            "cluster_spanning_tree: edge 0 joins -1 and 1; expected points from 0 to 2");
  EXPECT_TRUE(cluster_spanning_tree({}, {}).selection.labels.empty());
}

TEST(Hdbscan, RefusedOptionsAreNamed) {
  const Matrix points = column({0, 1, 2});
  const auto with = [&](HdbscanOptions options) { return message_of([&] { hdbscan(points, options); }); };
  EXPECT_EQ(with({.min_samples = -1}),
            "hdbscan: min_samples is -1; it must be at least 1, or 0 for min_cluster_size");
  EXPECT_EQ(with({.selection = {.min_cluster_size = 1}}),
            "hdbscan: min_cluster_size is 1; it must be at least 2");
  EXPECT_EQ(with({.selection = {.cluster_selection_epsilon = -0.5}}),
            "hdbscan: cluster_selection_epsilon is -0.5; it must be finite and at least 0");
  EXPECT_EQ(with({.selection = {.cluster_selection_epsilon = std::nan("")}}),
            "hdbscan: cluster_selection_epsilon is nan; it must be finite and at least 0");
  EXPECT_EQ(with({.selection = {.max_cluster_size = -3}}),
            "hdbscan: max_cluster_size is -3; it must be at least 1, or 0 for no limit");
  EXPECT_EQ(message_of([&] { mutual_reachability_tree(points, Metric::kEuclidean, 0); }),
            "mutual_reachability_tree: min_samples is 0; it must be at least 1");
}

TEST(Hdbscan, RefusedPointsAndKeysAreNamed) {
  Matrix points(10000, 3);
  points(7000, 2) = std::nan("");
  points(9000, 0) = std::numeric_limits<double>::infinity();
  EXPECT_EQ(message_of([&] { hdbscan(points, {}); }),
            "hdbscan: points[7000, 2] is nan; every value must be finite, neither NaN nor inf (row 7000, "
            "column 2, counted from 0)");
  points(7000, 2) = 0;
  EXPECT_EQ(message_of([&] { hdbscan(points, {}); }),
            "hdbscan: points[9000, 0] is inf; every value must be finite, neither NaN nor inf (row 9000, "
            "column 0, counted from 0)");
  EXPECT_EQ(message_of([&] { hdbscan(Matrix(4, 0), {}); }),
            "hdbscan: points have no columns; there must be at least 1");
  const Matrix three = column({0, 1, 2});
  EXPECT_EQ(message_of([&] {
              hdbscan(three, {}, std::vector<std::uint64_t>{1, 2});
            }),
            "hdbscan: row_keys has 2 values; there must be none, or one for each of the 3 rows");
  EXPECT_EQ(message_of([&] {
              hdbscan(three, {}, std::vector<std::uint64_t>{8, 2, 8});
            }),
            "hdbscan: row_keys has 8 twice; every row's key must be its own");
}

TEST(Hdbscan, SelectionRefusesATreeOfAnotherSize) {
  const CondensedTree tree =
      condense(single_linkage(mutual_reachability_tree(column({0, 1}), Metric::kEuclidean, 1)), 2);
  EXPECT_EQ(message_of([&] { select_clusters(tree, {.min_cluster_size = 9}); }),
            "select_clusters: min_cluster_size is 9, but the tree was condensed with 2; condense the merges "
            "with the size that is wanted");
}

TEST(Hdbscan, StopsWhenCancelled) {
  CancelFlag cancel;
  cancel.request();
  Matrix points(500, 2);
  RandomDraws draws(7, 0, 0);
  for (std::size_t value = 0; value < 1000; ++value) points.data()[value] = draws.uniform();
  EXPECT_THROW(hdbscan(points, {.cancel = &cancel}), Cancelled);
}

}  // namespace
}  // namespace aisle
