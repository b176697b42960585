// The option table written out: the sections of a commented aisle.toml, and docs/options.md.
#pragma once

#include <string>
#include <vector>

namespace aisle {

// "[famd]", then each option of the section with its help above it: those in `said` ("n_components = 4",
// whole lines) as they are, all others as comments with their default under `preset`.
std::string section_text(const std::string& section, const std::string& preset,
                         const std::vector<std::string>& said = {});

// docs/options.md. A test holds the file to it; `options_page > docs/options.md` writes it anew.
std::string options_page();

}  // namespace aisle
