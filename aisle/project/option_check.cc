// What an option takes, and the check that a value is that.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aisle/base/errors.h"
#include "aisle/base/table.h"
#include "aisle/project/did_you_mean.h"
#include "aisle/project/option_table.h"

namespace aisle {
namespace {

std::string number_text(double number) {
  return fmt::format("{}", number);
}

std::string range_text(const OptionRow& row) {
  const bool has_low = std::isfinite(row.low), has_high = std::isfinite(row.high);
  if (has_low && has_high && row.high >= 1e9) return " of at least " + number_text(row.low);
  if (has_low && has_high) return " from " + number_text(row.low) + " to " + number_text(row.high);
  if (has_low) return " of at least " + number_text(row.low);
  return "";
}

// How a message shows a value: text between single quotes, everything else as TOML has it.
std::string shown(const OptionValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return "'" + *text + "'";
  return toml_text(value);
}

[[noreturn]] void refuse(const OptionRow& row, const OptionValue& value, const std::string& where,
                         const std::string& remedy = "") {
  throw InvalidInput({where, std::string(row.key) + " is " + shown(value), option_expected(row), remedy});
}

void check_choice(const OptionRow& row, const OptionValue& value, const std::string& where) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) refuse(row, value, where);
  if (std::find(row.choices.begin(), row.choices.end(), *text) == row.choices.end()) {
    refuse(row, value, where, did_you_mean(*text, row.choices));
  }
}

void check_map(const OptionRow& row, const OptionValue& value, const std::string& where) {
  const auto* entries = std::get_if<std::map<std::string, std::string>>(&value);
  if (entries == nullptr) refuse(row, value, where);
  for (const auto& [key, text] : *entries) {
    if (std::find(row.choices.begin(), row.choices.end(), text) != row.choices.end()) continue;
    throw InvalidInput({where, std::string(row.key) + "." + key + " is '" + text + "'", one_of(row.choices),
                        did_you_mean(text, row.choices)});
  }
}

void check_range(const OptionRow& row, double number, const OptionValue& value, const std::string& where) {
  if (number > row.high && row.high >= 1e9 && std::isfinite(number)) {
    throw InvalidInput({where, std::string(row.key) + " is " + shown(value),
                        fmt::format("{} of at most {:.0f}",
                                    row.type == OptionType::kWhole ? "a whole number" : "a number", row.high),
                        ""});
  }
  // Written so that NaN is refused too.
  if (!(number >= row.low && number <= row.high) || std::isinf(number)) refuse(row, value, where);
}

}  // namespace

std::string option_expected(const OptionRow& row) {
  switch (row.type) {
    case OptionType::kText:
      return "text between quotes";
    case OptionType::kDate:
      return "a day as YYYY-MM-DD, or empty";
    case OptionType::kChoice:
      return one_of(row.choices);
    case OptionType::kWhole:
      return "a whole number" + range_text(row);
    case OptionType::kNumber:
      return "a number" + range_text(row);
    case OptionType::kSwitch:
      return "true or false";
    case OptionType::kList:
      return "a list of texts, e.g. [\"a\", \"b\"]";
    case OptionType::kMap:
      return "names with " + one_of(row.choices) + " each";
  }
  return "";
}

OptionValue check_option(const OptionRow& row, const OptionValue& value, const std::string& where) {
  switch (row.type) {
    case OptionType::kText:
      if (!std::holds_alternative<std::string>(value)) refuse(row, value, where);
      return value;
    case OptionType::kDate: {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) refuse(row, value, where);
      if (text->empty()) return value;
      try {
        parse_date(*text, row.key);
      } catch (const InvalidInput&) {
        refuse(row, value, where);
      }
      return value;
    }
    case OptionType::kChoice:
      check_choice(row, value, where);
      return value;
    case OptionType::kWhole: {
      const auto* number = std::get_if<std::int64_t>(&value);
      if (number == nullptr) refuse(row, value, where);
      check_range(row, static_cast<double>(*number), value, where);
      return value;
    }
    case OptionType::kNumber: {
      const auto* whole = std::get_if<std::int64_t>(&value);
      const auto* number = std::get_if<double>(&value);
      if (whole == nullptr && number == nullptr) refuse(row, value, where);
      const double as_double = whole != nullptr ? static_cast<double>(*whole) : *number;
      check_range(row, as_double, value, where);
      return as_double;
    }
    case OptionType::kSwitch:
      if (!std::holds_alternative<bool>(value)) refuse(row, value, where);
      return value;
    case OptionType::kList:
      if (!std::holds_alternative<std::vector<std::string>>(value)) refuse(row, value, where);
      return value;
    case OptionType::kMap:
      check_map(row, value, where);
      return value;
  }
  throw InternalError({"check_option", "an option of unknown type", "", ""});
}

}  // namespace aisle
