#include "aisle/cli/verbs/value_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr int kMostValues = 1000;

template <typename Number>
std::optional<Number> number_in(const std::string& text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void refuse(const std::string& where, const std::string& text, const std::string& expected) {
  throw InvalidInput({.where = where,
                      .what = fmt::format("'{}' is no such list", text),
                      .expected = expected,
                      .remedy = ""});
}

// "3", "3..8" or "5..25:5", added to `values`; false for anything else.
bool add_wholes(const std::string& item, std::vector<int>& values) {
  const std::size_t dots = item.find("..");
  if (dots == std::string::npos) {
    const auto one = number_in<int>(item);
    if (one) values.push_back(*one);
    return one.has_value();
  }
  const std::size_t colon = std::min(item.find(':', dots), item.size());
  const auto from = number_in<int>(item.substr(0, dots));
  const auto to = number_in<int>(item.substr(dots + 2, colon - dots - 2));
  const auto step = colon == item.size() ? std::optional<int>(1) : number_in<int>(item.substr(colon + 1));
  if (!from || !to || !step || *step < 1 || *to < *from || (*to - *from) / *step >= kMostValues) return false;
  for (int value = *from; value <= *to; value += *step) values.push_back(value);
  return true;
}

}  // namespace

std::vector<std::string> text_list(const std::string& text, const std::string& where) {
  std::vector<std::string> items;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    std::string item = text.substr(start, comma - start);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (item.empty()) refuse(where, text, "values with commas between them");
    items.push_back(std::move(item));
    start = comma + 1;
  }
  return items;
}

std::vector<int> whole_list(const std::string& text, const std::string& where) {
  std::vector<int> values;
  for (const std::string& item : text_list(text, where)) {
    if (!add_wholes(item, values)) refuse(where, text, "whole numbers, e.g. 3,4,5 or 3..8 or 5..25:5");
  }
  return values;
}

std::vector<double> number_list(const std::string& text, const std::string& where) {
  std::vector<double> values;
  for (const std::string& item : text_list(text, where)) {
    const auto value = number_in<double>(item);
    if (!value || !std::isfinite(*value))
      refuse(where, text, "numbers with commas between them, e.g. 0,0.5,1");
    values.push_back(*value);
  }
  return values;
}

}  // namespace aisle
