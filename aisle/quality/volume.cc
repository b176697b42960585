// Volume of a day against what is usual.
#include "aisle/quality/volume.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "aisle/base/table.h"

namespace aisle {
namespace {

constexpr int kBaselineDays = 8;
constexpr int kBaselineWeeks = 12;
constexpr int kLeastBaselineDays = 4;
constexpr std::int64_t kRecentDays = 7;
constexpr std::int64_t kFewestUsualRows = 100;

using Days = std::map<std::int64_t, DayVolume>;

Days by_day(const VolumeHistory& history) {
  Days days;
  for (const DayVolume& volume : history) days[volume.day] = volume;
  return days;
}

double median(std::vector<std::int64_t> counts) {
  std::sort(counts.begin(), counts.end());
  const std::size_t middle = counts.size() / 2;
  if (counts.size() % 2 == 1) return static_cast<double>(counts[middle]);
  return 0.5 * static_cast<double>(counts[middle - 1] + counts[middle]);
}

bool is_low(std::int64_t count, double usual, double drop) {
  const double found = static_cast<double>(count);
  return found < drop * usual && usual - found > 3.0 * std::sqrt(usual);
}

// Usual rows and stores of a day, -1 where too few earlier days are known.
LowDay usual_of(const DayVolume& day, const Days& known) {
  std::vector<std::int64_t> rows, stores;
  for (int week = 1; week <= kBaselineWeeks; ++week) {
    const auto found = known.find(day.day - 7 * week);
    if (found == known.end()) continue;
    if (rows.size() < kBaselineDays) rows.push_back(found->second.n_rows);
    if (stores.size() < kBaselineDays && found->second.n_stores >= 0)
      stores.push_back(found->second.n_stores);
  }
  LowDay usual{day.day, day.n_rows, -1, day.n_stores, -1, false};
  if (rows.size() >= kLeastBaselineDays) usual.usual_rows = median(rows);
  if (day.n_stores >= 0 && stores.size() >= kLeastBaselineDays) usual.usual_stores = median(stores);
  return usual;
}

bool low_against_usual(const LowDay& day, double drop) {
  return (day.usual_rows >= 0 && is_low(day.n_rows, day.usual_rows, drop)) ||
         (day.usual_stores >= 0 && is_low(day.n_stores, day.usual_stores, drop));
}

// Whether the same calendar day of an earlier year had as few rows against its own usual: a holiday.
bool low_a_year_before(const LowDay& day, const Days& known, double drop) {
  int year = 0, month = 0, of_month = 0;
  civil_from_days(day.day, year, month, of_month);
  if (month == 2 && of_month == 29) return false;
  const auto found = known.find(days_from_civil(year - 1, month, of_month));
  if (found == known.end()) return false;
  const LowDay before = usual_of(found->second, known);
  return before.usual_rows >= 0 && is_low(before.n_rows, before.usual_rows, drop);
}

}  // namespace

std::int64_t first_day_of_stores(std::int64_t last_day) {
  return last_day - kRecentDays - 7 * kBaselineWeeks;
}

bool most_days_shrank(const VolumeHistory& current, const VolumeHistory& recorded, double drop) {
  const Days record = by_day(recorded);
  int n_again = 0, n_shrunk = 0;
  for (const DayVolume& volume : current) {
    const auto before = record.find(volume.day);
    if (before == record.end()) continue;
    ++n_again;
    if (is_low(volume.n_rows, static_cast<double>(before->second.n_rows), drop)) ++n_shrunk;
  }
  return n_again >= kBaselineDays && 2 * n_shrunk > n_again;
}

std::vector<LowDay> low_days(const VolumeHistory& current, const VolumeHistory& recorded, double drop) {
  std::vector<LowDay> low;
  if (current.empty()) return low;
  const Days record = by_day(recorded);
  Days known = by_day(current);
  const bool all_changed = most_days_shrank(current, recorded, drop);
  if (!all_changed) {
    for (const auto& [day, volume] : record) known[day] = volume;
  }
  const std::int64_t last = current.back().day;
  for (const DayVolume& volume : current) {
    LowDay day = usual_of(volume, known);
    const auto before = record.find(volume.day);
    if (before != record.end() && is_low(volume.n_rows, static_cast<double>(before->second.n_rows), drop)) {
      day.usual_rows = static_cast<double>(before->second.n_rows);
      day.held_back = !all_changed;
      low.push_back(day);
      continue;
    }
    if (!low_against_usual(day, drop)) continue;
    const bool recent =
        volume.day > last - kRecentDays || (!record.empty() && volume.day > record.rbegin()->first);
    const bool accepted = before != record.end();
    day.held_back = recent && !accepted && !low_a_year_before(day, known, drop);
    low.push_back(day);
  }
  return low;
}

VolumeHistory next_history(const VolumeHistory& recorded, const VolumeHistory& current,
                           const std::vector<LowDay>& low) {
  Days days = by_day(recorded);
  for (const DayVolume& volume : current) {
    const bool held = std::any_of(low.begin(), low.end(),
                                  [&](const LowDay& day) { return day.day == volume.day && day.held_back; });
    if (!held) days[volume.day] = volume;
  }
  VolumeHistory next;
  for (const auto& entry : days) next.push_back(entry.second);
  return next;
}

std::vector<std::int64_t> stray_days(const VolumeHistory& days) {
  struct Part {
    std::size_t begin;
    std::size_t end;
    std::int64_t n_rows;
  };
  std::vector<Part> parts;
  std::int64_t n_rows = 0;
  for (std::size_t at = 0; at < days.size(); ++at) {
    if (at == 0 || days[at].day - days[at - 1].day > kStrayGapDays) parts.push_back({at, at, 0});
    parts.back().end = at + 1;
    parts.back().n_rows += days[at].n_rows;
    n_rows += days[at].n_rows;
  }
  std::size_t largest = 0;
  for (std::size_t at = 1; at < parts.size(); ++at) {
    if (parts[at].n_rows > parts[largest].n_rows) largest = at;
  }
  const std::int64_t most = std::max<std::int64_t>(n_rows / kRowsOfOneStray, 1);
  std::vector<std::int64_t> stray;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    // In a handful of rows nothing is usual.
    if (at == largest || parts[at].n_rows > most || parts[largest].n_rows < kFewestUsualRows) continue;
    for (std::size_t day = parts[at].begin; day < parts[at].end; ++day) stray.push_back(days[day].day);
  }
  return stray;
}

}  // namespace aisle
