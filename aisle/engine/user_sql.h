// SQL that a user wrote (a mapping's expression, a condition of `[scope]`, a feature's query): what it may
// not ask for, since the same files and options must give the same bytes.
#pragma once

#include <string>

#include "aisle/engine/engine.h"

namespace aisle {

// What the query reads besides the tables: "calls random()", "asks for the clock (current_date)", "reads a
// file ('x.parquet')"; "is no single query" for other statements than one SELECT. "" where nothing is wrong,
// and where the engine's own parser refuses the text: running it says why.
std::string fault_of_user_query(EmbeddedEngine& engine, const std::string& query);

// The same for an expression or a condition.
std::string fault_of_user_expression(EmbeddedEngine& engine, const std::string& expression);

// What a user's SQL may read, for messages.
inline constexpr const char* kUserSqlScope =
    "SQL over the tables alone: no clock, no random numbers, no files, no settings";

}  // namespace aisle
