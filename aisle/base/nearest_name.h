// "Did you mean": the known name nearest to a mistyped one.
#pragma once

#include <string>
#include <vector>

namespace aisle {

// The name with the smallest Damerau-Levenshtein distance (optimal string alignment) to `typed`, letter case
// aside, when that is at most a third of its length (at least 2); else "". The first on a tie.
std::string nearest_name(const std::string& typed, const std::vector<std::string>& known);

}  // namespace aisle
