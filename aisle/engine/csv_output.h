// CSV for people and planning systems.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "aisle/engine/engine.h"

namespace aisle {

// Writes the rows of `query`, in its order, as CSV: UTF-8, comma, a header. Every text is quoted, so that a
// reader that guesses types leaves ids as they are. Text that begins with =, +, -, @, a tab or a carriage
// return gets an apostrophe before it, so that no spreadsheet runs it (OWASP, CSV injection); returns how
// many did. The caller stages the file.
std::int64_t write_csv(EmbeddedEngine& engine, const std::string& query, const std::filesystem::path& file);

}  // namespace aisle
