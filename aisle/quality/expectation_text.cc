// What an expectation holds, in words: for docs/checks.md and for front ends that list the checks.
#include <fmt/format.h>

#include <limits>

#include "aisle/quality/messages.h"
#include "aisle/quality/rules.h"

namespace aisle {
namespace {

// The first values; a list of a thousand would help nobody.
std::string list_text(const std::vector<SuiteValue>& values) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t at = 0; at < values.size() && at < kShown; ++at) {
    text += (at == 0 ? "" : ", ") + value_text(values[at]);
  }
  return values.size() <= kShown ? text : text + ", ...";
}

bool is_any_finite_number(const Expectation& expectation) {
  const auto* high = std::get_if<double>(&expectation.max_value);
  return high != nullptr && *high == std::numeric_limits<double>::max();
}

std::string columns_text(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) text += (text.empty() ? "`" : ", `") + column + "`";
  return text;
}

std::string rule_text(const Expectation& expectation) {
  const std::string column = "`" + expectation.column + "`";
  switch (expectation.kind) {
    case ExpectationKind::kColumnExists:
      return column + " is there";
    case ExpectationKind::kNotNull:
      return column + " is not null";
    case ExpectationKind::kUnique:
      return column + " stands once";
    case ExpectationKind::kInSet:
      return column + " is one of " + list_text(expectation.value_set);
    case ExpectationKind::kNotInSet:
      return column + " is none of " + list_text(expectation.value_set);
    case ExpectationKind::kBetween:
      return column + " is " + (is_any_finite_number(expectation) ? "finite" : bounds_text(expectation));
    case ExpectationKind::kMatchRegex:
      return column + " matches " + expectation.regex;
    case ExpectationKind::kOfType:
      return column + " is of type " + expectation.type_name;
    case ExpectationKind::kRowCount:
      return "the table has " + bounds_text(expectation) + " row";
    case ExpectationKind::kCompoundUnique:
      return columns_text(expectation.columns) + " together stand once";
    case ExpectationKind::kPairGreater:
      return column + (expectation.or_equal ? " >= `" : " > `") + expectation.column_b + "`";
    case ExpectationKind::kMean:
      return "the mean of " + column + " is " + bounds_text(expectation);
    case ExpectationKind::kMin:
      return "the smallest " + column + " is " + bounds_text(expectation);
    case ExpectationKind::kMax:
      return "the largest " + column + " is " + bounds_text(expectation);
    case ExpectationKind::kForeignKey:
      if (expectation.reference_table.empty())
        return column + " is one of " + list_text(expectation.value_set);
      return column + " is in `" + expectation.reference_table + "`";
    case ExpectationKind::kFreshness:
      return fmt::format("the newest {} is at most {:g} days old", column, *expectation.max_age_days);
    case ExpectationKind::kVolume:
      return "no recent " + column + " is half loaded";
    case ExpectationKind::kStrayDays:
      return "no " + column + " is far from nearly all others";
  }
  return column;
}

}  // namespace

std::string expectation_text(const Expectation& expectation) {
  const std::string rule = rule_text(expectation);
  if (!expectation.mostly || *expectation.mostly >= 1.0) return rule;
  return fmt::format("{} in at least {:g} % of the rows", rule, 100.0 * *expectation.mostly);
}

}  // namespace aisle
