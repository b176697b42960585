// How a table's CSV files are laid out: encoding, delimiter, quote, header. The engine then reads them with
// nothing left to guess, so that a row that does not fit is an error with its line, never skipped.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/engine/engine.h"
#include "aisle/engine/source_files.h"
#include "aisle/project/options.h"

namespace aisle {

// Files of one table that have the same header and encoding.
struct CsvGroup {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> columns;
  std::string encoding;  // as DuckDB names it: utf-8, latin-1, utf-16
};

struct CsvLayout {
  std::string delimiter;
  std::string quote;
  bool has_header = true;
  bool has_partitions = false;  // hive folders such as year=2024
  std::vector<CsvGroup> groups;
};

// Looks at the head of each file. `known_names` are column names that a header of this table may have
// (contract and mapping): a first line without any of them and with a number in it is no header, and the
// columns are then column0, column1, ... Throws DataError for an encoding that cannot be read.
CsvLayout find_csv_layout(EmbeddedEngine& engine, const std::string& table,
                          const std::vector<std::filesystem::path>& files, const CsvDialect& dialect,
                          const std::vector<std::string>& known_names, const ProjectPaths& paths);

// The files as one relation (SQL) with every column text; empty fields are nulls.
std::string csv_relation(const CsvLayout& layout);
// One file of it, with the row's number (from 1) as aisle_row.
std::string csv_file_relation(const CsvLayout& layout, const std::filesystem::path& file);

}  // namespace aisle
