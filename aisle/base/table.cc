#include "aisle/base/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

InternalError table_error(std::string what) {
  return InternalError({.where = "table", .what = std::move(what), .expected = "", .remedy = ""});
}

template <typename Value>
std::vector<Value> taken(const std::vector<Value>& values, const std::vector<std::size_t>& rows) {
  std::vector<Value> result;
  if (values.empty()) return result;
  result.reserve(rows.size());
  for (const std::size_t row : rows) result.push_back(values[row]);
  return result;
}

}  // namespace

const char* column_type_name(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "text";
    case ColumnType::kInt64:
      return "int64";
    case ColumnType::kDouble:
      return "double";
    case ColumnType::kBool:
      return "bool";
    case ColumnType::kDate:
      return "date";
  }
  return "unknown";
}

std::size_t Column::size() const {
  if (type == ColumnType::kText) return texts.size();
  return type == ColumnType::kDouble ? doubles.size() : ints.size();
}

std::size_t Column::null_count() const {
  return static_cast<std::size_t>(
      std::count_if(is_null.begin(), is_null.end(), [](auto n) { return n != 0; }));
}

double Column::number_at(std::size_t row) const {
  if (type == ColumnType::kText) throw table_error("column " + name + " is text, not a number");
  if (null_at(row)) return std::numeric_limits<double>::quiet_NaN();
  return type == ColumnType::kDouble ? doubles[row] : static_cast<double>(ints[row]);
}

std::string Column::text_at(std::size_t row) const {
  if (null_at(row)) return "";
  switch (type) {
    case ColumnType::kText:
      return texts[row];
    case ColumnType::kDouble:
      return fmt::format("{}", doubles[row]);
    case ColumnType::kInt64:
      return fmt::format("{}", ints[row]);
    case ColumnType::kBool:
      return ints[row] != 0 ? "true" : "false";
    case ColumnType::kDate:
      return format_date(ints[row]);
  }
  return "";
}

Column text_column(std::string name, std::vector<std::string> values) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::kText;
  column.texts = std::move(values);
  return column;
}

Column int_column(std::string name, std::vector<std::int64_t> values) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::kInt64;
  column.ints = std::move(values);
  return column;
}

Column double_column(std::string name, std::vector<double> values) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::kDouble;
  column.doubles = std::move(values);
  return column;
}

Column bool_column(std::string name, std::vector<std::uint8_t> values) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::kBool;
  column.ints.assign(values.begin(), values.end());
  return column;
}

void Table::add(Column column) {
  if (!columns_.empty() && column.size() != n_rows()) {
    throw table_error(
        fmt::format("column {} has {} rows, the table has {}", column.name, column.size(), n_rows()));
  }
  if (find(column.name) != nullptr) throw table_error("column " + column.name + " is there twice");
  columns_.push_back(std::move(column));
}

const Column* Table::find(std::string_view name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const Column& column) { return column.name == name; });
  return found == columns_.end() ? nullptr : &*found;
}

const Column& Table::column(std::string_view name) const {
  const Column* found = find(name);
  if (found == nullptr) throw table_error(fmt::format("there is no column {}", name));
  return *found;
}

Table Table::take(const std::vector<std::size_t>& rows) const {
  Table result;
  for (const Column& column : columns_) {
    Column picked;
    picked.name = column.name;
    picked.type = column.type;
    picked.texts = taken(column.texts, rows);
    picked.doubles = taken(column.doubles, rows);
    picked.ints = taken(column.ints, rows);
    picked.is_null = taken(column.is_null, rows);
    result.add(std::move(picked));
  }
  return result;
}

std::int64_t days_from_civil(int year, int month, int day) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  return sys_days{date}.time_since_epoch().count();
}

void civil_from_days(std::int64_t days, int& year, int& month, int& day) {
  using namespace std::chrono;
  const year_month_day date{sys_days{std::chrono::days{days}}};
  year = static_cast<int>(date.year());
  month = static_cast<int>(static_cast<unsigned>(date.month()));
  day = static_cast<int>(static_cast<unsigned>(date.day()));
}

std::string format_date(std::int64_t days) {
  int year = 0;
  int month = 0;
  int day = 0;
  civil_from_days(days, year, month, day);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::int64_t parse_date(std::string_view text, std::string_view where) {
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    const char* end = text.data() + at + length;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc{} && read.ptr == end ? value : -1;
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(std::max(month, 0))},
                                           std::chrono::day{static_cast<unsigned>(std::max(day, 0))}};
    if (year >= 0 && date.ok()) return days_from_civil(year, month, day);
  }
  throw InvalidInput({.where = std::string(where),
                      .what = fmt::format("'{}' is not a date", text),
                      .expected = "a day like 2024-12-31",
                      .remedy = ""});
}

}  // namespace aisle
