// The parts of reading a suite: one expectation, and the refusal of names that are not known.
#pragma once

#include <string>
#include <vector>

#include "aisle/quality/suite.h"

namespace aisle {

// One expectation from its JSON text; its name is empty where meta.aisle.name does not give one. `number`
// counts from 1 in the suite `where`. Throws InvalidInput for anything that is not understood.
Expectation parse_expectation(const std::string& json, const std::string& where, std::size_t number);

// "a, b, c".
std::string joined_names(const std::vector<std::string>& names);

// Throws InvalidInput that WHERE has an unknown WHAT, whose last word is the name, with the known names and
// the nearest of them.
[[noreturn]] void refuse_name(const std::string& where, const std::string& what,
                              const std::vector<std::string>& known);

// Refuses the first of `names` that is not known.
void refuse_unknown_names(const std::vector<std::string>& names, const std::string& where,
                          const std::string& what, const std::vector<std::string>& known);

}  // namespace aisle
