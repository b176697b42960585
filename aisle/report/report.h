// report.html: one file that holds everything a reader needs, and asks for nothing from outside.
//
// The first screen stands without any script; the app of web/ adds the charts from the documents in the file.
// The same documents and options give the same bytes.
#pragma once

#include <filesystem>

#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/report/documents.h"

namespace aisle {

// "full" or "exec"; throws InvalidInput for another.
Audience parse_audience(const std::string& text);

// Writes the report of the project's insight documents to `out`, all or nothing.
void write_report(const Options& options, const ProjectPaths& paths, Audience audience,
                  const std::filesystem::path& out);

}  // namespace aisle
