// How a value of a file becomes a value of the contract, in SQL.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/table.h"

namespace aisle {

// How text is read as numbers and dates.
struct TextForms {
  std::string decimal = ".";  // "." or ","; the other one may part thousands
  std::string date_format;    // strptime form; empty: ISO 8601
};

// `attempt` is the value, or NULL where the source value is not of the type. A cast that cannot fail needs
// no check.
struct Cast {
  std::string attempt;
  bool can_fail = false;
};

// The cast of `value` (SQL, whose type in the engine is `from`) to a type of the contract. Whole numbers
// are never rounded: 1.5 is no whole number.
Cast cast_to(ColumnType to, const std::string& value, const std::string& from, const TextForms& forms);

// The same cast, but a value that is not of the type ends the query.
std::string strict(const Cast& cast, const std::string& value);

// A condition that is true where the value is there but not of the type.
std::string is_faulty(const Cast& cast, const std::string& value);

// "a day like 2024-12-31", "a whole number", ...: what a message says was expected.
std::string expected_text(ColumnType to, const TextForms& forms);

// The date formats that are tried on text, most usual first; "" is ISO 8601.
const std::vector<std::string>& known_date_formats();

}  // namespace aisle
