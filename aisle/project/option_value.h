// One value of an option as it stands in aisle.toml, free of the TOML library's types.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace aisle {

using OptionValue = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>,
                                 std::map<std::string, std::string>>;

// The value in TOML's syntax, in one form only: strings quoted, numbers in their shortest form that reads
// back the same, maps as inline tables by key.
std::string toml_text(const OptionValue& value);

// `text` as a TOML basic string, with its quotes.
std::string toml_string(const std::string& text);

// "a, b or c".
std::string one_of(const std::vector<std::string>& names);

}  // namespace aisle
