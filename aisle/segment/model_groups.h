// Groups of the model's entries, for a search that leaves some out or weighs them anew.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/project/options.h"

namespace aisle {

// A group is a feature group (docs/features.md), a column, or an entry as it stands there, with or without
// its weight. Throws InvalidInput naming `where` for one that the model does not have, with those that it
// has.
void check_group(const Options& options, const std::string& group, const std::string& where);

// Removes the group's entries from model.context and model.behaviour, where they are there.
void leave_out_group(Options& options, const std::string& group);

// Gives each of the group's entries the weight (above 0).
void weigh_group(Options& options, const std::string& group, double weight);

// Moves the context's entries that stand for numbers of `features` to the behaviour.
void standardise_context_numbers(Options& options, const Table& features);

}  // namespace aisle
