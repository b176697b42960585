// Volume of a day against what is usual: finds a half-loaded day before its gap looks like a bad week.
//
// A day's usual rows (and stores) are the median over the up to eight same weekdays in the twelve weeks
// before it. Where an earlier good run recorded a day, its record stands for that day, and the day itself
// must not have shrunk since. A day is low when its rows, or its stores, are below `drop` times the usual
// and the shortfall is over three standard deviations of a Poisson count (so that a small shop's quiet day
// is not taken for a fault).
//
// Only days at the end of the data are held back: the last seven days, days after the last one recorded,
// and days that shrank. An older low day is a holiday far more often than a fault (in a year of the Iowa
// liquor sales all nine are holidays or Sundays), and so is a day whose calendar day a year before was as
// low; these are kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace aisle {

struct DayVolume {
  std::int64_t day = 0;  // days since 1970-01-01
  std::int64_t n_rows = 0;
  std::int64_t n_stores = -1;  // -1: not counted
};

// Sorted by day, each day once.
using VolumeHistory = std::vector<DayVolume>;

struct LowDay {
  std::int64_t day = 0;
  std::int64_t n_rows = 0;
  double usual_rows = 0;
  std::int64_t n_stores = -1;
  double usual_stores = -1;
  bool held_back = false;
};

// The low days of `current` in order of day. `recorded` is what earlier good runs saw; it may be empty.
std::vector<LowDay> low_days(const VolumeHistory& current, const VolumeHistory& recorded, double drop);

// Whether most of the days that an earlier good run recorded have shrunk: another scope or another chain, not
// a load cut short. low_days holds none of them back for it.
bool most_days_shrank(const VolumeHistory& current, const VolumeHistory& recorded, double drop);

// First day whose stores need to be counted for low_days: the stores of older days decide nothing.
std::int64_t first_day_of_stores(std::int64_t last_day);

// Rows of a table lie in parts where no row has a day for over kStrayGapDays in between. Days of the parts
// beside the largest (the earlier of two alike) that hold at most one row in kRowsOfOneStray, but one row at
// least, are mistyped; returned in order of day.
inline constexpr std::int64_t kStrayGapDays = 90;
inline constexpr std::int64_t kRowsOfOneStray = 1000;
std::vector<std::int64_t> stray_days(const VolumeHistory& days);

// What a good run records: the recorded days, replaced by the current where there are both, without the days
// held back.
VolumeHistory next_history(const VolumeHistory& recorded, const VolumeHistory& current,
                           const std::vector<LowDay>& low);

}  // namespace aisle
