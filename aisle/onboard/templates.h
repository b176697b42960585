// The aisle.toml files that `init --template` writes.
#pragma once

#include <string>
#include <vector>

namespace aisle {

// "original", "iowa", "blank".
const std::vector<std::string>& template_names();

// The commented text of a template: what a newcomer needs at the top, then every other option as a comment
// with its default. Throws InvalidInput for an unknown name.
std::string template_toml(const std::string& name);

}  // namespace aisle
