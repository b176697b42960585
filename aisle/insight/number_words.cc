#include "aisle/insight/number_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

namespace aisle {
namespace {

constexpr std::string_view kNarrowSpace = "\xE2\x80\xAF";
constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
constexpr std::string_view kMinus = "\xE2\x88\x92";

// CLDR's decimal and grouping signs, by language; a country that differs from its language stands first.
struct Signs {
  std::string_view locales;  // separated and enclosed by blanks
  std::string_view decimal;
  std::string_view thousands;
  std::size_t fewest_grouped = 4;  // digits from which on thousands stand apart
};
constexpr std::array<Signs, 9> kSigns = {{
    {" es_MX es_US es_PE es_GT ", ".", ","},
    {" de_CH de_LI ", ".", "\xE2\x80\x99"},
    {" it_CH ", ".", "\xE2\x80\x99", 5},
    {" de_AT fr_CA en_ZA ", ",", kNoBreakSpace},
    {" es_AR de nl pt_BR pt tr id da el ro hr vi ca sr ", ",", "."},
    {" es it sl ", ",", ".", 5},
    {" fr ", ",", kNarrowSpace},
    {" pt_PT pl bg hu et lv ", ",", kNoBreakSpace, 5},
    {" ru uk cs sk fi sv nb no nn lt ", ",", kNoBreakSpace},
}};

Signs signs_of(const std::string& locale) {
  for (const std::string& name : {locale.substr(0, 5), locale.substr(0, 2)}) {
    for (const Signs& signs : kSigns) {
      if (signs.locales.find(" " + name + " ") != std::string_view::npos) return signs;
    }
  }
  return {"", ".", ","};
}

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

// Bytes of the English number that begins at `at`, 0 where none does: digits with thousands apart, and
// decimals. What a letter, digit, underscore or point touches is part of a word.
std::size_t figure_length(std::string_view text, std::size_t at) {
  const auto letter_at = [&](std::size_t place) { return place < text.size() ? text[place] : ' '; };
  const auto is_word = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' ||
           static_cast<unsigned char>(letter) >= 0x80;
  };
  if (!is_digit(letter_at(at)) || (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.'))) return 0;
  std::size_t end = at;
  while (is_digit(letter_at(end))) ++end;
  const auto three_follow = [&](std::size_t place) {
    return is_digit(letter_at(place)) && is_digit(letter_at(place + 1)) && is_digit(letter_at(place + 2)) &&
           !is_digit(letter_at(place + 3));
  };
  const bool has_groups = end - at <= 3;
  while (has_groups && letter_at(end) == ',' && three_follow(end + 1)) end += 4;
  if (letter_at(end) == '.' && is_digit(letter_at(end + 1))) {
    ++end;
    while (is_digit(letter_at(end))) ++end;
  }
  // 1.2.3 is a version.
  if (letter_at(end) == '.' && is_digit(letter_at(end + 1))) return 0;
  return is_word(letter_at(end)) ? 0 : end - at;
}

}  // namespace

NumberWords NumberWords::for_terminal(std::string currency) {
  return {"en_US", std::move(currency), Blank::kPlain};
}

NumberWords::NumberWords(const std::string& locale, std::string currency, Blank blank)
    : decimal_(signs_of(locale).decimal),
      thousands_(signs_of(locale).thousands),
      fewest_grouped_(signs_of(locale).fewest_grouped),
      currency_(std::move(currency)),
      blank_(blank == Blank::kPlain ? std::string_view(" ") : kNoBreakSpace) {}

// `digits` may have a sign before and decimals behind.
std::string NumberWords::written(std::string digits) const {
  const std::size_t point = digits.find('.');
  const std::size_t end = std::min(point, digits.size());
  if (point != std::string::npos) digits.replace(point, 1, decimal_);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  if (end - first < fewest_grouped_) return digits;
  for (std::size_t at = end; at > first + 3;) {
    at -= 3;
    digits.insert(at, thousands_);
  }
  return digits;
}

std::string NumberWords::whole(std::int64_t value) const {
  return written(std::to_string(value));
}

std::string NumberWords::counted(std::int64_t count, const std::string& noun) const {
  return whole(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string NumberWords::fixed(double value, int n_decimals) const {
  std::string digits = fmt::format("{:.{}f}", value, n_decimals);
  // A small negative number that is written 0.0 has no sign.
  if (digits.find_first_of("123456789") == std::string::npos && digits[0] == '-') digits.erase(0, 1);
  return written(digits);
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

std::string NumberWords::change(double value, double base) const {
  const std::string digits = fixed(std::abs((value / base - 1) * 100), 0);
  const std::string_view minus = blank_ == kNoBreakSpace ? kMinus : "-";
  const std::string_view sign = digits == "0" || value > base ? std::string_view("+") : minus;
  return std::string(sign) + digits + blank_ + "%";
}

std::string NumberWords::sentence(const std::string& english) const {
  std::string text;
  for (std::size_t at = 0; at < english.size();) {
    const std::size_t length = figure_length(english, at);
    if (length > 0) {
      for (const char letter : english.substr(at, length)) {
        if (letter == '.') text += decimal_;
        if (letter == ',') text += thousands_;
        if (is_digit(letter)) text += letter;
      }
    } else {
      text += english[at];
    }
    at += std::max<std::size_t>(length, 1);
    if (english.compare(at, 2, " %") == 0) {
      text += blank_ + "%";
      at += 2;
    }
  }
  return text;
}

std::string NumberWords::percent(double share) const {
  if (std::isnan(share)) return "-";
  const bool decimal = std::abs(share) < 0.0995 && share != 0;
  return fixed(share * 100, decimal ? 1 : 0) + blank_ + "%";
}

}  // namespace aisle
