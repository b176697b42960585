// The nearest known name to one that nobody knows: the "did you mean" of every message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

// Insertions, deletions, substitutions and swaps of neighbours that turn one into the other (optimal string
// alignment), without regard to case.
std::size_t edit_distance(std::string_view left, std::string_view right);

// The candidate with the smallest distance (the first on a tie), or "" when none is within a third of the
// name's length (at least 1 edit).
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

// "did you mean 'X'?" for the nearest candidate, or "" when none is near.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace aisle
