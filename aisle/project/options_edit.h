// aisle.toml with some values changed: comments, order and every other byte stay.
#pragma once

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

// `toml` with the changed values. One that is said is replaced where it stands; any other gets a line of its
// own, below the comment that names it or at the end of its section, which is added where it is absent.
// Throws InvalidInput "WHERE:LINE" for a section that is written so that no line can be added to it (as an
// inline table or with dotted keys).
std::string edit_options(const std::string& toml, const std::string& where,
                         const std::vector<OptionChange>& changes);

}  // namespace aisle
