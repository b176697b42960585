#include "aisle/quality/messages.h"

#include <fmt/format.h>

#include <algorithm>

#include "aisle/quality/rules.h"

namespace aisle {
namespace {

std::string rows_text(std::int64_t count) {
  return count_text(count) + (count == 1 ? " row" : " rows");
}

std::string consequence(RowAction action) {
  switch (action) {
    case RowAction::kQuarantine:
      return "; quarantined";
    case RowAction::kBlank:
      return "; counted as missing";
    case RowAction::kKeep:
      break;
  }
  return "";
}

std::string figure_name(const Expectation& expectation) {
  switch (expectation.kind) {
    case ExpectationKind::kMean:
      return "mean of " + expectation.column;
    case ExpectationKind::kMin:
      return "smallest " + expectation.column;
    case ExpectationKind::kMax:
      return "largest " + expectation.column;
    case ExpectationKind::kFreshness:
      return "newest " + expectation.column;
    case ExpectationKind::kOfType:
      return "type of " + expectation.column;
    default:
      return "number of rows";
  }
}

// The first days; a terminal has room for no more.
std::string days_text(const std::vector<SuiteValue>& days) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(days.size(), kShown); ++i) {
    text += (i == 0 ? "" : ", ") + value_text(days[i]);
  }
  if (days.size() <= kShown) return text;
  return text + " and " + count_text(static_cast<std::int64_t>(days.size() - kShown)) + " more";
}

// The values that stand most often, as "S003 2 times, S007 2 times and more".
std::string twice_text(const Table& counts) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t row = 0; row < std::min(counts.n_rows(), kShown); ++row) {
    text += fmt::format("{}{} {} times", row == 0 ? "" : ", ", counts.column("v0").text_at(row),
                        count_text(counts.column("n").ints[row]));
  }
  return counts.n_rows() > kShown ? text + " and more" : text;
}

std::string row_message(const ExpectationResult& result) {
  const Expectation& expectation = result.expectation;
  if (result.n_unexpected == 0) return rows_text(result.n_rows) + (result.n_rows == 1 ? " passes" : " pass");
  std::string message =
      count_text(result.n_unexpected) + " of " + rows_text(result.n_rows) + ": " + result.reason;
  if (expectation.kind == ExpectationKind::kUnique) message += " (" + twice_text(result.counts) + ")";
  if (expectation.kind == ExpectationKind::kStrayDays) {
    message += " (" + days_text(expectation.value_set) + ")";
  }
  if (expectation.kind == ExpectationKind::kVolume) {
    return message + " (" + days_text(expectation.value_set) + ")" +
           (expectation.action == RowAction::kQuarantine ? "; held back" : consequence(expectation.action));
  }
  if (expectation.mostly && *expectation.mostly < 1.0) {
    message += fmt::format("; {:g} % must pass", 100.0 * *expectation.mostly);
  }
  return message + consequence(expectation.action);
}

}  // namespace

std::string bounds_text(const Expectation& expectation) {
  const bool low = expectation.min_value.index() != 0;
  const bool high = expectation.max_value.index() != 0;
  const std::string low_text = value_text(expectation.min_value);
  const std::string high_text = value_text(expectation.max_value);
  std::string text;
  if (low && high && !expectation.strict_min && !expectation.strict_max) {
    return "from " + low_text + " to " + high_text;
  }
  if (low) text = (expectation.strict_min ? "above " : "at least ") + low_text;
  if (high)
    text += (low ? " and " : "") + std::string(expectation.strict_max ? "below " : "at most ") + high_text;
  return text;
}

std::string result_message(const ExpectationResult& result) {
  const Expectation& expectation = result.expectation;
  if (result.about_rows) return row_message(result);
  if (expectation.kind == ExpectationKind::kColumnExists) {
    return "column " + expectation.column + (result.success ? " is there" : " is not there");
  }
  const std::string observed = std::holds_alternative<std::int64_t>(result.observed)
                                   ? count_text(std::get<std::int64_t>(result.observed))
                                   : value_text(result.observed);
  std::string message = figure_name(expectation) + " is " + observed;
  if (!result.reason.empty()) message += " (" + result.reason + ")";
  if (result.success) return message;
  if (expectation.kind == ExpectationKind::kOfType) return message + "; expected " + expectation.type_name;
  message += "; expected " + bounds_text(expectation);
  if (expectation.kind == ExpectationKind::kFreshness) {
    message += fmt::format(" (at most {:g} days before {})", *expectation.max_age_days, expectation.as_of);
  }
  return message;
}

}  // namespace aisle
