#include "aisle/engine/column_casts.h"

#include <fmt/format.h>

#include "aisle/engine/engine.h"

namespace aisle {
namespace {

bool is_text(const std::string& from) {
  return from == "VARCHAR";
}

bool is_small_integer(const std::string& from) {
  return from == "BIGINT" || from == "INTEGER" || from == "SMALLINT" || from == "TINYINT" ||
         from == "UINTEGER" || from == "USMALLINT" || from == "UTINYINT";
}

bool is_big_integer(const std::string& from) {
  return from == "UBIGINT" || from == "HUGEINT" || from == "UHUGEINT";
}

bool is_fraction(const std::string& from) {
  return from == "DOUBLE" || from == "FLOAT" || from.starts_with("DECIMAL");
}

// Text as the engine's own form of a number: thousands marks out (only where they part three digits, so
// that 12.5 under a decimal comma stays a fault), the decimal mark a point.
std::string number_text(const std::string& value, const std::string& decimal) {
  const bool comma = decimal == ",";
  const std::string thousands = comma ? "." : ",";
  const std::string pattern =
      comma ? R"(\s*[-+]?\d{1,3}(\.\d{3})+(,\d*)?\s*)" : R"(\s*[-+]?\d{1,3}(,\d{3})+(\.\d*)?\s*)";
  const std::string joined = fmt::format("replace({}, '{}', '')", value, thousands);
  const auto pointed = [&](const std::string& text) {
    return comma ? fmt::format("replace({}, ',', '.')", text) : text;
  };
  return fmt::format(
      "CASE WHEN contains({0}, '{1}') THEN CASE WHEN regexp_full_match({0}, '{2}') THEN {3} END ELSE {4} END",
      value, thousands, pattern, pointed(joined), pointed(value));
}

std::string whole_from_fraction(const std::string& value) {
  return fmt::format("CASE WHEN {0} = floor({0}) THEN TRY_CAST({0} AS BIGINT) END", value);
}

Cast to_text(const std::string& value, const std::string& from) {
  if (is_text(from)) return {.attempt = value};
  // Ids that went through a float column of a data frame read "2190.0"; they are 2190.
  if (is_fraction(from)) {
    return {.attempt = fmt::format("coalesce(CAST({} AS VARCHAR), CAST({} AS VARCHAR))",
                                   whole_from_fraction(value), value)};
  }
  return {.attempt = fmt::format("CAST({} AS VARCHAR)", value)};
}

Cast to_whole(const std::string& value, const std::string& from, const TextForms& forms) {
  if (from == "BIGINT") return {.attempt = value};
  if (is_small_integer(from)) return {.attempt = fmt::format("CAST({} AS BIGINT)", value)};
  if (is_fraction(from)) return {.attempt = whole_from_fraction(value), .can_fail = true};
  if (is_text(from)) {
    const std::string text = number_text(value, forms.decimal);
    const std::string real = fmt::format("TRY_CAST({} AS DOUBLE)", text);
    // TRY_CAST('1.5' AS BIGINT) is 2, so text with a decimal mark takes the way through double.
    return {
        .attempt = fmt::format(
            "CASE WHEN contains({0}, '{1}') OR contains({0}, 'e') THEN {2} ELSE TRY_CAST({3} AS BIGINT) END",
            value, forms.decimal, whole_from_fraction(real), text),
        .can_fail = true};
  }
  return {
      .attempt = is_big_integer(from) ? fmt::format("TRY_CAST({} AS BIGINT)", value) : "CAST(NULL AS BIGINT)",
      .can_fail = true};
}

Cast to_real(const std::string& value, const std::string& from, const TextForms& forms) {
  if (from == "DOUBLE") return {.attempt = value};
  if (is_small_integer(from) || is_big_integer(from) || is_fraction(from)) {
    return {.attempt = fmt::format("CAST({} AS DOUBLE)", value)};
  }
  if (is_text(from)) {
    return {.attempt = fmt::format("TRY_CAST({} AS DOUBLE)", number_text(value, forms.decimal)),
            .can_fail = true};
  }
  return {.attempt = "CAST(NULL AS DOUBLE)", .can_fail = true};
}

Cast to_date(const std::string& value, const std::string& from, const TextForms& forms) {
  if (from == "DATE") return {.attempt = value};
  // A moment with a zone is a day of UTC, wherever this machine stands.
  if (from == "TIMESTAMP WITH TIME ZONE")
    return {.attempt = fmt::format("CAST(timezone('UTC', {}) AS DATE)", value)};
  if (from.starts_with("TIMESTAMP")) return {.attempt = fmt::format("CAST({} AS DATE)", value)};
  if (is_small_integer(from)) {
    return {.attempt = fmt::format("CAST(try_strptime(CAST({} AS VARCHAR), '%Y%m%d') AS DATE)", value),
            .can_fail = true};
  }
  if (!is_text(from)) return {.attempt = "CAST(NULL AS DATE)", .can_fail = true};
  const std::string parsed = forms.date_format.empty() ? fmt::format("TRY_CAST({} AS DATE)", value)
                                                       : fmt::format("CAST(try_strptime({}, {}) AS DATE)",
                                                                     value, sql_literal(forms.date_format));
  return {.attempt = parsed, .can_fail = true};
}

}  // namespace

Cast cast_to(ColumnType to, const std::string& value, const std::string& from, const TextForms& forms) {
  switch (to) {
    case ColumnType::kText:
      return to_text(value, from);
    case ColumnType::kInt64:
      return to_whole(value, from, forms);
    case ColumnType::kDouble:
      return to_real(value, from, forms);
    case ColumnType::kDate:
      return to_date(value, from, forms);
    case ColumnType::kBool:
      break;
  }
  return {.attempt = fmt::format("TRY_CAST({} AS BOOLEAN)", value), .can_fail = from != "BOOLEAN"};
}

std::string is_faulty(const Cast& cast, const std::string& value) {
  return fmt::format("({}) IS NOT NULL AND ({}) IS NULL", value, cast.attempt);
}

std::string strict(const Cast& cast, const std::string& value) {
  if (!cast.can_fail) return cast.attempt;
  return fmt::format(
      "coalesce({}, CASE WHEN ({}) IS NOT NULL THEN error('a value is not of its column''s type') END)",
      cast.attempt, value);
}

std::string expected_text(ColumnType to, const TextForms& forms) {
  switch (to) {
    case ColumnType::kInt64:
      return "a whole number";
    case ColumnType::kDouble:
      return forms.decimal == "," ? "a number with a decimal comma" : "a number with a decimal point";
    case ColumnType::kDate:
      return forms.date_format.empty() ? "a day like 2024-12-31" : "a day in the form " + forms.date_format;
    case ColumnType::kBool:
      return "true or false";
    case ColumnType::kText:
      break;
  }
  return "text";
}

const std::vector<std::string>& known_date_formats() {
  static const std::vector<std::string> formats = [] {
    std::vector<std::string> all = {""};
    const std::vector<std::string> days = {"%d/%m/%Y", "%m/%d/%Y", "%Y%m%d",   "%Y/%m/%d", "%d-%m-%Y",
                                           "%m-%d-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y",
                                           "%d-%b-%Y", "%d %b %Y", "%b %d, %Y"};
    for (const char* time : {"", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", "T%H:%M:%S"}) {
      for (const std::string& day : days) all.push_back(day + time);
    }
    return all;
  }();
  return formats;
}

}  // namespace aisle
