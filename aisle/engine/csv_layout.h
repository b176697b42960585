// How a table's CSV files are laid out: encoding, delimiter, quote, header. The engine then reads them with
// nothing left to guess, so that a row that does not fit is an error with its line, never skipped.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/engine/csv_shape.h"
#include "aisle/engine/engine.h"
#include "aisle/engine/source_files.h"
#include "aisle/project/options.h"

namespace aisle {

// Files of one table that have the same header.
struct CsvGroup {
  std::vector<std::filesystem::path> files;
  std::vector<std::filesystem::path> readable;  // each file, or its copy in UTF-8
  std::vector<std::string> columns;
};

struct CsvLayout {
  std::string delimiter;
  std::string quote;
  bool has_header = true;
  bool has_partitions = false;  // hive folders such as year=2024
  std::vector<CsvGroup> groups;
};

// The beginning of a CSV file.
struct CsvHead {
  std::string encoding;
  std::string text;  // in UTF-8
  TextEnd end = TextEnd::kWhole;
};
// `encoding` empty means that it is found in the file. Throws DataError for a packed file that is not UTF-8.
CsvHead read_csv_head(EmbeddedEngine& engine, const std::filesystem::path& file, const std::string& encoding,
                      const std::string& shown);

// Looks at the head of each file, and makes copies of those that are not UTF-8. `known_names` are column
// names that a header of this table may have (contract and mapping): a first line without any of them and
// with a number in it is no header, and the columns are then column0, column1, ... Throws DataError for bytes
// that are not of the encoding.
CsvLayout find_csv_layout(EmbeddedEngine& engine, const std::string& table,
                          const std::vector<std::filesystem::path>& files, const CsvDialect& dialect,
                          const std::vector<std::string>& known_names, const ProjectPaths& paths);

// The files as one relation (SQL) with every column text; empty fields are nulls.
std::string csv_relation(const CsvLayout& layout);
// One file of it, with the row's number (from 1) as aisle_row.
std::string csv_file_relation(const CsvLayout& layout, const std::filesystem::path& file);

}  // namespace aisle
