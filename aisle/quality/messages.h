// What expectations and their results say to people.
#pragma once

#include <string>

#include "aisle/quality/evaluate.h"

namespace aisle {

// "12 of 174,282 rows: qty is below 1; quarantined", "100 rows pass", "mean of amount is 205.5; expected
// ...".
std::string result_message(const ExpectationResult& result);

// What an expectation holds: "`qty` is at least 1".
std::string expectation_text(const Expectation& expectation);

// The bounds of an expectation: "from 1 to 10", "at least 1", "above 0".
std::string bounds_text(const Expectation& expectation);

}  // namespace aisle
