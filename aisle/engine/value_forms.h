// What the texts of a column are: whole numbers, decimals with a point or a comma, dates in one form or
// another, or words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

// Ordered so that within a family (a decimal point, a decimal comma) a later form serves for an earlier one.
enum class NumberForm {
  kNone,
  kWhole,         // 1234
  kPoint,         // 1234.5
  kGrouped,       // 1,234.50
  kMoney,         // $1,234.50
  kComma,         // 1234,5
  kGroupedComma,  // 1.234,50
  kMoneyComma,    // R$ 1.234,50
};

// The narrowest form that `text` has. "1,234" is kComma: one value cannot tell it from a grouped one.
NumberForm number_form(std::string_view text);

// The form that serves for both; kNone when none does.
NumberForm common_form(NumberForm left, NumberForm right);

bool has_decimal_comma(NumberForm form);
// Must something be taken off before it is a number?
bool is_money(NumberForm form);

// The number that `text` is under a form (which must serve for it).
double number_in(std::string_view text, NumberForm form);

// Date forms in strptime's letters, in the order in which they are preferred.
const std::vector<std::string>& date_forms();

// Days since 1970-01-01; none when `text` is not in that form or not a day.
std::optional<std::int64_t> date_in(std::string_view text, const std::string& form);

}  // namespace aisle
