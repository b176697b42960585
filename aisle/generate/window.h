// The days that a retailer's facts cover.
#pragma once

#include <cstdint>

namespace aisle::generate {

// Weeks are those whose Monday lies in the window; the last one ends with the window. The days before the
// first Monday have no sales, as in the original. Days count from 1970-01-01.
struct Window {
  std::int32_t first_day = 0;
  std::int32_t last_day = 0;
  std::int32_t first_monday = 0;
  std::int32_t last_monday = 0;

  bool covers(std::int32_t day) const { return day >= first_monday && day <= last_day; }
  // Where a trend is zero.
  double middle() const { return 0.5 * (static_cast<double>(first_day) + static_cast<double>(last_day)); }
};

// The Monday of the day's week, and the week's number (Mondays since 1970-01-05).
inline std::int32_t monday_of(std::int32_t day) {
  const std::int32_t weekday = ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
  return day - weekday;
}
inline std::int32_t week_number(std::int32_t monday) {
  return (monday - 4) / 7;
}

Window make_window(std::int32_t last_day, int n_years);

}  // namespace aisle::generate
