// Which columns hold the keys of another file: the evidence that does not depend on names.
#pragma once

#include <cstddef>
#include <vector>

#include "aisle/onboard/column_profile.h"

namespace aisle {

// Of the distinct values of one column, the share that is found in a key column of another source.
struct Link {
  std::size_t source = 0, column = 0;
  std::size_t key_source = 0, key_column = 0;
  double found = 0;
  double covered = 0;  // of the key column's values, the share that the column has
};

// Links of at least half the values.
std::vector<Link> find_links(const std::vector<SourceProfile>& sources);

}  // namespace aisle
