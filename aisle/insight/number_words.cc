#include "aisle/insight/number_words.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

namespace aisle {
namespace {

constexpr std::string_view kNarrowSpace = "\xE2\x80\xAF";
constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

// CLDR's decimal and grouping signs, by language; a country that differs from its language stands first.
struct Signs {
  std::string_view locales;  // separated and enclosed by blanks
  std::string_view decimal;
  std::string_view thousands;
};
constexpr std::array<Signs, 6> kSigns = {{
    {" es_MX es_US es_PE es_GT ", ".", ","},
    {" de_CH it_CH de_LI ", ".", "\xE2\x80\x99"},
    {" pt_PT de_AT ", ",", kNoBreakSpace},
    {" de es it nl pt tr id da el ro sl hr vi ca sr ", ",", "."},
    {" fr ", ",", kNarrowSpace},
    {" ru uk pl cs sk bg fi sv nb no nn hu et lv lt ", ",", kNoBreakSpace},
}};

Signs signs_of(const std::string& locale) {
  for (const std::string& name : {locale.substr(0, 5), locale.substr(0, 2)}) {
    for (const Signs& signs : kSigns) {
      if (signs.locales.find(" " + name + " ") != std::string_view::npos) return signs;
    }
  }
  return {"", ".", ","};
}

}  // namespace

NumberWords::NumberWords(const std::string& locale, std::string currency, Blank blank)
    : decimal_(signs_of(locale).decimal),
      thousands_(signs_of(locale).thousands),
      currency_(std::move(currency)),
      blank_(blank == Blank::kPlain ? std::string_view(" ") : kNoBreakSpace) {}

std::string NumberWords::whole(std::int64_t value) const {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, thousands_);
  }
  return digits;
}

std::string NumberWords::fixed(double value, int n_decimals) const {
  std::string digits = fmt::format("{:.{}f}", value, n_decimals);
  // A small negative number that is written 0.0 has no sign.
  if (digits.find_first_of("123456789") == std::string::npos && digits[0] == '-') digits.erase(0, 1);
  if (const std::size_t point = digits.find('.'); point != std::string::npos)
    digits.replace(point, 1, decimal_);
  return digits;
}

std::string NumberWords::brief(double value) const {
  static constexpr std::array<std::pair<double, const char*>, 3> kSizes = {
      {{1e9, "bn"}, {1e6, "M"}, {1e3, "k"}}};
  const double size = std::abs(value);
  if (size < 9999.5) return size < 99.95 ? fixed(value, size < 9.995 ? 2 : 1) : whole(std::llround(value));
  for (const auto& [unit, name] : kSizes) {
    // Three digits that round up to 1000 belong to the next unit.
    if (size < unit * 0.9995) continue;
    const double part = value / unit;
    const int n_decimals = std::abs(part) < 9.995 ? 2 : std::abs(part) < 99.95 ? 1 : 0;
    const std::string digits = n_decimals == 0 ? whole(std::llround(part)) : fixed(part, n_decimals);
    return digits + blank_ + name;
  }
  return whole(std::llround(value));
}

std::string NumberWords::money(double value) const {
  if (std::isnan(value)) return "-";
  return currency_.empty() ? brief(value) : brief(value) + blank_ + currency_;
}

std::string day_words(const std::string& day) {
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int year = 0, month = 0, date = 0;
  if (std::sscanf(day.c_str(), "%4d-%2d-%2d", &year, &month, &date) != 3 || month < 1 || month > 12)
    return day;
  return fmt::format("{} {} {}", date, kMonths[static_cast<std::size_t>(month) - 1], year);
}

std::string NumberWords::percent(double share) const {
  if (std::isnan(share)) return "-";
  const bool decimal = std::abs(share) < 0.0995 && share != 0;
  return fixed(share * 100, decimal ? 1 : 0) + blank_ + "%";
}

}  // namespace aisle
