// `aisle export`: the clustered stores as a file that a planning system or a person opens.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "aisle/base/cancel.h"
#include "aisle/engine/engine.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

enum class ExportFormat { kCsv, kParquet, kXlsx };

struct ExportResult {
  std::int64_t n_stores = 0;
  std::int64_t n_columns = 0;
  std::int64_t n_guarded = 0;  // texts of the CSV that a spreadsheet would have taken for formulas
};

// Writes the stores of the last run to `file`, all or nothing, sorted by store id, each once, in the columns
// of `export.columns`. In a CSV, text that begins with =, +, -, @, a tab or a carriage return gets an
// apostrophe before it, so that no spreadsheet runs it (OWASP, CSV injection). The same input gives the same
// bytes. Throws DataError when there is no run to export, InvalidInput for columns that are not there,
// EnvironmentError when it cannot be written, Cancelled.
ExportResult export_stores(EmbeddedEngine& engine, const Options& options, const ProjectPaths& paths,
                           ExportFormat format, const std::filesystem::path& file,
                           const CancelFlag* cancel = nullptr);

}  // namespace aisle
