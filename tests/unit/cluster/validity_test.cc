// The edges of the validity indices: what is undefined, what is refused, and values by hand.
#include "aisle/cluster/validity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Matrix line(const std::vector<double>& values) {
  Matrix points(values.size(), 1);
  for (std::size_t row = 0; row < values.size(); ++row) points(row, 0) = values[row];
  return points;
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

// In one column a core distance is (sum 1/dist / (n-1))^-1. Both clusters are three points in a row whose
// middle is the only inner one: with cores 4/3, 1, 4/3 the edges weigh 4/3. The middles are 10 apart.
TEST(Dbcv, ByHandOnALine) {
  const Dbcv result = dbcv(line({0, 1, 2, 10, 11, 12, 100}), std::vector<std::int32_t>{0, 0, 0, 1, 1, 1, -1},
                           Metric::kManhattan);
  const double score = (10 - 4.0 / 3) / 10;
  EXPECT_NEAR(result.by_cluster[0], score, 1e-12);
  EXPECT_NEAR(result.by_cluster[1], score, 1e-12);
  EXPECT_NEAR(result.index, 6.0 / 7 * score, 1e-12) << "noise counts in the weights";
}

TEST(Dbcv, IsUndefinedForFewerThanTwoClusters) {
  EXPECT_TRUE(
      std::isnan(dbcv(line({0, 1, 2}), std::vector<std::int32_t>{0, 0, 0}, Metric::kEuclidean).index));
  EXPECT_TRUE(
      std::isnan(dbcv(line({0, 1, 2}), std::vector<std::int32_t>{-1, -1, -1}, Metric::kEuclidean).index));
  EXPECT_TRUE(std::isnan(dbcv(Matrix(), {}, Metric::kEuclidean).index));
}

// hdbscan raises "zero-size array" here.
TEST(Dbcv, AClusterOfOnePointScoresZero) {
  const Dbcv result = dbcv(line({0, 1, 2, 10}), std::vector<std::int32_t>{0, 0, 0, 1}, Metric::kEuclidean);
  EXPECT_EQ(result.by_cluster[1], 0.0);
  const double apart = 9;  // from the middle of the three to the single one
  EXPECT_NEAR(result.index, 0.75 * (apart - 4.0 / 3) / apart, 1e-12);
}

TEST(Dbcv, TwoPointsHaveTheirFirstForInnerPoint) {
  const Dbcv result = dbcv(line({0, 1, 10, 11}), std::vector<std::int32_t>{0, 0, 1, 1}, Metric::kEuclidean);
  EXPECT_NEAR(result.index, (10.0 - 1) / 10, 1e-12);
}

TEST(Dbcv, ClustersOfEqualPointsAreDefined) {
  const std::vector<std::int32_t> labels = {0, 0, 0, 1, 1, 1};
  EXPECT_EQ(dbcv(line({0, 0, 0, 5, 5, 5}), labels, Metric::kEuclidean).index, 1.0);
  EXPECT_EQ(dbcv(line({5, 5, 5, 5, 5, 5}), labels, Metric::kEuclidean).index, 0.0);
}

TEST(Dbcv, ALabelWithoutRowsIsNoCluster) {
  const Dbcv result = dbcv(line({0, 1, 10, 11}), std::vector<std::int32_t>{0, 0, 2, 2}, Metric::kEuclidean);
  ASSERT_EQ(result.by_cluster.size(), 3u);
  EXPECT_TRUE(std::isnan(result.by_cluster[1]));
  EXPECT_NEAR(result.index, 0.9, 1e-12);
}

// distance^-d leaves the range of doubles: hdbscan's core distances become 0 or infinite, its index NaN.
TEST(Dbcv, CoreDistancesHoldWhereThePowerDoesNot) {
  for (const double scale : {1e-40, 1e40}) {
    Matrix points(8, 12);
    std::vector<std::int32_t> labels;
    for (std::size_t row = 0; row < 8; ++row) {
      const double value = (static_cast<double>(row % 4) + (row < 4 ? 0 : 100)) * scale;
      for (double& cell : points.row(row)) cell = value;
      labels.push_back(row < 4 ? 0 : 1);
    }
    const double index = dbcv(points, labels, Metric::kManhattan).index;
    EXPECT_GT(index, 0.9) << scale;
    EXPECT_LT(index, 1.0) << scale;
  }
}

TEST(Silhouette, ByHandOnALine) {
  // Rows at 0 and 1 against 4 and 6: a, b = 1, 5 | 1, 4 | 2, 3.5 | 2, 5.5.
  const double expected = (4.0 / 5 + 3.0 / 4 + 1.5 / 3.5 + 3.5 / 5.5) / 4;
  const std::vector<std::int32_t> labels = {0, -1, 0, 1, 1};
  EXPECT_NEAR(silhouette(line({0, 50, 1, 4, 6}), labels, Metric::kEuclidean), expected, 1e-15);
}

TEST(Silhouette, OfEachRowByHandOnALine) {
  const std::vector<std::int32_t> labels = {0, -1, 0, 1, 1, 2};
  const std::vector<double> samples =
      silhouette_samples(line({0, 50, 1, 4, 6, 90}), labels, Metric::kEuclidean);
  const double expected[] = {4.0 / 5, 0, 3.0 / 4, 1.5 / 3.5, 3.5 / 5.5, 0};
  ASSERT_EQ(samples.size(), 6u);
  EXPECT_TRUE(std::isnan(samples[1]));
  for (const std::size_t row : {0, 2, 3, 4, 5}) EXPECT_NEAR(samples[row], expected[row], 1e-15) << row;
  const auto one = silhouette_samples(line({0, 1}), std::vector<std::int32_t>{0, 0}, Metric::kEuclidean);
  EXPECT_TRUE(std::isnan(one[0]) && std::isnan(one[1]));
}

TEST(Silhouette, IsUndefinedForOneClusterOrAsManyAsRows) {
  const Matrix points = line({0, 1, 2});
  EXPECT_TRUE(std::isnan(silhouette(points, std::vector<std::int32_t>{0, 0, 0}, Metric::kEuclidean)));
  EXPECT_TRUE(std::isnan(silhouette(points, std::vector<std::int32_t>{0, 1, 2}, Metric::kEuclidean)));
  EXPECT_TRUE(std::isnan(silhouette(points, std::vector<std::int32_t>{-1, -1, -1}, Metric::kEuclidean)));
}

TEST(Silhouette, AClusterOfOnePointScoresZero) {
  const double expected = ((10.0 - 1) / 10 + (9.0 - 1) / 9 + 0) / 3;
  EXPECT_NEAR(silhouette(line({0, 1, 10}), std::vector<std::int32_t>{0, 0, 1}, Metric::kManhattan), expected,
              1e-15);
}

TEST(RandIndex, ByHand) {
  const std::vector<std::int32_t> a = {0, 0, 0, 1, 1, 1};
  EXPECT_EQ(adjusted_rand_index(a, std::vector<std::int32_t>{5, 5, 5, -1, -1, -1}), 1.0);
  // 2 pairs in both; 6 and 3 pairs within; expected 6 * 3 / 15, most 4.5.
  EXPECT_NEAR(adjusted_rand_index(a, std::vector<std::int32_t>{0, 0, 1, 1, 2, 2}), (2 - 1.2) / (4.5 - 1.2),
              1e-15);
  EXPECT_EQ(adjusted_rand_index({}, {}), 1.0);
}

TEST(Validity, RefusesWhatItCannotUse) {
  const Matrix points = line({0, 1, 2});
  const auto dbcv_of = [&](const Matrix& matrix, std::vector<std::int32_t> labels) {
    return message_of([&] { dbcv(matrix, labels, Metric::kEuclidean); });
  };
  EXPECT_EQ(dbcv_of(points, {0, 1}), "dbcv: 2 labels for 3 rows; expected a label for each row");
  EXPECT_EQ(dbcv_of(points, {0, -2, 1}), "dbcv: the label of row 1 is -2; expected -1 or more");
  EXPECT_EQ(dbcv_of(line({0, kNan, 2}), {0, 0, 1}), "dbcv: row 1, column 0 is nan; expected a finite number");
  EXPECT_EQ(message_of([&] { silhouette(points, std::vector<std::int32_t>{0}, Metric::kEuclidean); }),
            "silhouette: 1 labels for 3 rows; expected a label for each row");
  EXPECT_EQ(message_of([&] { adjusted_rand_index(std::vector<std::int32_t>{0}, {}); }),
            "adjusted_rand_index: 1 labels against 0; expected two labels for each row");
}

TEST(Validity, StopsWhenAsked) {
  CancelFlag cancel;
  cancel.request();
  const Matrix points = line({0, 1, 10, 11});
  const std::vector<std::int32_t> labels = {0, 0, 1, 1};
  EXPECT_THROW(dbcv(points, labels, Metric::kEuclidean, &cancel), Cancelled);
  EXPECT_THROW(silhouette(points, labels, Metric::kEuclidean, &cancel), Cancelled);
}

}  // namespace
}  // namespace aisle
