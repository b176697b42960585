// The comparison of two runs as a terminal shows it: a sentence, what became of each cluster, the stores that
// move, figures and options side by side. Plain text, no colours.
#pragma once

#include <string>

#include "aisle/insight/comparison.h"

namespace aisle {

// Lines of at most `width` characters (at least 60), each ending in a line feed.
std::string render_comparison(const Comparison& comparison, int width);

// "97 of 100 stores stay with their cluster; 3 move, and 2.1 % of the revenue with them."
std::string comparison_sentence(const Comparison& comparison);

}  // namespace aisle
