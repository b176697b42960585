// The CSV and Parquet files of a folder, those that belong together taken as one table.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/onboard/proposal.h"

namespace aisle {

enum class FileFormat { kCsv, kParquet };

struct Source {
  FileFormat format = FileFormat::kCsv;
  std::vector<std::filesystem::path> files;  // sorted
  std::string path;                          // a file, a folder of partitions, or a glob
  std::string label;                         // the same relative to the folder that was looked at
  bool partitioned = false;                  // year=2024/... folders
};

// Sources in the order of their labels. Together are: the files below a folder with KEY=VALUE folders; and
// files of one folder whose names differ in digits alone. Hidden files and folders are left out.
std::vector<Source> find_sources(const std::filesystem::path& dir);

// A table function of the engine that reads a source out of `files` (its own, or their copies in UTF-8),
// every CSV field as text.
std::string source_sql(const Source& source, const std::vector<std::filesystem::path>& files,
                       const CsvDialect& csv);

}  // namespace aisle
