// The insight documents on small tables whose figures can be reckoned by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "aisle/insight/change.h"
#include "aisle/insight/drivers.h"
#include "aisle/insight/monthly.h"
#include "aisle/insight/numbers_json.h"
#include "aisle/insight/prize.h"
#include "aisle/insight/profiles.h"
#include "tests/unit/insight/insight_project.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Six stores: clusters 2 2 2 7 7, the last in none.
InsightData six_stores() {
  InsightData data;
  data.metrics.fit = "f";
  data.stores.add(text_column("store_id", {"a", "b", "c", "d", "e", "f"}));
  data.stores.add(double_column("total_revenue", {100, 200, 600, 50, 150, 1000}));
  data.stores.add(double_column("revenue_per_sqm", {1, 2, 3, 5, 10, 7}));
  Column label = text_column("current_cluster_label", {"X", "X", "Y", "Y", "", "Y"});
  label.is_null = {0, 0, 0, 0, 1, 0};
  data.stores.add(label);
  data.clusters.ids = {2, 7};
  data.clusters.found = {0, 0, 0, 1, 1, -1};
  data.clusters.final_cluster = data.clusters.found;
  data.clusters.in_fit = {1, 1, 1, 1, 1, 0};
  data.clusters.inferred.assign(6, 0);
  data.clusters.fitted = {0, 1, 2, 3, 4};
  return data;
}

TEST(Rounding, KeepsSixDigitsOrHundredthsWhicheverIsFiner) {
  EXPECT_EQ(rounded(0.123456789), 0.123457);
  EXPECT_EQ(rounded(1234.56789), 1234.57);
  EXPECT_EQ(rounded(12345678.987), 12345678.99);
  EXPECT_EQ(rounded(-1e-12), -1e-12);
  EXPECT_EQ(rounded(2e15), 2e15);
  EXPECT_FALSE(std::signbit(rounded(-0.0)));
  EXPECT_TRUE(number_json(kNone).is_null());
  EXPECT_TRUE(number_json(INFINITY).is_null());
}

TEST(Distribution, IsThatOfNumpy) {
  const Distribution four = distribution_of({4, kNone, 1, 2, 10});
  EXPECT_EQ(four.n, 4);
  EXPECT_EQ(four.mean, 4.25);
  EXPECT_EQ(four.q1, 1.75);
  EXPECT_EQ(four.median, 3);
  EXPECT_EQ(four.q3, 5.5);
  EXPECT_NEAR(four.deviation, 3.49106, 1e-5);
  EXPECT_EQ(distribution_of({7}).q3, 7);
  EXPECT_EQ(distribution_of({}).n, 0);
  EXPECT_TRUE(std::isnan(distribution_of({kNone}).median));
}

TEST(Prize, IsWhatStoresBelowTheirClustersMedianWouldTakeMore) {
  const Prize prize = size_the_prize(six_stores());
  EXPECT_EQ(prize.measure, "revenue_per_sqm");
  EXPECT_EQ(prize.median.rate, (std::vector<double>{2, 7.5}));
  EXPECT_EQ(prize.upper_quartile.rate, (std::vector<double>{2.5, 8.75}));
  // a: (2 - 1) x 100 m2; d: (7.5 - 5) x 10 m2.
  EXPECT_EQ(prize.median.cluster_amount, (std::vector<double>{100, 25}));
  EXPECT_EQ(prize.median.n_below, (std::vector<std::int64_t>{1, 1}));
  EXPECT_EQ(prize.median.total, 125);
  // a: 1.5 x 100, b: 0.5 x 100; d: 3.75 x 10.
  EXPECT_EQ(prize.upper_quartile.cluster_amount, (std::vector<double>{200, 37.5}));
  EXPECT_EQ(prize.upper_quartile.store_amount[2], 0);
  EXPECT_TRUE(std::isnan(prize.median.store_amount[5]));
}

TEST(Prize, GoesByWeekWithoutSizesAndIsAbsentWithoutBoth) {
  InsightData data = six_stores();
  Table stores;
  for (const Column& column : data.stores.columns()) {
    if (column.name != "revenue_per_sqm") stores.add(column);
  }
  data.stores = stores;
  EXPECT_FALSE(size_the_prize(data).absent.empty());
  data.stores.add(double_column("revenue_per_week", {10, 10, 30, 5, 0, 9}));
  const Prize prize = size_the_prize(data);
  EXPECT_EQ(prize.measure, "revenue_per_week");
  // b: 20 weeks at 10 a week; the third of three is the upper quartile's far end: 20.
  EXPECT_EQ(prize.upper_quartile.store_amount[1], 200);
  EXPECT_TRUE(std::isnan(prize.median.store_amount[4]));
  EXPECT_TRUE(parsed(prize_json(prize, "", ""))["from"].is_null());
}

TEST(Change, CountsStoresAndRevenueThatLeaveTheirLabel) {
  const Change change = compare_with_today(six_stores());
  EXPECT_EQ(change.labels, (std::vector<std::string>{"Y", "X"}));
  EXPECT_EQ(change.stores, (std::vector<std::vector<std::int64_t>>{{1, 1}, {2, 0}}));
  EXPECT_EQ(change.unassigned, (std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(change.match, (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(change.n_stay, 3);
  EXPECT_EQ(change.n_move, 1);
  EXPECT_EQ(change.revenue_move, 600);
  EXPECT_EQ(change.revenue_stay, 350);
  EXPECT_EQ(change.n_without_label, 1);
  EXPECT_EQ(parsed(change_json(change))["match"], (nlohmann::json{7, 2}));
}

TEST(Change, IsAbsentWithoutLabelsOrClusters) {
  InsightData data = six_stores();
  data.clusters.ids.clear();
  data.clusters.final_cluster.assign(6, -1);
  EXPECT_EQ(compare_with_today(data).absent, "No cluster was found.");
  data.stores = data.stores.take({4});
  EXPECT_EQ(compare_with_today(data).absent, "The stores have no current_cluster_label.");
}

TEST(Monthly, SumsExactlyAndLeavesNoMonthOut) {
  Table months;
  months.add(text_column("store_id", {"a", "a", "b", "d", "zz"}));
  const std::int64_t january = 2024 * 12;
  months.add(int_column("month_number", {january - 1, january + 1, january + 1, january + 1, january}));
  months.add(int_column("revenue_units", {12345650, 10000, 5, -20049, 99}));
  const Monthly monthly =
      sales_by_month(six_stores(), months, days_from_civil(2023, 12, 2), days_from_civil(2024, 2, 29));
  EXPECT_EQ(monthly.stores[0], (std::vector<std::int64_t>{12345650, 0, 10000}));
  EXPECT_TRUE(monthly.stores[2].empty());
  EXPECT_EQ(monthly.clusters[0], (std::vector<std::int64_t>{12345650, 0, 10005}));
  EXPECT_EQ(monthly.clusters[1], (std::vector<std::int64_t>{0, 0, -20049}));
  EXPECT_EQ(monthly.complete, (std::vector<std::uint8_t>{0, 1, 1}));
  const auto document = parsed(monthly_json(monthly));
  EXPECT_EQ(document["months"], (nlohmann::json{"2023-12", "2024-01", "2024-02"}));
  EXPECT_EQ(document["sales"][0], (nlohmann::json{1234.57, 0.0, 1.0}));
  EXPECT_TRUE(document["sales"][2].is_null());
  EXPECT_EQ(document["by_cluster"][1][2], -2.0);
  EXPECT_EQ(document["clusters"], (nlohmann::json{2, 7}));
}

TEST(Drivers, MeanPairDistanceIsThatOfAllPairs) {
  const std::vector<double> values = {3, -1, 4, 1, -5, 9};
  double absolute = 0;
  double squared = 0;
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      absolute += std::abs(values[a] - values[b]);
      squared += (values[a] - values[b]) * (values[a] - values[b]);
    }
  }
  EXPECT_NEAR(mean_pair_distance(values, Metric::kManhattan), absolute / 15, 1e-12);
  EXPECT_NEAR(mean_pair_distance(values, Metric::kEuclidean), squared / 15, 1e-12);
  EXPECT_EQ(mean_pair_distance({1}, Metric::kManhattan), 0);
}

TEST(Drivers, SharesAddUpAndAColumnThatIsTheSameEverywhereHasNone) {
  for (const char* preset : {"original", "trading"}) {
    const InsightProject project(synthetic_stores(90), preset);
    const Drivers drivers = find_drivers(project.data);
    double sum = 0;
    for (const Driver& driver : drivers.groups) {
      sum += driver.share;
      if (driver.entry == "unique_products_stocked") {
        EXPECT_EQ(driver.share, 0);
        ASSERT_TRUE(driver.without);
        EXPECT_EQ(driver.without->adjusted_rand_index, 1);
      }
    }
    EXPECT_NEAR(sum, 1, 1e-9) << preset;
  }
}

}  // namespace
}  // namespace aisle
