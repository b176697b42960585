// The closing words of a message about an unknown name.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/nearest_name.h"

namespace aisle {

// "did you mean 'X'?" for the known name that is nearest, or "" when none is near.
inline std::string did_you_mean(const std::string& typed, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(typed, known);
  return nearest.empty() ? "" : "did you mean '" + nearest + "'?";
}

}  // namespace aisle
