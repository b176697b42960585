// Features of the calendar: season, growth, volatility, on daily sales whose answer is known.
#include <gtest/gtest.h>

#include <cmath>

#include "feature_project.h"

namespace aisle {
namespace {

class CalendarFeatures : public FeatureProject {
 protected:
  // One line a day from `from` to `until` with an amount of its own.
  template <typename Amount>
  void add_days(const std::string& store, const char* from, const char* until, Amount amount) {
    for (std::int64_t day = parse_date(from, ""); day <= parse_date(until, ""); ++day) {
      rows_ += format_date(day) + "," + store + "," + std::to_string(amount(day)) + "\n";
    }
  }
  FeatureResult build_rows() {
    write_raw("fact_sales", "date,store_id,sale_amount\n" + rows_);
    options_.features.groups = {"season", "growth", "volatility"};
    return build();
  }
  static int month_of(std::int64_t day) {
    int year = 0;
    int month = 0;
    int day_of_month = 0;
    civil_from_days(day, year, month, day_of_month);
    return month;
  }

  std::string rows_;
};

TEST_F(CalendarFeatures, DecemberAndSummerAreRatesADay) {
  add_days("flat", "2022-01-01", "2023-12-31", [](std::int64_t) { return 10; });
  add_days("peak", "2022-01-01", "2023-12-31", [&](std::int64_t day) {
    return month_of(day) == 12 ? 40 : month_of(day) == 7 ? 20 : 10;
  });
  add_days("young", "2023-11-20", "2023-12-31", [](std::int64_t) { return 10; });
  const FeatureResult result = build_rows();
  EXPECT_NEAR(value(result, "december_lift", 0), 1.0, 1e-12);
  EXPECT_NEAR(value(result, "summer_lift", 0), 1.0, 1e-12);
  const double mean = (730 * 10 + 62 * 30 + 62 * 10) / 730.0;
  EXPECT_NEAR(value(result, "december_lift", 1), 40 / mean, 1e-12);
  EXPECT_NEAR(value(result, "summer_lift", 1), (30 + 31 * 2 + 31) * 10 / 92.0 / mean, 1e-12);
  EXPECT_TRUE(std::isnan(value(result, "december_lift", 2))) << "six weeks tell no season";
}

TEST_F(CalendarFeatures, TheSouthHasItsSummerInJanuary) {
  add_days("a", "2022-01-01", "2023-12-31", [&](std::int64_t day) { return month_of(day) <= 2 ? 20 : 10; });
  options_.project.locale = "pt_BR";
  EXPECT_NEAR(value(build_rows(), "summer_lift", 0), 20 / ((118 * 20 + 612 * 10) / 730.0), 1e-12);
  write_raw("dim_store_physical", "store_id,latitude\na,41.6\n");
  options_.tables["dim_store_physical"].columns["latitude"] = "latitude";
  EXPECT_LT(value(build_rows(), "summer_lift", 0), 1.0) << "a latitude says more than a locale";
}

TEST_F(CalendarFeatures, GrowthComparesLikeWithLike) {
  // 2023-12-31 is a Sunday: the last whole week ends with the window.
  add_days("old", "2021-06-01", "2023-12-31",
           [](std::int64_t day) { return day > parse_date("2023-01-01", "") ? 12 : 10; });
  // Opened in the middle of the year before: only the weeks with a week a year before them count.
  add_days("recent", "2022-08-03", "2023-12-31",
           [](std::int64_t day) { return day > parse_date("2023-01-01", "") ? 11 : 10; });
  add_days("young", "2023-03-01", "2023-12-31", [](std::int64_t) { return 10; });
  const FeatureResult result = build_rows();
  EXPECT_NEAR(value(result, "growth", 0), 0.2, 1e-12);
  EXPECT_NEAR(value(result, "growth", 1), 0.1, 1e-12);
  EXPECT_TRUE(std::isnan(value(result, "growth", 2)));
}

TEST_F(CalendarFeatures, GrowthIsLeftOutWhereTheHistoryIsShort) {
  add_days("a", "2023-01-01", "2023-12-31", [](std::int64_t) { return 10; });
  const FeatureResult result = build_rows();
  EXPECT_EQ(result.store_features.find("growth"), nullptr);
  EXPECT_EQ(warnings_.at(warnings_.size() - 2),
            "Feature group growth is left out: no store has a value for growth.");
}

TEST_F(CalendarFeatures, VolatilityCountsWeeksWithoutSales) {
  // Weeks from Monday 2024-01-01: the first is left out, then 8 weeks of 70 and 0 in turn.
  for (int week = 0; week < 9; ++week) {
    const std::int64_t monday = days_from_civil(2024, 1, 1) + 7 * week;
    if (week % 2 == 0) rows_ += format_date(monday) + ",a,70\n";
    rows_ += format_date(monday + 6) + ",even,70\n";
  }
  const FeatureResult result = build_rows();
  EXPECT_NEAR(value(result, "volatility", 0), 1.0, 1e-12);
  EXPECT_EQ(value(result, "volatility", 1), 0.0);
}

TEST_F(CalendarFeatures, MonthSpreadIsThatOfTheLastTwelveWholeMonths) {
  add_days("a", "2022-01-01", "2024-01-10", [&](std::int64_t day) {
    return day < days_from_civil(2023, 1, 1) ? 500 : month_of(day) == 12 ? 2 : 1;
  });
  const double months[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 62};
  double sum = 0;
  double squares = 0;
  for (const double month : months) {
    sum += month;
    squares += month * month;
  }
  EXPECT_NEAR(value(build_rows(), "month_spread", 0), std::sqrt(12 * squares - sum * sum) / sum, 1e-12);
}

}  // namespace
}  // namespace aisle
