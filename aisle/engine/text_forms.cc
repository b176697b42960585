#include "aisle/engine/text_forms.h"

#include <fmt/format.h>

#include <utility>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr int kRowsLookedAt = 20000;

// Patterns of numbers that can be read in one way only, and of those that can be read in two.
constexpr const char* kCommaIsDecimal = R"(\s*[-+]?(\d*,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d*|0,\d+)\s*)";
constexpr const char* kPointIsDecimal = R"(\s*[-+]?(\d*\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+\.\d*|0\.\d+)\s*)";
constexpr const char* kCommaIsEither = R"(\s*[-+]?[1-9]\d{0,2},\d{3}\s*)";
constexpr const char* kPlainNumber = R"(\s*[-+]?(\d+|\d*[.,]\d+|\d{1,3}([.,]\d{3})+([.,]\d+)?)\s*)";
constexpr const char* kWholeNumber = R"(\s*[-+]?\d{1,18}\s*)";
constexpr const char* kKeyWithZeros = R"(\s*0\d+\s*)";

// strptime takes fewer digits than a year has: 01/02/24 would be a day of the year 24.
constexpr int kFirstYear = 1000;

std::string fits(const std::string& format) {
  if (format.empty()) return "TRY_CAST(v AS DATE) IS NOT NULL";
  return fmt::format("coalesce(year(try_strptime(v, {})) >= {}, false)", sql_literal(format), kFirstYear);
}

}  // namespace

TextSniffer::TextSniffer(EmbeddedEngine& engine, std::string table, std::string relation, CsvDialect dialect,
                         std::string delimiter)
    : engine_(engine),
      table_(std::move(table)),
      relation_(std::move(relation)),
      dialect_(std::move(dialect)),
      delimiter_(std::move(delimiter)) {}

std::string TextSniffer::sample(const std::string& value) const {
  return fmt::format("(SELECT DISTINCT v FROM (SELECT {} AS v FROM {} LIMIT {}) WHERE v IS NOT NULL)", value,
                     relation_, kRowsLookedAt);
}

std::optional<ColumnType> TextSniffer::find_type(const std::string& value) {
  const auto all = [](const char* pattern) {
    return fmt::format("coalesce(bool_and(regexp_full_match(v, '{}')), false)", pattern);
  };
  const Table found =
      engine_.query(fmt::format("SELECT {} AS is_number, {} AS is_whole, "
                                "coalesce(bool_or(regexp_full_match(v, '{}')), false) AS is_key FROM {}",
                                all(kPlainNumber), all(kWholeNumber), kKeyWithZeros, sample(value)));
  if (found.column("is_key").ints[0] != 0) return std::nullopt;
  if (found.column("is_whole").ints[0] != 0) return ColumnType::kInt64;
  if (found.column("is_number").ints[0] != 0) return ColumnType::kDouble;
  std::vector<std::string> formats = {"", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y"};
  if (!dialect_.date_format.empty()) formats = {dialect_.date_format};
  if (!formats_that_fit(formats, sample(value)).empty()) return ColumnType::kDate;
  return std::nullopt;
}

TextForms TextSniffer::find_forms(ColumnType type, const std::string& value, const std::string& shown) {
  TextForms forms;
  if (type == ColumnType::kInt64 || type == ColumnType::kDouble) forms.decimal = find_decimal(value, shown);
  if (type == ColumnType::kDate) forms.date_format = find_date_format(value, shown);
  return forms;
}

std::string TextSniffer::find_decimal(const std::string& value, const std::string& shown) {
  if (!dialect_.decimal.empty()) return dialect_.decimal;
  const auto any = [](const char* pattern) {
    return fmt::format("coalesce(bool_or(regexp_full_match(v, '{}')), false)", pattern);
  };
  const Table found =
      engine_.query(fmt::format("SELECT {} AS comma, {} AS point, {} AS either FROM {}", any(kCommaIsDecimal),
                                any(kPointIsDecimal), any(kCommaIsEither), sample(value)));
  const bool comma = found.column("comma").ints[0] != 0;
  const bool point = found.column("point").ints[0] != 0;
  if (comma && !point) {
    notes_.push_back(fmt::format("{}: {} is read with a decimal comma.", table_, shown));
    return ",";
  }
  // In a file whose fields are parted by commas, 1,234 stands in quotes and is a thousand.
  if (!comma && !point && found.column("either").ints[0] != 0 && delimiter_ != ",") {
    throw DataError({.where = fmt::format("{}: {}", table_, shown),
                     .what = "numbers such as 1,234 can be read as one and a bit or as a thousand",
                     .expected = "",
                     .remedy = fmt::format("set tables.{}.csv.decimal to \",\" or \".\"", table_)});
  }
  return ".";
}

std::vector<std::string> TextSniffer::formats_that_fit(const std::vector<std::string>& formats,
                                                       const std::string& relation) {
  std::string list;
  for (const std::string& format : formats) {
    list += (list.empty() ? "" : ", ") +
            fmt::format("coalesce(bool_and({}), false) AS f{}", fits(format), &format - formats.data());
  }
  const Table found = engine_.query(fmt::format("SELECT {} FROM {}", list, relation));
  std::vector<std::string> fitting;
  for (std::size_t at = 0; at < formats.size(); ++at) {
    if (found.columns()[at].ints[0] != 0) fitting.push_back(formats[at]);
  }
  return fitting;
}

std::string TextSniffer::find_date_format(const std::string& value, const std::string& shown) {
  if (!dialect_.date_format.empty()) return dialect_.date_format;
  if (!formats_that_fit({""}, sample(value)).empty()) return "";
  std::vector<std::string> fitting = formats_that_fit(known_date_formats(), sample(value));
  if (fitting.size() > 1) {
    const std::string everything = fmt::format(
        "(SELECT DISTINCT v FROM (SELECT {} AS v FROM {}) WHERE v IS NOT NULL)", value, relation_);
    fitting = formats_that_fit(fitting, everything);
  }
  if (fitting.size() > 1) {
    throw DataError({.where = fmt::format("{}: {}", table_, shown),
                     .what = fmt::format("its days fit the form {} as well as {}", fitting[0], fitting[1]),
                     .expected = "",
                     .remedy = fmt::format("set tables.{}.csv.date_format", table_)});
  }
  if (fitting.empty()) return "";
  notes_.push_back(fmt::format("{}: {} is read as {}.", table_, shown, fitting[0]));
  return fitting[0];
}

}  // namespace aisle
