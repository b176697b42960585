// aisle.toml with some values changed: comments, order and every other byte stay.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/project/option_value.h"
#include "aisle/project/options.h"

namespace aisle {

// One option in TOML's syntax, as it is and as it shall be.
struct OptionChange {
  std::string key;  // "hdbscan.min_samples"
  std::string before;
  std::string after;
  OptionValue value;  // `after`
};

// The options of these sections in which `after` differs from `before`, in the order of the table.
std::vector<OptionChange> changes_between(const Options& before, const Options& after,
                                          const std::vector<std::string>& sections);

// The sections that the clusters of given store features hang on: what a tuning keeps, what its trials may
// differ in, and so what an adoption may change.
const std::vector<std::string>& cluster_sections();

// `toml` with the changed values. One that is said is replaced where it stands; any other gets a line of its
// own, below the comment that names it or at the end of its section, which is added where it is absent.
// Throws InvalidInput "WHERE:LINE" for a section that is written so that no line can be added to it (as an
// inline table or with dotted keys), and for a map that is written as a section of its own.
std::string edit_options(const std::string& toml, const std::string& where,
                         const std::vector<OptionChange>& changes);

// `toml` edited so that its options under `sections` are those of `wanted`. What is returned was read back:
// under them it says what `wanted` does, and elsewhere what `toml` did. Throws as edit_options does, and
// where an edit would not come to that.
std::string edited_options(const std::string& toml, const std::string& where, const Options& wanted,
                           const std::vector<std::string>& sections);

// Writes a file of the user's, all or nothing: where it is a link that stays, and what it points at is
// written; one that is there keeps its permissions. Throws EnvironmentError.
void rewrite_file(const std::filesystem::path& file, const std::string& bytes);

}  // namespace aisle
