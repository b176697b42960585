// The fast HDBSCAN against the dense oracle, and its determinism, over random sets with ties and duplicates.
#include <gtest/gtest.h>

#include <string>

#include "aisle/base/parallel.h"
#include "aisle/base/random.h"
#include "aisle/cluster/exact_tree.h"
#include "aisle/cluster/hdbscan.h"
#include "tests/property/cluster/dense_hdbscan.h"
#include "tests/property/cluster/random_cases.h"
#include "tests/property/cluster/random_sets.h"

namespace aisle {
namespace {

using testing::Case;
using testing::make_case;
using testing::random_keys;
using testing::random_order;
using testing::random_points;
using testing::SetKind;

TEST(HdbscanProperty, SpanningTreeIsTheOneOfPrim) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Case random = make_case(seed, 300);
    SCOPED_TRACE(random.description);
    const int min_samples = std::max(1, random.options.min_samples);
    const SpanningTree tree =
        mutual_reachability_tree(random.points, random.options.metric, min_samples, random.keys);
    const auto expected = oracle::minimum_spanning_tree(random.points, random.options.metric,
                                                        static_cast<std::size_t>(min_samples), random.keys);
    ASSERT_EQ(tree.edges.size(), expected.size());
    for (std::size_t edge = 0; edge < expected.size(); ++edge) {
      ASSERT_EQ(tree.edges[edge].weight, expected[edge].weight) << "edge " << edge;
      ASSERT_EQ(static_cast<std::size_t>(tree.edges[edge].low), expected[edge].low) << "edge " << edge;
      ASSERT_EQ(static_cast<std::size_t>(tree.edges[edge].high), expected[edge].high) << "edge " << edge;
    }
    const auto cores = oracle::reduced_core_distances(random.points, random.options.metric,
                                                      static_cast<std::size_t>(min_samples));
    for (std::size_t row = 0; row < cores.size(); ++row) {
      const bool is_euclidean = random.options.metric == Metric::kEuclidean;
      ASSERT_EQ(tree.core_distances[row], is_euclidean ? std::sqrt(cores[row]) : cores[row]) << "row " << row;
    }
  }
}

TEST(HdbscanProperty, LabelsAreThoseOfTheOracle) {
  std::size_t n_labelled = 0;
  for (std::uint64_t seed = 1000; seed < 1500; ++seed) {
    const Case random = make_case(seed, 200);
    SCOPED_TRACE(random.description);
    const HdbscanResult result = hdbscan(random.points, random.options, random.keys);
    const oracle::Labelling expected = oracle::cluster(random.points, random.options, random.keys);
    ASSERT_EQ(result.selection.labels, expected.labels);
    for (std::size_t row = 0; row < expected.labels.size(); ++row) {
      ASSERT_NEAR(result.selection.probabilities[row], expected.probabilities[row], 1e-12) << "row " << row;
      ASSERT_NEAR(result.outlier_scores[row], expected.outlier_scores[row], 1e-12) << "row " << row;
      n_labelled += expected.labels[row] >= 0 ? 1 : 0;
    }
  }
  // The sets are worth comparing only if many of their points are in clusters.
  EXPECT_GT(n_labelled, 5000u);
}

void expect_same(const HdbscanResult& a, const HdbscanResult& b, const std::vector<std::size_t>& row_of) {
  ASSERT_EQ(a.spanning_tree.edges.size(), b.spanning_tree.edges.size());
  const auto mapped = [&](std::int32_t row) {
    return static_cast<std::int32_t>(row_of[static_cast<std::size_t>(row)]);
  };
  for (std::size_t edge = 0; edge < a.spanning_tree.edges.size(); ++edge) {
    ASSERT_EQ(a.spanning_tree.edges[edge].weight, b.spanning_tree.edges[edge].weight);
    ASSERT_EQ(a.spanning_tree.edges[edge].low, mapped(b.spanning_tree.edges[edge].low));
    ASSERT_EQ(a.spanning_tree.edges[edge].high, mapped(b.spanning_tree.edges[edge].high));
  }
  ASSERT_EQ(a.condensed_tree.edges.size(), b.condensed_tree.edges.size());
  for (std::size_t edge = 0; edge < a.condensed_tree.edges.size(); ++edge) {
    const CondensedEdge& ours = a.condensed_tree.edges[edge];
    const CondensedEdge& theirs = b.condensed_tree.edges[edge];
    ASSERT_EQ(ours.parent, theirs.parent);
    ASSERT_EQ(ours.child, theirs.child < b.condensed_tree.n_points ? mapped(theirs.child) : theirs.child);
    ASSERT_EQ(ours.lambda, theirs.lambda);
    ASSERT_EQ(ours.child_size, theirs.child_size);
  }
  ASSERT_EQ(a.selection.persistence, b.selection.persistence);
  ASSERT_EQ(a.selection.tree_nodes, b.selection.tree_nodes);
  for (std::size_t row = 0; row < row_of.size(); ++row) {
    ASSERT_EQ(a.selection.labels[row_of[row]], b.selection.labels[row]);
    ASSERT_EQ(a.selection.probabilities[row_of[row]], b.selection.probabilities[row]);
    ASSERT_EQ(a.outlier_scores[row_of[row]], b.outlier_scores[row]);
  }
}

TEST(HdbscanProperty, RowOrderAndThreadsChangeNoBit) {
  for (std::uint64_t seed = 2000; seed < 2024; ++seed) {
    Case random = make_case(seed, 60);
    const std::size_t n_rows = 3000;
    random.points = random_points(static_cast<SetKind>(seed % static_cast<std::uint64_t>(SetKind::kCount)),
                                  n_rows, random.points.n_cols(), seed);
    random.keys = random_keys(n_rows, seed);
    SCOPED_TRACE(random.description);
    const std::vector<std::size_t> order = random_order(n_rows, seed);
    Matrix shuffled(n_rows, random.points.n_cols());
    std::vector<std::uint64_t> shuffled_keys(n_rows);
    for (std::size_t row = 0; row < n_rows; ++row) {
      std::copy_n(random.points.row(order[row]).begin(), random.points.n_cols(), shuffled.row(row).begin());
      shuffled_keys[row] = random.keys[order[row]];
    }
    std::vector<std::size_t> same(n_rows);
    std::iota(same.begin(), same.end(), std::size_t{0});
    const auto with_threads = [&](int n_threads, const Matrix& points,
                                  const std::vector<std::uint64_t>& keys) {
      const ThreadLimit limit(n_threads);
      return hdbscan(points, random.options, keys);
    };
    const HdbscanResult first = with_threads(1, random.points, random.keys);
    for (const int n_threads : {1, 2, 7}) {
      expect_same(first, with_threads(n_threads, random.points, random.keys), same);
      expect_same(first, with_threads(n_threads, shuffled, shuffled_keys), order);
    }
  }
}

TEST(HdbscanProperty, InstructionSetsChangeNoBit) {
  for (std::uint64_t seed = 3000; seed < 3040; ++seed) {
    const Case random = make_case(seed, 2000);
    SCOPED_TRACE(random.description);
    const int min_samples = std::max(1, random.options.min_samples);
    const auto tree = [&](InstructionSet most) {
      return exact_tree(random.points, random.options.metric, min_samples, random.keys, nullptr, most);
    };
    const SpanningTree baseline = tree(InstructionSet::kBaseline);
    for (const InstructionSet most : {InstructionSet::kAvx2, InstructionSet::kAvx512}) {
      const SpanningTree other = tree(most);
      ASSERT_EQ(baseline.core_distances, other.core_distances);
      for (std::size_t edge = 0; edge < baseline.edges.size(); ++edge) {
        ASSERT_EQ(baseline.edges[edge].weight, other.edges[edge].weight);
        ASSERT_EQ(baseline.edges[edge].low, other.edges[edge].low);
        ASSERT_EQ(baseline.edges[edge].high, other.edges[edge].high);
      }
    }
  }
}

// Small sets are joined in a few rounds from their neighbour lists; these take many, with large components.
TEST(HdbscanProperty, SetsOfManyRoundsMatchToo) {
  for (std::uint64_t seed = 5000; seed < 5010; ++seed) {
    const std::size_t n_cols = 1 + seed % 7;
    const Metric metric = seed % 3 == 0 ? Metric::kManhattan : Metric::kEuclidean;
    const Matrix points = random_points(static_cast<SetKind>(seed % 5), 2500, n_cols, seed);
    const std::vector<std::uint64_t> keys = random_keys(2500, seed);
    const int min_samples = static_cast<int>(1 + seed % 6);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const SpanningTree tree = mutual_reachability_tree(points, metric, min_samples, keys);
    const auto expected =
        oracle::minimum_spanning_tree(points, metric, static_cast<std::size_t>(min_samples), keys);
    for (std::size_t edge = 0; edge < expected.size(); ++edge) {
      ASSERT_EQ(tree.edges[edge].weight, expected[edge].weight);
      ASSERT_EQ(static_cast<std::size_t>(tree.edges[edge].low), expected[edge].low);
      ASSERT_EQ(static_cast<std::size_t>(tree.edges[edge].high), expected[edge].high);
    }
  }
}

void expect_same_tree(const SpanningTree& a, const SpanningTree& b) {
  ASSERT_EQ(a.core_distances, b.core_distances);
  ASSERT_EQ(a.edges.size(), b.edges.size());
  for (std::size_t edge = 0; edge < a.edges.size(); ++edge) {
    ASSERT_EQ(a.edges[edge].weight, b.edges[edge].weight);
    ASSERT_EQ(a.edges[edge].low, b.edges[edge].low);
    ASSERT_EQ(a.edges[edge].high, b.edges[edge].high);
  }
}

TEST(HdbscanProperty, OneSearchServesEveryMinSamples) {
  for (std::uint64_t seed = 4500; seed < 4580; ++seed) {
    const Case random = make_case(seed, 300);
    SCOPED_TRACE(random.description);
    const int largest = static_cast<int>(1 + seed % 90);
    const ReachabilitySearch search(random.points, random.options.metric, largest, random.keys);
    for (const int min_samples : {1, 1 + largest / 3, largest}) {
      const SpanningTree tree =
          mutual_reachability_tree(random.points, random.options.metric, min_samples, random.keys);
      expect_same_tree(search.spanning_tree(min_samples), tree);
      ASSERT_EQ(search.core_distances(min_samples), tree.core_distances);
    }
  }
}

TEST(HdbscanProperty, LargeMinSamplesAndManyDimensionsMatchToo) {
  for (std::uint64_t seed = 4000; seed < 4020; ++seed) {
    const std::size_t n_cols = 13 + (seed % 4) * 30;
    const Matrix points = random_points(static_cast<SetKind>(seed % 5), 250, n_cols, seed);
    const std::vector<std::uint64_t> keys = random_keys(250, seed);
    for (const int min_samples : {63, 120, 249, 400}) {
      const SpanningTree tree = mutual_reachability_tree(points, Metric::kEuclidean, min_samples, keys);
      const auto expected = oracle::minimum_spanning_tree(points, Metric::kEuclidean,
                                                          static_cast<std::size_t>(min_samples), keys);
      for (std::size_t edge = 0; edge < expected.size(); ++edge) {
        ASSERT_EQ(tree.edges[edge].weight, expected[edge].weight);
        ASSERT_EQ(static_cast<std::size_t>(tree.edges[edge].low), expected[edge].low);
        ASSERT_EQ(static_cast<std::size_t>(tree.edges[edge].high), expected[edge].high);
      }
    }
  }
}

}  // namespace
}  // namespace aisle
