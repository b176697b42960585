// The volume of days: what is low, and which low days are held back.
#include "aisle/quality/volume.h"

#include <gtest/gtest.h>

#include "aisle/base/errors.h"
#include "aisle/base/table.h"

namespace aisle {
namespace {

// Days from 2023-01-02 (a Monday) on: 200 rows of 50 stores, Sundays 40 rows of 10 stores.
VolumeHistory steady(int n_days) {
  VolumeHistory days;
  const std::int64_t first = days_from_civil(2023, 1, 2);
  for (int at = 0; at < n_days; ++at) {
    const bool sunday = at % 7 == 6;
    days.push_back({first + at, sunday ? 40 : 200, sunday ? 10 : 50});
  }
  return days;
}

TEST(Volume, SteadyDaysAreNotLow) {
  EXPECT_TRUE(low_days(steady(400), {}, 0.5).empty());
}

TEST(Volume, AHalfLoadedLastDayIsHeldBack) {
  VolumeHistory days = steady(200);
  days.back().n_rows = 90;
  const auto low = low_days(days, {}, 0.5);
  ASSERT_EQ(low.size(), 1u);
  EXPECT_EQ(low[0].day, days.back().day);
  EXPECT_TRUE(low[0].held_back);
  EXPECT_EQ(low[0].usual_rows, 200.0);
  EXPECT_TRUE(low_days(days, {}, 0.4).empty());
}

TEST(Volume, MissingStoresAreSeenEvenWhereRowsAreNot) {
  VolumeHistory days = steady(200);
  days.back().n_stores = 20;
  const auto low = low_days(days, {}, 0.5);
  ASSERT_EQ(low.size(), 1u);
  EXPECT_TRUE(low[0].held_back);
  EXPECT_EQ(low[0].usual_stores, 50.0);
}

TEST(Volume, AnOldLowDayIsKept) {
  VolumeHistory days = steady(200);
  days[150].n_rows = 10;
  const auto low = low_days(days, {}, 0.5);
  ASSERT_EQ(low.size(), 1u);
  EXPECT_FALSE(low[0].held_back);
}

TEST(Volume, AChainThatShrankAsAWholeIsNotHalfLoaded) {
  const VolumeHistory recorded = steady(200);
  VolumeHistory days = recorded;
  for (int day = 0; day < 200; ++day) {
    if (day % 7 != 6) days[static_cast<std::size_t>(day)].n_rows = 20;
  }
  EXPECT_TRUE(most_days_shrank(days, recorded, 0.5));
  const auto low = low_days(days, recorded, 0.5);
  EXPECT_FALSE(low.empty());
  for (const LowDay& day : low) EXPECT_FALSE(day.held_back) << day.day;
  VolumeHistory a_few = recorded;
  for (std::size_t day = 50; day < 56; ++day) a_few[day].n_rows = 2;
  EXPECT_FALSE(most_days_shrank(a_few, recorded, 0.5));
  EXPECT_TRUE(low_days(a_few, recorded, 0.5).front().held_back);
}

TEST(Volume, AFewEarlierWeeksJudgeNothing) {
  VolumeHistory days = steady(28);
  days.back().n_rows = 1;
  EXPECT_TRUE(low_days(days, {}, 0.5).empty());
  days = steady(29);
  days.back().n_rows = 1;
  EXPECT_EQ(low_days(days, {}, 0.5).size(), 1u);
}

TEST(Volume, ASmallShopsQuietDayIsNoFault) {
  VolumeHistory days = steady(200);
  for (DayVolume& day : days) day.n_rows = 8, day.n_stores = 2;
  days.back().n_rows = 3;
  days.back().n_stores = 1;
  EXPECT_TRUE(low_days(days, {}, 0.5).empty());
}

TEST(Volume, AHolidayOfEveryYearIsKept) {
  VolumeHistory days = steady(728);  // to 2024-12-29
  const std::int64_t christmas = days_from_civil(2024, 12, 25);
  for (DayVolume& day : days) {
    if (day.day == christmas || day.day == days_from_civil(2023, 12, 25)) day.n_rows = 5;
  }
  for (const LowDay& day : low_days(days, {}, 0.5)) EXPECT_FALSE(day.held_back) << format_date(day.day);
  for (DayVolume& day : days) {
    if (day.day == days_from_civil(2023, 12, 25)) day.n_rows = 200;
  }
  ASSERT_EQ(low_days(days, {}, 0.5).size(), 1u);
  EXPECT_TRUE(low_days(days, {}, 0.5)[0].held_back);
}

TEST(Volume, ADayThatShrankSinceAGoodRunIsHeldBack) {
  const VolumeHistory before = steady(200);
  VolumeHistory days = steady(207);
  days[100].n_rows = 80;
  const auto low = low_days(days, before, 0.5);
  ASSERT_EQ(low.size(), 1u);
  EXPECT_EQ(low[0].day, days[100].day);
  EXPECT_TRUE(low[0].held_back);
}

TEST(Volume, ADayThatAGoodRunTookIsTakenAgain) {
  VolumeHistory days = steady(200);
  days.back().n_rows = 90;
  for (const LowDay& day : low_days(days, days, 0.5)) EXPECT_FALSE(day.held_back);
}

TEST(Volume, EarlierRunsMakeTheBaselineOfAShortDelivery) {
  const VolumeHistory before = steady(200);
  VolumeHistory delivery = {{before.back().day + 1, 60, 50}, {before.back().day + 2, 200, 50}};
  const auto low = low_days(delivery, before, 0.5);
  ASSERT_EQ(low.size(), 1u);
  EXPECT_TRUE(low[0].held_back);
  EXPECT_EQ(low[0].day, delivery[0].day);
  EXPECT_TRUE(low_days(delivery, {}, 0.5).empty());
}

TEST(Volume, TheRecordLeavesHeldDaysOut) {
  VolumeHistory days = steady(200);
  days.back().n_rows = 90;
  const VolumeHistory next = next_history({{1, 2, 3}}, days, low_days(days, {}, 0.5));
  EXPECT_EQ(next.size(), 200u);  // one from before, 199 of now
  EXPECT_EQ(next.front().n_rows, 2);
  EXPECT_EQ(next.back().day, days[198].day);
}

TEST(StrayDays, AreFewRowsFarFromTheOthersBeforeAndAfter) {
  VolumeHistory days = steady(200);
  const std::int64_t last = days.back().day;
  EXPECT_TRUE(stray_days(days).empty());
  days.push_back({last + 90, 1, -1});
  EXPECT_TRUE(stray_days(days).empty()) << "90 days may lie between";
  days.back().day = last + 91;
  EXPECT_EQ(stray_days(days), std::vector<std::int64_t>{last + 91});
  days.push_back({last + 65000, 3, -1});
  days.insert(days.begin(), {-30000, 2, -1});
  EXPECT_EQ(stray_days(days), (std::vector<std::int64_t>{-30000, last + 91, last + 65000}));
  days.back().n_rows = 2000;
  EXPECT_EQ(stray_days(days).size(), 2u) << "a season's break";
}

TEST(StrayDays, AFewRowsHaveNone) {
  EXPECT_TRUE(stray_days({}).empty());
  EXPECT_TRUE(stray_days({{0, 50, -1}, {1000, 1, -1}}).empty());
}

}  // namespace
}  // namespace aisle
