// The format of a file that a verb writes: what --format says, or the file's ending.
#pragma once

#include <string>
#include <vector>

namespace aisle {

// One of `known`. Throws InvalidInput naming `verb`.
std::string output_format(const std::string& verb, const std::string& format, const std::string& file,
                          const std::vector<std::string>& known);

}  // namespace aisle
