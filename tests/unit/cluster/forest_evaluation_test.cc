// Out-of-bag shares and permutation importance against their definitions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/cluster/forest.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

struct Sample {
  Matrix points;
  std::vector<std::int32_t> labels;
  std::vector<std::uint64_t> keys;
};

// Column 0 says the class of most rows, column 1 is noise, column 2 is constant.
Sample sample(std::size_t n_rows) {
  Sample result{Matrix(n_rows, 3), std::vector<std::int32_t>(n_rows), std::vector<std::uint64_t>(n_rows)};
  for (std::size_t row = 0; row < n_rows; ++row) {
    RandomDraws draws(61, 1, row);
    result.labels[row] = static_cast<std::int32_t>(draws.below(3));
    result.points(row, 0) = 3 * result.labels[row] + draws.normal();
    result.points(row, 1) = draws.normal();
    result.points(row, 2) = 4;
    result.keys[row] = row * 7919 % 100003;
  }
  return result;
}

Sample shuffled(const Sample& from) {
  Sample result = from;
  const std::size_t n_rows = from.labels.size();
  for (std::size_t row = 0; row < n_rows; ++row) {
    const std::size_t other = row * 37 % n_rows;
    std::copy_n(from.points.row(other).begin(), 3, result.points.row(row).begin());
    result.labels[row] = from.labels[other];
    result.keys[row] = from.keys[other];
  }
  return result;
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

TEST(ForestOutOfBag, IsTheMeanOverTheTreesThatDidNotSeeARow) {
  const Sample data = sample(150);
  const ForestParameters parameters{.n_trees = 12, .seed = 9};
  const Forest forest = fit_forest(data.points, data.labels, parameters);
  const OutOfBag found = out_of_bag(forest, data.points, data.labels, parameters);
  Matrix sums(150, 3);
  std::vector<std::int32_t> trees(150);
  for (std::size_t tree = 0; tree < 12; ++tree) {
    const Matrix shares = predict_shares({3, 3, {forest.trees[tree]}}, data.points);
    const std::vector<std::uint32_t> counts = bootstrap_counts(9, tree, 150);
    for (std::size_t row = 0; row < 150; ++row) {
      if (counts[row] > 0) continue;
      ++trees[row];
      for (std::size_t label = 0; label < 3; ++label) sums(row, label) += shares(row, label);
    }
  }
  EXPECT_EQ(found.trees, trees);
  double wrong = 0;
  double seen = 0;
  for (std::size_t row = 0; row < 150; ++row) {
    if (trees[row] == 0) {
      EXPECT_TRUE(std::isnan(found.shares(row, 0)));
      continue;
    }
    for (std::size_t label = 0; label < 3; ++label) {
      EXPECT_NEAR(found.shares(row, label), sums(row, label) / trees[row], 1e-12);
    }
    const auto shares = sums.row(row);
    seen += 1;
    wrong += std::max_element(shares.begin(), shares.end()) - shares.begin() == data.labels[row] ? 0 : 1;
  }
  EXPECT_GT(wrong, 0);
  EXPECT_DOUBLE_EQ(found.error, wrong / seen);
}

TEST(ForestOutOfBag, ARowInEveryBagHasNoShares) {
  const Sample data = sample(40);
  const ForestParameters parameters{.n_trees = 1};
  const Forest forest = fit_forest(data.points, data.labels, parameters);
  const OutOfBag found = out_of_bag(forest, data.points, data.labels, parameters);
  EXPECT_GT(std::count(found.trees.begin(), found.trees.end(), 0), 0);
  const Sample one = sample(1);
  const Forest alone = fit_forest(one.points, one.labels, parameters);
  EXPECT_TRUE(std::isnan(out_of_bag(alone, one.points, one.labels, parameters).error));
  EXPECT_EQ(permutation_importance(alone, one.points, one.labels, parameters).mean,
            std::vector<double>(3, 0.0));
}

// A permuted column 0 leaves chance: what is lost is about the accuracy less what chance gives.
TEST(ForestImportance, IsWhatTheTreesLose) {
  const Sample data = sample(600);
  const ForestParameters parameters{.n_trees = 60};
  const Forest forest = fit_forest(data.points, data.labels, parameters);
  const double accuracy = 1 - out_of_bag(forest, data.points, data.labels, parameters).error;
  const ForestImportance found = permutation_importance(forest, data.points, data.labels, parameters);
  EXPECT_NEAR(found.mean[0], accuracy - 1.0 / 3, 0.06);
  EXPECT_NEAR(found.mean[1], 0, 0.02);
  EXPECT_EQ(found.mean[2], 0.0) << "a constant column makes no split";
  EXPECT_EQ(found.standard_error[2], 0.0);
  EXPECT_GT(found.standard_error[0], 0.0);
  // The loss over all rows is the labels' losses, by how many rows of each are out of the bag.
  double mean_of_classes = 0;
  for (std::size_t label = 0; label < 3; ++label) mean_of_classes += found.by_class(label, 0) / 3;
  EXPECT_NEAR(mean_of_classes, found.mean[0], 0.02);
}

TEST(ForestEvaluation, NeitherThreadsNorRowOrderChangeABit) {
  const Sample data = sample(500);
  const Sample other = shuffled(data);
  const ForestParameters parameters{.n_trees = 15};
  const Forest forest = fit_forest(data.points, data.labels, parameters, data.keys);
  const auto evaluate = [&](const Sample& rows) {
    return std::pair(out_of_bag(forest, rows.points, rows.labels, parameters, rows.keys),
                     permutation_importance(forest, rows.points, rows.labels, parameters, rows.keys));
  };
  const auto same_importance = [](const ForestImportance& a, const ForestImportance& b) {
    return a.mean == b.mean && a.standard_error == b.standard_error &&
           testing::same_values(a.by_class, b.by_class);
  };
  testing::expect_same_for_any_threads([&] { return evaluate(data); },
                                       [&](const auto& a, const auto& b) {
                                         return a.first.error == b.first.error &&
                                                testing::same_values(a.first.shares, b.first.shares) &&
                                                same_importance(a.second, b.second);
                                       });
  const auto first = evaluate(data);
  const auto again = evaluate(other);
  EXPECT_EQ(first.first.error, again.first.error);
  EXPECT_EQ(first.first.class_errors, again.first.class_errors);
  EXPECT_TRUE(same_importance(first.second, again.second));
  for (std::size_t row = 0; row < 500; ++row) {
    EXPECT_EQ(again.first.trees[row], first.first.trees[row * 37 % 500]);
  }
}

TEST(ForestEvaluation, RefusesWhatTheFitCannotHaveHad) {
  const Sample data = sample(20);
  const Forest forest = fit_forest(data.points, data.labels, {.n_trees = 3});
  const auto refusal = [&](MatrixView points, std::vector<std::int32_t> labels, int n_trees) {
    return message_of([&] { out_of_bag(forest, points, labels, {.n_trees = n_trees}); });
  };
  EXPECT_EQ(refusal(Matrix(20, 2), data.labels, 3), "forest: 2 columns; expected 3 as in the fit");
  EXPECT_EQ(refusal(data.points, {0, 1}, 3), "forest: 2 labels for 20 rows; expected a label for each row");
  EXPECT_EQ(refusal(data.points, data.labels, 4), "forest: n_trees is 4; expected 3 as in the fit");
  std::vector<std::int32_t> labels = data.labels;
  labels[7] = 3;
  EXPECT_EQ(message_of([&] { permutation_importance(forest, data.points, labels, {.n_trees = 3}); }),
            "forest: the label of row 7 is 3; expected 0 to 2 as in the fit");
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(permutation_importance(forest, data.points, data.labels, {.n_trees = 3, .cancel = &cancel}),
               Cancelled);
  EXPECT_THROW(out_of_bag(forest, data.points, data.labels, {.n_trees = 3, .cancel = &cancel}), Cancelled);
}

}  // namespace
}  // namespace aisle
