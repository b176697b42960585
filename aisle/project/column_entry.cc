// The entries of model.context and model.behaviour.
#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/project/options.h"

namespace aisle {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

[[noreturn]] void refuse(const std::string& text, const std::string& where, const std::string& what) {
  throw InvalidInput({where, "'" + text + "' " + what,
                      "COLUMN, log1p(COLUMN) or clr(PATTERN*), with 'WEIGHT *' before it if you like", ""});
}

}  // namespace

ColumnEntry parse_column_entry(const std::string& text, const std::string& where) {
  ColumnEntry entry;
  std::string_view rest = trimmed(text);
  double weight = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), weight);
  if (error == std::errc()) {
    const std::string_view after = trimmed(rest.substr(static_cast<std::size_t>(end - rest.data())));
    if (!after.empty() && after.front() == '*') {
      if (!(weight > 0) || std::isinf(weight)) refuse(text, where, "has a weight that is not above 0");
      entry.weight = weight;
      rest = trimmed(after.substr(1));
    }
  }
  const std::size_t open = rest.find('(');
  if (open != std::string_view::npos) {
    const std::string_view transform = trimmed(rest.substr(0, open));
    if (rest.back() != ')') refuse(text, where, "has no closing bracket");
    if (transform == "log1p") {
      entry.transform = ColumnTransform::kLog1p;
    } else if (transform == "clr") {
      entry.transform = ColumnTransform::kCentredLogRatio;
    } else {
      refuse(text, where, "has an unknown transform");
    }
    rest = trimmed(rest.substr(open + 1, rest.size() - open - 2));
  }
  const std::size_t star = rest.find('*');
  if (rest.empty()) refuse(text, where, "names no column");
  if (rest.find_first_of("()") != std::string_view::npos) refuse(text, where, "has a bracket too many");
  if (star != std::string_view::npos && star + 1 != rest.size()) {
    refuse(text, where, "has a '*' that is not at the end of the pattern");
  }
  entry.pattern = rest;
  return entry;
}

bool column_matches(const std::string& pattern, const std::string& column) {
  if (!pattern.empty() && pattern.back() == '*') {
    return std::string_view(column).starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
  }
  return pattern == column;
}

}  // namespace aisle
