#include "aisle/serve/row_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/serve/http.h"

namespace aisle {
namespace {

using nlohmann::json;
using RowTest = std::function<bool(std::size_t row)>;

constexpr const char* kExpected =
    R"(conditions as [["COLUMN", "=", VALUE], ...], with =, !=, <, <=, >, >=, in or contains)";
constexpr std::size_t kMostConditions = 100;
constexpr int kDeepest = 4;

[[noreturn]] void refuse(const std::string& parameter, const std::string& what, const std::string& expected,
                         const std::string& remedy = "") {
  throw InvalidInput(
      {.where = "parameter " + parameter, .what = what, .expected = expected, .remedy = remedy});
}

const Column& column_of(const Table& table, const std::string& name, const std::string& parameter) {
  if (const Column* column = table.find(name)) return *column;
  std::vector<std::string> names;
  for (const Column& column : table.columns()) names.push_back(column.name);
  const std::string nearest = nearest_name(name, names);
  refuse(parameter, "names '" + name + "', which the table does not have", "a column of the table",
         nearest.empty() ? "" : "did you mean '" + nearest + "'?");
}

// A value of a condition as its column's type has it: text, or a number.
struct Wanted {
  std::string text;
  double number = 0;
};

Wanted wanted_value(const Column& column, const json& value) {
  const auto other_type = [&]() {
    refuse("where", fmt::format("compares '{}' with {}", column.name, value.dump()),
           fmt::format("a value of type {}", column_type_name(column.type)));
  };
  Wanted wanted;
  switch (column.type) {
    case ColumnType::kText:
      if (!value.is_string()) other_type();
      wanted.text = value.get<std::string>();
      break;
    case ColumnType::kDate:
      if (!value.is_string()) other_type();
      wanted.number = static_cast<double>(parse_date(value.get<std::string>(), "parameter where"));
      break;
    case ColumnType::kBool:
      if (!value.is_boolean()) other_type();
      wanted.number = value.get<bool>() ? 1 : 0;
      break;
    case ColumnType::kInt64:
    case ColumnType::kDouble:
      if (!value.is_number()) other_type();
      wanted.number = value.get<double>();
      break;
  }
  return wanted;
}

bool is_missing(const Column& column, std::size_t row) {
  return column.null_at(row) || (column.type == ColumnType::kDouble && std::isnan(column.doubles[row]));
}

// Below 0, 0 or above 0, as the row's value is smaller, the same or larger; empty for a missing one.
std::optional<int> compared(const Column& column, std::size_t row, const Wanted& wanted) {
  if (is_missing(column, row)) return std::nullopt;
  if (column.type == ColumnType::kText) return column.texts[row].compare(wanted.text);
  const double value = column.number_at(row);
  if (value == wanted.number) return 0;
  if (value < wanted.number) return -1;
  return 1;
}

RowTest comparison(const Column& column, const std::string& sign, const Wanted& wanted) {
  const auto test = [&](auto holds) -> RowTest {
    return [&column, wanted, holds](std::size_t row) {
      const auto order = compared(column, row, wanted);
      return order && holds(*order);
    };
  };
  if (sign == "=") return test([](int order) { return order == 0; });
  if (sign == "!=") return test([](int order) { return order != 0; });
  if (sign == "<") return test([](int order) { return order < 0; });
  if (sign == "<=") return test([](int order) { return order <= 0; });
  if (sign == ">") return test([](int order) { return order > 0; });
  if (sign == ">=") return test([](int order) { return order >= 0; });
  refuse("where", "has the operator '" + sign + "'", kExpected);
}

RowTest membership(const Column& column, const json& values) {
  if (!values.is_array()) refuse("where", "has an 'in' whose value is no array", kExpected);
  std::vector<Wanted> wanted;
  bool takes_missing = false;
  for (const json& value : values) {
    if (value.is_null()) {
      takes_missing = true;
    } else {
      wanted.push_back(wanted_value(column, value));
    }
  }
  return [&column, wanted, takes_missing](std::size_t row) {
    if (is_missing(column, row)) return takes_missing;
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const Wanted& value) { return compared(column, row, value) == 0; });
  };
}

RowTest containment(const Table& table, const std::string& name, const json& value) {
  if (!value.is_string()) refuse("where", "has a 'contains' whose value is no text", kExpected);
  std::vector<const Column*> columns;
  if (name == "*") {
    for (const Column& column : table.columns()) {
      if (column.type == ColumnType::kText) columns.push_back(&column);
    }
  } else {
    columns.push_back(&column_of(table, name, "where"));
  }
  return [columns, wanted = small_letters(value.get<std::string>())](std::size_t row) {
    return std::any_of(columns.begin(), columns.end(), [&](const Column* column) {
      return !column->null_at(row) && small_letters(column->text_at(row)).find(wanted) != std::string::npos;
    });
  };
}

RowTest condition(const Table& table, const json& entry) {
  if (!entry.is_array() || entry.size() != 3 || !entry[0].is_string() || !entry[1].is_string()) {
    refuse("where", "has the entry " + entry.dump(-1, ' ', false, json::error_handler_t::replace), kExpected);
  }
  const std::string name = entry[0].get<std::string>();
  const std::string sign = entry[1].get<std::string>();
  if (sign == "contains") return containment(table, name, entry[2]);
  const Column& column = column_of(table, name, "where");
  if (sign == "in") return membership(column, entry[2]);
  return comparison(column, sign, wanted_value(column, entry[2]));
}

}  // namespace

std::vector<std::size_t> filtered_rows(const Table& table, const std::string& where) {
  std::vector<std::size_t> rows(table.n_rows());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (where.empty()) return rows;
  const auto depth_is_fine = [](int depth, json::parse_event_t, json&) {
    if (depth > kDeepest) refuse("where", "is nested too deeply", kExpected);
    return true;
  };
  const json conditions = json::parse(where, depth_is_fine, false);
  if (!conditions.is_array() || conditions.size() > kMostConditions) {
    refuse("where", "is no JSON array of conditions", kExpected);
  }
  for (const json& entry : conditions) {
    const RowTest holds = condition(table, entry);
    std::erase_if(rows, [&](std::size_t row) { return !holds(row); });
  }
  return rows;
}

void keep_named_rows(const Table& table, const std::string& bits, std::vector<std::size_t>& rows) {
  if (bits.empty()) return;
  constexpr std::size_t kBits = 4;
  const std::size_t n_digits = (table.n_rows() + kBits - 1) / kBits;
  if (bits.size() != n_digits) {
    refuse("rows", fmt::format("has {} digits", bits.size()),
           fmt::format("{} for the {} rows of the table", n_digits, table.n_rows()),
           "the table may be of a newer run; read it again");
  }
  const std::size_t wrong = bits.find_first_not_of("0123456789abcdefABCDEF");
  if (wrong != std::string::npos) refuse("rows", "has a letter that is no hexadecimal digit", "0-9 and a-f");
  std::erase_if(rows, [&](std::size_t row) {
    const int digit = hex_digit(bits[row / kBits]);
    return (digit >> (kBits - 1 - row % kBits) & 1) == 0;
  });
}

void sort_rows(const Table& table, const std::string& by, std::vector<std::size_t>& rows) {
  if (by.empty()) return;
  const bool largest_first = by.front() == '-';
  const Column& column = column_of(table, largest_first ? by.substr(1) : by, "sort");
  const auto is_less = [&](std::size_t a, std::size_t b) {
    if (column.type == ColumnType::kText) return column.texts[a] < column.texts[b];
    if (column.type == ColumnType::kDouble) return column.doubles[a] < column.doubles[b];
    return column.ints[a] < column.ints[b];
  };
  const auto last = std::stable_partition(rows.begin(), rows.end(),
                                          [&](std::size_t row) { return !is_missing(column, row); });
  std::stable_sort(rows.begin(), last, [&](std::size_t a, std::size_t b) {
    return largest_first ? is_less(b, a) : is_less(a, b);
  });
}

std::vector<const Column*> chosen_columns(const Table& table, const std::string& names) {
  std::vector<std::string> wanted;
  if (names.starts_with('[')) {
    const json list = json::parse(names, nullptr, false);
    const bool is_texts = list.is_array() && std::all_of(list.begin(), list.end(),
                                                         [](const json& name) { return name.is_string(); });
    if (!is_texts) refuse("columns", "is no JSON array of names", R"(["store_id", "cluster_final"])");
    wanted = list.get<std::vector<std::string>>();
  } else if (!names.empty()) {
    for (std::size_t at = 0; at <= names.size();) {
      const std::size_t end = std::min(names.find(',', at), names.size());
      wanted.push_back(names.substr(at, end - at));
      at = end + 1;
    }
  }
  std::vector<const Column*> columns;
  for (const std::string& name : wanted) {
    const Column& column = column_of(table, name, "columns");
    if (std::find(columns.begin(), columns.end(), &column) != columns.end()) {
      refuse("columns", "names '" + name + "' twice", "each once");
    }
    columns.push_back(&column);
  }
  if (wanted.empty()) {
    for (const Column& column : table.columns()) columns.push_back(&column);
  }
  return columns;
}

}  // namespace aisle
