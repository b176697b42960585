// What fit and projection of FAMD ask of their input; private to the room.
#pragma once

#include <cstdint>
#include <string>

#include "aisle/cluster/famd.h"

namespace aisle::famd_input {

// Throws InvalidInput "famd: WHAT; expected EXPECTED".
[[noreturn]] void refuse(std::string what, std::string expected);

// Finite values, and as many names as columns.
void check_numeric(const MixedData& data);

// Codes from `lowest_code` (0 in a fit, -1 in a projection) to the last level, one for each row.
void check_categorical(const MixedData& data, std::int32_t lowest_code);

// A finite weight above 0 for each column, or none for the numeric ones; row weights as MixedData says.
void check_weights(const MixedData& data);

void check_row_weights(const MixedData& data);

// Distinct column names; distinct levels, sorted.
void check_names(const MixedData& data);

}  // namespace aisle::famd_input
