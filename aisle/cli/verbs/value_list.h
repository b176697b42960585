// Lists of values on the command line: "3,4,5", "3..8", "5..25:5".
#pragma once

#include <string>
#include <vector>

namespace aisle {

// Whole numbers; "A..B" is each from A to B, "A..B:STEP" every STEP-th. Throws InvalidInput naming `where`.
std::vector<int> whole_list(const std::string& text, const std::string& where);
// Finite numbers, separated by commas. Throws likewise.
std::vector<double> number_list(const std::string& text, const std::string& where);
// Texts, separated by commas, blanks around them dropped. Throws likewise for an empty one.
std::vector<std::string> text_list(const std::string& text, const std::string& where);

}  // namespace aisle
