// What differs between two texts, line by line, for people.
#pragma once

#include <string>

namespace aisle {

// Lines that went, with "- " before them, and lines that came, with "+ ", each group with a line of its
// surroundings ("  "), groups parted by "...". "" for equal texts. The longest common subsequence of lines.
std::string line_diff(const std::string& before, const std::string& after);

}  // namespace aisle
