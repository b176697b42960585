// The random forest: purity, ties, refusals, and the same forest whatever the order of rows and the threads.
#include "aisle/cluster/forest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

struct Sample {
  Matrix points;
  std::vector<std::int32_t> labels;
};

// Three overlapping lumps; every third column is rounded, so that values tie.
Sample lumps(std::size_t n_rows, std::uint64_t seed, double spread = 1.5) {
  Sample sample{Matrix(n_rows, 6), std::vector<std::int32_t>(n_rows)};
  for (std::size_t row = 0; row < n_rows; ++row) {
    RandomDraws draws(seed, 1, row);
    sample.labels[row] = static_cast<std::int32_t>(draws.below(3));
    for (std::size_t col = 0; col < 6; ++col) {
      const double value = draws.normal(spread * sample.labels[row] * (col % 2 == 0 ? 1 : -1));
      sample.points(row, col) = col % 3 == 2 ? std::round(value) : value;
    }
  }
  return sample;
}

bool same(const Forest& a, const Forest& b) {
  if (a.trees.size() != b.trees.size()) return false;
  for (std::size_t tree = 0; tree < a.trees.size(); ++tree) {
    if (a.trees[tree].leaf_shares != b.trees[tree].leaf_shares) return false;
    const auto& left = a.trees[tree].nodes;
    const auto& right = b.trees[tree].nodes;
    const auto equal = [](const ForestNode& x, const ForestNode& y) {
      return x.feature == y.feature && x.threshold == y.threshold && x.left == y.left && x.right == y.right &&
             x.leaf == y.leaf;
    };
    if (!std::equal(left.begin(), left.end(), right.begin(), right.end(), equal)) return false;
  }
  return true;
}

template <typename Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Forest, EveryTreeIsPureOnItsOwnBag) {
  const Sample sample = lumps(400, 31);
  const Forest forest = fit_forest(sample.points, sample.labels, {.n_trees = 20, .seed = 5});
  for (std::size_t tree = 0; tree < forest.trees.size(); ++tree) {
    const Forest alone{forest.n_classes, forest.n_features, {forest.trees[tree]}};
    const Matrix shares = predict_shares(alone, sample.points);
    const std::vector<std::uint32_t> counts = bootstrap_counts(5, tree, 400);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0u), 400u);
    std::size_t n_out = 0;
    for (std::size_t row = 0; row < 400; ++row) {
      n_out += counts[row] == 0 ? 1 : 0;
      if (counts[row] == 0) continue;
      ASSERT_EQ(shares(row, static_cast<std::size_t>(sample.labels[row])), 1.0) << tree << " " << row;
    }
    EXPECT_NEAR(static_cast<double>(n_out) / 400, std::exp(-1.0), 0.1);
  }
}

TEST(Forest, NewRowsOfSeparatedClassesAreRight) {
  const Sample training = lumps(300, 32, 6);
  const Sample fresh = lumps(300, 33, 6);
  const Forest forest = fit_forest(training.points, training.labels, {.n_trees = 50});
  EXPECT_EQ(predict_labels(forest, fresh.points), fresh.labels);
}

// No single split of exclusive-or gains anything; the tree splits none the less.
TEST(Forest, SplitsThatGainNothingAreMade) {
  Matrix points(40, 2);
  std::vector<std::int32_t> labels(40);
  for (std::size_t row = 0; row < 40; ++row) {
    points(row, 0) = row % 2 == 0 ? 0 : 1;
    points(row, 1) = row / 2 % 2 == 0 ? 0 : 1;
    labels[row] = points(row, 0) == points(row, 1) ? 0 : 1;
  }
  const Forest forest = fit_forest(points, labels, {.n_trees = 30});
  EXPECT_EQ(predict_labels(forest, points), labels);
}

// The split's Gini impurity is the smallest that any threshold of the column gives, over the bag.
TEST(Forest, TheRootOfASingleColumnIsTheBestThreshold) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomDraws draws(34, 1, seed);
    Matrix points(25, 1);
    std::vector<std::int32_t> labels(25);
    for (std::size_t row = 0; row < 25; ++row) {
      points(row, 0) = seed % 2 == 0 ? draws.normal() : draws.below(6);
      labels[row] = static_cast<std::int32_t>(draws.below(3));
    }
    const Forest forest = fit_forest(points, labels, {.n_trees = 1, .seed = seed});
    const std::vector<std::uint32_t> counts = bootstrap_counts(seed, 0, 25);
    const auto impurity = [&](double threshold) {
      double weighted = 0;
      for (const bool left : {true, false}) {
        double by_class[3] = {};
        double total = 0;
        for (std::size_t row = 0; row < 25; ++row) {
          if ((points(row, 0) <= threshold) != left) continue;
          by_class[labels[row]] += counts[row];
          total += counts[row];
        }
        if (total == 0) return 1e9;
        for (const double count : by_class) weighted -= count * count / total;
      }
      return weighted;
    };
    const ForestNode& root = forest.trees[0].nodes[0];
    ASSERT_EQ(root.feature, 0);
    for (std::size_t row = 0; row < 25; ++row) {
      EXPECT_LE(impurity(root.threshold), impurity(points(row, 0)) + 1e-9) << seed;
    }
  }
}

TEST(Forest, ShuffledRowsWithTheirKeysGiveTheSameForest) {
  const Sample sample = lumps(300, 35);
  std::vector<std::uint64_t> keys(300);
  for (std::size_t row = 0; row < 300; ++row) keys[row] = row * 7919 % 100003;
  const Forest forest = fit_forest(sample.points, sample.labels, {.n_trees = 10}, keys);
  Sample shuffled = sample;
  std::vector<std::uint64_t> shuffled_keys = keys;
  for (std::size_t row = 0; row < 300; ++row) {
    const std::size_t from = row * 37 % 300;
    std::copy_n(sample.points.row(from).begin(), 6, shuffled.points.row(row).begin());
    shuffled.labels[row] = sample.labels[from];
    shuffled_keys[row] = keys[from];
  }
  EXPECT_TRUE(same(forest, fit_forest(shuffled.points, shuffled.labels, {.n_trees = 10}, shuffled_keys)));
  EXPECT_FALSE(same(forest, fit_forest(shuffled.points, shuffled.labels, {.n_trees = 10}, keys)));
}

TEST(Forest, TheSameBitsForAnyNumberOfThreads) {
  const Sample sample = lumps(2000, 36);
  const auto fit = [&](std::uint64_t seed) {
    return fit_forest(sample.points, sample.labels, {.n_trees = 15, .seed = seed});
  };
  testing::expect_same_for_any_threads([&] { return fit(42); }, same);
  EXPECT_FALSE(same(fit(42), fit(43)));
}

TEST(Forest, OneClassAloneIsPredicted) {
  const Sample sample = lumps(20, 37);
  const Forest forest = fit_forest(sample.points, std::vector<std::int32_t>(20, 2), {.n_trees = 3});
  EXPECT_EQ(forest.trees[0].nodes.size(), 1u);
  EXPECT_EQ(predict_labels(forest, sample.points), std::vector<std::int32_t>(20, 2));
  EXPECT_EQ(predict_shares(forest, sample.points)(0, 2), 1.0);
}

TEST(Forest, EqualRowsOfTwoClassesShareALeaf) {
  Matrix points(10, 2);
  const std::vector<std::int32_t> labels = {0, 0, 0, 0, 0, 0, 0, 1, 1, 1};
  const Forest forest = fit_forest(points, labels, {.n_trees = 50});
  const Matrix shares = predict_shares(forest, points);
  EXPECT_NEAR(shares(0, 0) + shares(0, 1), 1.0, 1e-6);
  EXPECT_GT(shares(0, 0), 0.5);
  EXPECT_LT(shares(0, 0), 0.9);
}

// The middle of two neighbouring doubles is one of them: the threshold must still part them.
TEST(Forest, NeighbouringDoublesAreTold) {
  Matrix points(20, 1);
  std::vector<std::int32_t> labels(20);
  for (std::size_t row = 0; row < 20; ++row) {
    labels[row] = row < 10 ? 0 : 1;
    points(row, 0) = row < 10 ? 1.0 : std::nextafter(1.0, 2.0);
  }
  EXPECT_EQ(predict_labels(fit_forest(points, labels, {.n_trees = 9}), points), labels);
}

TEST(Forest, RefusesWhatItCannotUse) {
  const Sample sample = lumps(4, 38);
  const auto refusal = [&](std::vector<std::int32_t> labels, ForestParameters parameters,
                           std::vector<std::uint64_t> keys = {}) {
    return message_of([&] { fit_forest(sample.points, labels, parameters, keys); });
  };
  EXPECT_EQ(refusal({0, 1}, {}), "forest: 2 labels for 4 rows; expected a label for each row");
  EXPECT_EQ(refusal({0, 1, -1, 0}, {}), "forest: the label of row 2 is -1; expected 0 or more");
  EXPECT_EQ(refusal({0, 1, 1, 0}, {.n_trees = 0}), "forest: n_trees is 0; expected at least 1");
  EXPECT_EQ(refusal({0, 1, 1, 0}, {.max_features = 7}),
            "forest: max_features is 7; expected 0 to 6, the number of columns");
  EXPECT_EQ(refusal({0, 1, 1, 0}, {}, {1, 2}),
            "forest: row_keys has 2 values; there must be none, or one for each of the 4 rows");
  EXPECT_EQ(refusal({0, 1, 1, 0}, {}, {1, 2, 3, 2}),
            "forest: row_keys has 2 twice; every row's key must be its own");
  EXPECT_EQ(message_of([&] { fit_forest(Matrix(0, 3), {}, {}); }), "forest: no rows; expected at least 1");
  Matrix broken = sample.points;
  broken(1, 2) = std::numeric_limits<double>::infinity();
  EXPECT_EQ(message_of([&] { fit_forest(broken, std::vector<std::int32_t>(4), {}); }),
            "forest: row 1, column 2 is inf; expected a finite number");
  const Forest forest = fit_forest(sample.points, std::vector<std::int32_t>(4), {});
  EXPECT_EQ(message_of([&] { predict_shares(forest, Matrix(2, 5)); }),
            "forest: 5 columns; expected 6 as in the fit");
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(fit_forest(sample.points, std::vector<std::int32_t>(4), {.cancel = &cancel}), Cancelled);
}

}  // namespace
}  // namespace aisle
