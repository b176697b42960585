// What prediction promises, on sets that can be worked out by hand, and what it refuses.
#include "aisle/cluster/prediction.h"

#include <gtest/gtest.h>

#include <limits>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

Matrix column(const std::vector<double>& values) {
  Matrix points(values.size(), 1);
  for (std::size_t row = 0; row < values.size(); ++row) points(row, 0) = values[row];
  return points;
}

// Two clusters, one twice as dense as the other, and a row far from both.
const Matrix kRows = column({0, 1, 2, 3, 20, 22, 24, 26, 100});
const HdbscanOptions kOptions{.min_samples = 1, .selection = {.min_cluster_size = 3}};

struct Fitted {
  explicit Fitted(const Matrix& rows = kRows, const HdbscanOptions& options = kOptions)
      : fit(hdbscan(rows, options)),
        predictor(rows, options, fit.spanning_tree.core_distances, fit.condensed_tree, fit.selection) {}
  HdbscanResult fit;
  HdbscanPredictor predictor;
};

template <typename Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Prediction, APointWithinAClusterBelongsToItAndKnowsTheNext) {
  const Prediction prediction = Fitted().predictor.predict(column({1.5, 23}));
  EXPECT_EQ(prediction.labels, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(prediction.next_labels, (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(prediction.probabilities, (std::vector<double>{1, 1}));
  // 1.5 is 18.5 from the nearest row of the other cluster, whose points leave it at a distance of 2.
  EXPECT_DOUBLE_EQ(prediction.next_strengths[0], 2 / 18.5);
  EXPECT_DOUBLE_EQ(prediction.next_strengths[1], 1 / 20.0);
}

TEST(Prediction, StrengthFallsWithTheDistanceUntilThePointIsNoise) {
  // The clusters part at a distance of 17; the first one's rows leave it at 1.
  const Prediction prediction = Fitted().predictor.predict(column({-1, -2, -16, -17, -18}));
  EXPECT_EQ(prediction.labels, (std::vector<std::int32_t>{0, 0, 0, -1, -1}));
  EXPECT_DOUBLE_EQ(prediction.probabilities[1], 1 / 2.0);
  EXPECT_DOUBLE_EQ(prediction.probabilities[2], 1 / 16.0);
  EXPECT_EQ(prediction.probabilities[3], 0);
}

TEST(Prediction, NoiseKnowsTheClusterThatItIsNearestTo) {
  const Prediction prediction = Fitted().predictor.predict(column({-50, 60, 100, 101}));
  EXPECT_EQ(prediction.labels, (std::vector<std::int32_t>{-1, -1, -1, -1}));
  EXPECT_EQ(prediction.next_labels, (std::vector<std::int32_t>{0, 1, 1, 1}));
  EXPECT_DOUBLE_EQ(prediction.next_strengths[0], 1 / 50.0);
  EXPECT_DOUBLE_EQ(prediction.next_strengths[1], 2 / 34.0);
  EXPECT_DOUBLE_EQ(prediction.outlier_scores[0], 1 - 1 / 50.0);
  EXPECT_EQ(prediction.attached_rows, (std::vector<std::int32_t>{0, 7, 8, 8}));
}

TEST(Prediction, ABatchDoesNotSeeItself) {
  const HdbscanPredictor& predictor = Fitted().predictor;
  const Prediction many = predictor.predict(column({60, 60, 60.1, 60.2, 60.3, 60.4}));
  EXPECT_EQ(many.labels, std::vector<std::int32_t>(6, -1));
}

TEST(Prediction, OneClusterHasNoNext) {
  HdbscanOptions options = kOptions;
  options.selection.single_cluster = SingleCluster::kAllow;
  options.selection.cluster_selection_epsilon = 30;
  const Prediction prediction = Fitted(kRows, options).predictor.predict(column({10, 90}));
  EXPECT_EQ(prediction.labels, (std::vector<std::int32_t>{0, -1}));
  EXPECT_EQ(prediction.next_labels, (std::vector<std::int32_t>{-1, 0}));
  EXPECT_EQ(prediction.next_strengths[0], 0);
}

TEST(Prediction, NoClustersOrNoRowsGiveNoise) {
  for (const Matrix& rows : {column({4}), column({0, 3})}) {
    const Prediction prediction = Fitted(rows).predictor.predict(column({4, 5}));
    EXPECT_EQ(prediction.labels, (std::vector<std::int32_t>{-1, -1}));
    EXPECT_EQ(prediction.next_labels, (std::vector<std::int32_t>{-1, -1}));
  }
  const Fitted none(Matrix(0, 1));
  EXPECT_EQ(none.predictor.predict(column({4})).labels, std::vector<std::int32_t>{-1});
  EXPECT_TRUE(Fitted().predictor.predict(Matrix(0, 1)).labels.empty());
}

TEST(Prediction, APointOutOfReachIsNoise) {
  const Prediction prediction = Fitted().predictor.predict(column({1e300, -1e300}));
  EXPECT_EQ(prediction.labels, (std::vector<std::int32_t>{-1, -1}));
  EXPECT_EQ(prediction.attached_rows, (std::vector<std::int32_t>{-1, -1}));
  EXPECT_EQ(prediction.outlier_scores, (std::vector<double>{1, 1}));
}

TEST(Prediction, RefusesWhatDoesNotFit) {
  const Fitted fitted;
  EXPECT_EQ(message_of([&] { fitted.predictor.predict(Matrix(2, 3)); }),
            "predict: points have 3 columns; expected the 1 columns of the fit, in its order");
  EXPECT_EQ(message_of([&] {
              fitted.predictor.predict(column({1, std::numeric_limits<double>::quiet_NaN()}));
            }),
            "predict: points[1, 0] is nan; every value must be finite, neither NaN nor inf (row 1, column 0, "
            "counted from 0)");
  EXPECT_EQ(
      message_of([&] {
        HdbscanPredictor(kRows, kOptions, std::vector<double>(3), fitted.fit.condensed_tree,
                         fitted.fit.selection);
      }),
      "predict: core_distances has 3 values, the fit 9 rows; expected the rows, core distances, tree and "
      "selection of one fit");
}

TEST(Prediction, TellsHowFarItIsAndStops) {
  const Fitted fitted;
  std::size_t n_done = 0;
  fitted.predictor.predict(Matrix(200000, 1), {.progress = [&](std::size_t done, std::size_t total) {
                             EXPECT_GT(done, n_done);
                             EXPECT_EQ(total, 200000u);
                             n_done = done;
                           }});
  EXPECT_EQ(n_done, 200000u);
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(fitted.predictor.predict(column({1}), {.cancel = &cancel}), Cancelled);
}

}  // namespace
}  // namespace aisle
