// Which file is which table, and which column is which, over all files at once.
#pragma once

#include <string>
#include <vector>

#include "aisle/onboard/proposal.h"
#include "aisle/onboard/score_columns.h"

namespace aisle {

struct Matching {
  std::vector<TableGuess> tables;  // `file` indexes the sources
  std::vector<FileRole> roles;     // of the sources
  std::vector<double> role_sure;
};

// Looks twice: the second look knows from the first which files list stores and products, so that the keys
// they share with the facts count.
Matching match_tables(const std::vector<SourceProfile>& sources, const std::vector<Link>& links);

}  // namespace aisle
