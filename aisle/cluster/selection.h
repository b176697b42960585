// The check of selection options, shared by the functions that take them.
#pragma once

#include "aisle/cluster/hdbscan.h"

namespace aisle {

// Throws InvalidInput, naming `where`, the option, its value and the range.
void check_selection(const char* where, const SelectionOptions& options);

}  // namespace aisle
