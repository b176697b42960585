// Which files a table of the contract is read from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

struct SourceFiles {
  std::vector<std::filesystem::path> files;  // sorted, at least one
  bool is_csv = false;
};

// The files of `table`: of source->path where that is given, else of the default places under data/raw.
// Nothing when neither names any. A pattern may hold *, ?, [...] and ** for any folders. Throws DataError for
// a path that names nothing, a folder with both formats, an empty file and a Parquet file without its head or
// foot.
std::optional<SourceFiles> find_source_files(const std::string& table, const TableSource* source,
                                             const ProjectPaths& paths);

// `file` as people know it: relative to the project where it lies inside it.
std::string shown_path(const std::filesystem::path& file, const ProjectPaths& paths);

// True where a folder of the path is a hive partition.
bool has_partition_folder(const std::filesystem::path& file);

// Paths as an SQL list: ['a', 'b'].
std::string sql_list(const std::vector<std::filesystem::path>& files);

// Parquet files as one relation of the embedded engine.
std::string parquet_relation(const std::vector<std::filesystem::path>& files, bool has_partitions);

}  // namespace aisle
