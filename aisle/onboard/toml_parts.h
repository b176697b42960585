// Parts that every aisle.toml that `init` writes has in common.
#pragma once

#include <string>

namespace aisle {

// The sections [model], [features], ... with every option as a comment, but for the preset, which is said.
std::string rest_of_options(const std::string& preset);

}  // namespace aisle
