#include "aisle/engine/value_forms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "aisle/base/table.h"

namespace aisle {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

std::size_t count_of(std::string_view text, char letter) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), letter));
}

// Without blanks, a currency's sign or letters before, and a percent or currency sign after.
std::string_view bare(std::string_view text, bool& decorated) {
  const std::size_t first = text.find_first_of("0123456789-+.,");
  if (first == std::string_view::npos) return {};
  const std::string_view before = text.substr(0, first);
  if (before.find_first_not_of(" ") != std::string_view::npos) {
    constexpr std::array kSigns = {"$",  "R$ ", "R$", "US$", "US$ ", "€",
                                   "€ ", "£",   "£ ", "-$",  "-R$ ", "-€ "};
    if (std::find(kSigns.begin(), kSigns.end(), before) == kSigns.end()) return {};
    decorated = true;
  }
  const std::size_t last = text.find_last_of("0123456789.");
  if (last == std::string_view::npos || last < first) return {};
  const std::string_view after = text.substr(last + 1);
  if (after.find_first_not_of(' ') != std::string_view::npos) {
    if (after != " €" && after != "€" && after != " $" && after != " EUR" && after != " BRL") return {};
    decorated = true;
  }
  return text.substr(first, last - first + 1);
}

// Digits in groups of three after the first, e.g. 1.234.567 with '.'.
bool is_grouped(std::string_view digits, char separator) {
  std::size_t start = 0;
  bool first = true;
  while (true) {
    const std::size_t end = std::min(digits.find(separator, start), digits.size());
    const std::string_view group = digits.substr(start, end - start);
    if (!std::all_of(group.begin(), group.end(), is_digit)) return false;
    if (first ? group.empty() || group.size() > 3 : group.size() != 3) return false;
    if (end == digits.size()) return !first;
    first = false;
    start = end + 1;
  }
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// 12.5, .5, 1e-05
bool is_plain_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

NumberForm form_of_digits(std::string_view digits) {
  if (all_digits(digits)) return NumberForm::kWhole;
  const std::size_t points = count_of(digits, '.'), commas = count_of(digits, ',');
  if (commas == 0 && points <= 1 && is_plain_number(digits)) return NumberForm::kPoint;
  const std::size_t last_point = digits.rfind('.'), last_comma = digits.rfind(',');
  if (points == 0 && commas == 1) {
    const bool left = last_comma == 0 || all_digits(digits.substr(0, last_comma));
    return left && all_digits(digits.substr(last_comma + 1)) ? NumberForm::kComma : NumberForm::kNone;
  }
  if (commas == 1 && points >= 1 && last_point < last_comma) {
    const bool whole =
        is_grouped(digits.substr(0, last_comma), '.') && all_digits(digits.substr(last_comma + 1));
    return whole ? NumberForm::kGroupedComma : NumberForm::kNone;
  }
  if (points == 1 && commas >= 1 && last_comma < last_point) {
    const bool whole =
        is_grouped(digits.substr(0, last_point), ',') && all_digits(digits.substr(last_point + 1));
    return whole ? NumberForm::kGrouped : NumberForm::kNone;
  }
  if (commas > 1 && points == 0 && is_grouped(digits, ',')) return NumberForm::kGrouped;
  if (points > 1 && commas == 0 && is_grouped(digits, '.')) return NumberForm::kGroupedComma;
  return NumberForm::kNone;
}

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

int month_named(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower)
    letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter + 32 : letter);
  const auto found = std::find(kMonths.begin(), kMonths.end(), lower);
  return found == kMonths.end() ? -1 : static_cast<int>(found - kMonths.begin()) + 1;
}

// Takes between `low` and `high` digits from the front; -1 when there are fewer.
int take_digits(std::string_view& text, std::size_t low, std::size_t high) {
  std::size_t length = 0;
  int number = 0;
  while (length < high && length < text.size() && is_digit(text[length])) {
    number = number * 10 + (text[length] - '0');
    ++length;
  }
  if (length < low) return -1;
  text.remove_prefix(length);
  return number;
}

struct DateParts {
  int year = 0, month = 1, day = 1;
};

bool take_part(std::string_view& text, char letter, bool packed, DateParts& parts) {
  int number = -1;
  switch (letter) {
    case 'Y':
      return (parts.year = take_digits(text, 4, 4)) >= 0;
    case 'y':
      number = take_digits(text, 2, 2);
      parts.year = number < 69 ? 2000 + number : 1900 + number;  // as strptime has it
      return number >= 0;
    case 'm':
      return (parts.month = take_digits(text, packed ? 2 : 1, 2)) >= 0;
    case 'd':
      return (parts.day = take_digits(text, packed ? 2 : 1, 2)) >= 0;
    case 'b':
      if (text.size() < 3) return false;
      parts.month = month_named(text.substr(0, 3));
      text.remove_prefix(3);
      return parts.month > 0;
    case 'H':
      number = take_digits(text, 1, 2);
      return number >= 0 && number < 24;
    default:  // minutes and seconds
      number = take_digits(text, 2, 2);
      return number >= 0 && number < 61;
  }
}

}  // namespace

NumberForm number_form(std::string_view text) {
  bool decorated = false;
  std::string_view digits = bare(text, decorated);
  if (digits.empty()) return NumberForm::kNone;
  if (digits[0] == '-' || digits[0] == '+') digits.remove_prefix(1);
  const NumberForm form = form_of_digits(digits);
  if (!decorated || form == NumberForm::kNone) return form;
  // "$1,234" is a thousand: amounts of money have no three decimals.
  if (form == NumberForm::kComma && is_grouped(digits, ',')) return NumberForm::kMoney;
  return has_decimal_comma(form) ? NumberForm::kMoneyComma : NumberForm::kMoney;
}

NumberForm common_form(NumberForm left, NumberForm right) {
  using enum NumberForm;
  if (left == kNone || right == kNone) return kNone;
  if (left > right) std::swap(left, right);
  if (left == kWhole || has_decimal_comma(left) == has_decimal_comma(right)) return right;
  // `left` has a point and `right` a comma. "R$ 100" and "R$ 1.234" are money with a point until another
  // value shows a comma; "1,234" has a comma until another shows a point behind it.
  if (right == kMoneyComma) return kMoneyComma;
  if (right == kComma && left != kPoint) return left;
  return left == kPoint ? kGroupedComma : kNone;
}

bool has_decimal_comma(NumberForm form) {
  return form == NumberForm::kComma || form == NumberForm::kGroupedComma || form == NumberForm::kMoneyComma;
}

bool is_money(NumberForm form) {
  return form == NumberForm::kMoney || form == NumberForm::kMoneyComma;
}

double number_in(std::string_view text, NumberForm form) {
  const bool comma = has_decimal_comma(form);
  std::string plain;
  for (const char letter : text) {
    if (is_digit(letter) || letter == '-' || letter == 'e') plain += letter;
    if (letter == (comma ? ',' : '.')) plain += '.';
  }
  double number = 0;
  std::from_chars(plain.data(), plain.data() + plain.size(), number);
  return number;
}

const std::vector<std::string>& date_forms() {
  static const std::vector<std::string> forms = {"%Y-%m-%d",
                                                 "%d/%m/%Y",
                                                 "%m/%d/%Y",
                                                 "%d.%m.%Y",
                                                 "%d-%m-%Y",
                                                 "%Y/%m/%d",
                                                 "%Y%m%d",
                                                 "%d/%m/%y",
                                                 "%m/%d/%y",
                                                 "%d.%m.%y",
                                                 "%d-%b-%Y",
                                                 "%d %b %Y",
                                                 "%Y-%m-%d %H:%M:%S",
                                                 "%d/%m/%Y %H:%M",
                                                 "%d/%m/%Y %H:%M:%S",
                                                 "%m/%d/%Y %H:%M",
                                                 "%m/%d/%Y %H:%M:%S",
                                                 "%d.%m.%Y %H:%M",
                                                 "%d.%m.%Y %H:%M:%S",
                                                 "%Y-%m-%dT%H:%M:%S",
                                                 "%Y.%m.%d"};
  return forms;
}

std::optional<std::int64_t> date_in(std::string_view text, const std::string& form) {
  const bool packed = form == "%Y%m%d";
  DateParts parts;
  for (std::size_t at = 0; at < form.size(); ++at) {
    if (form[at] == '%') {
      if (!take_part(text, form[++at], packed, parts)) return std::nullopt;
    } else {
      if (text.empty() || text[0] != form[at]) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  if (!text.empty() || parts.year < 1900 || parts.year > 2100 || parts.month < 1 || parts.month > 12 ||
      parts.day < 1 || parts.day > 31) {
    return std::nullopt;
  }
  const std::int64_t days = days_from_civil(parts.year, parts.month, parts.day);
  int year = 0, month = 0, day = 0;
  civil_from_days(days, year, month, day);
  if (day != parts.day) return std::nullopt;  // 31 April
  return days;
}

}  // namespace aisle
