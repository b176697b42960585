// DuckDB's words on a row of a CSV that it cannot read, as one clear line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/project/project_paths.h"

namespace aisle {

// True for an error of the engine about one line of a CSV.
bool is_csv_row_error(const DataError& error);

// The same error with the file, the line, what is wrong with it and what to do.
DataError csv_row_error(const DataError& error, const std::string& table,
                        const std::vector<std::filesystem::path>& files, const ProjectPaths& paths);

}  // namespace aisle
