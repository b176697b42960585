// A small table in memory, column by column: what a query brings back and what a stage hands on.
//
// Store tables have one row a store (at most a few million); facts never come this way, they stay in the
// engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

enum class ColumnType { kText, kInt64, kDouble, kBool, kDate };

// "text", "int64", "double", "bool" or "date".
const char* column_type_name(ColumnType type);

// One named column. Text lives in `texts`, double in `doubles`, every other type in `ints` (bool as 0 or 1,
// date as days since 1970-01-01). `is_null` is empty when no value is null; a null's value is unspecified.
struct Column {
  std::string name;
  ColumnType type = ColumnType::kText;
  std::vector<std::string> texts;
  std::vector<double> doubles;
  std::vector<std::int64_t> ints;
  std::vector<std::uint8_t> is_null;

  std::size_t size() const;
  bool null_at(std::size_t row) const { return !is_null.empty() && is_null[row] != 0; }
  std::size_t null_count() const;
  // The value as double (int64, bool and date convert); NaN for a null. Throws InternalError on text.
  double number_at(std::size_t row) const;
  // The value as text for people and messages; "" for a null, dates as YYYY-MM-DD.
  std::string text_at(std::size_t row) const;
};

Column text_column(std::string name, std::vector<std::string> values);
Column int_column(std::string name, std::vector<std::int64_t> values);
Column double_column(std::string name, std::vector<double> values);
Column bool_column(std::string name, std::vector<std::uint8_t> values);

class Table {
 public:
  std::size_t n_rows() const { return columns_.empty() ? 0 : columns_.front().size(); }
  std::size_t n_cols() const { return columns_.size(); }
  const std::vector<Column>& columns() const { return columns_; }
  std::vector<Column>& columns() { return columns_; }

  // Appends a column; throws InternalError on another length or a name that is there.
  void add(Column column);
  // Null when there is no such column.
  const Column* find(std::string_view name) const;
  // Throws InternalError when there is no such column.
  const Column& column(std::string_view name) const;
  // The rows in the given order; an index may repeat.
  Table take(const std::vector<std::size_t>& rows) const;

 private:
  std::vector<Column> columns_;
};

// Days since 1970-01-01 of a proleptic Gregorian date, and back (Hinnant's civil calendar algorithms).
std::int64_t days_from_civil(int year, int month, int day);
void civil_from_days(std::int64_t days, int& year, int& month, int& day);
// "YYYY-MM-DD"; parse throws InvalidInput naming `where` for any other text or a day that does not exist.
std::string format_date(std::int64_t days);
std::int64_t parse_date(std::string_view text, std::string_view where);

}  // namespace aisle
