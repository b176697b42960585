// One table of the contract over its files: which column comes from what, read how, and where it is wrong.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aisle/engine/column_casts.h"
#include "aisle/engine/csv_layout.h"
#include "aisle/engine/engine.h"
#include "aisle/engine/source_files.h"
#include "aisle/project/contract.h"

namespace aisle {

// A column of the files as the engine sees it.
struct FileColumn {
  std::string name;
  std::string type;  // DuckDB's name, e.g. "VARCHAR"
};

// A column of the view.
struct MappedColumn {
  std::string name;    // in the view
  std::string value;   // SQL over the files' columns: a quoted column or an expression in parentheses
  std::string origin;  // the file's column, or the expression as the user wrote it
  bool is_expression = false;
  std::optional<ColumnType> type;  // nothing: as it is in the file
  std::string source_type;         // DuckDB's type of `value`
  TextForms forms;
};

// Everything known about one table's files. Made once by open_table_source, then asked for SQL.
struct OpenedSource {
  const ContractTable* contract = nullptr;
  SourceFiles source;
  std::optional<CsvLayout> csv;
  std::string relation;  // the files as they are, every column of a CSV text
  std::vector<FileColumn> file_columns;
  std::vector<MappedColumn> typed_first;  // CSV columns that expressions use, typed before them
  std::vector<MappedColumn> columns;      // of the view, contract order first
  std::vector<std::string> notes;
};

// Finds layout and columns, applies the mapping and finds how text is read. Throws DataError for a missing
// required column, an unknown mapping key, a mapping that is neither a column nor SQL that works, and text
// that could be read in two ways.
OpenedSource open_table_source(EmbeddedEngine& engine, const ContractTable& contract, SourceFiles files,
                               const TableSource& options, const std::vector<std::string>& wanted_extras,
                               const ProjectPaths& paths);

enum class CastKind { kStrict, kChecked };

// SELECT of the view's columns. kStrict ends the query at the first faulty value; kChecked relies on a
// check_values before it.
std::string select_columns(const OpenedSource& opened, CastKind kind);

// Throws DataError naming file, row, column and value of the first faulty value, if there is one.
void check_values(EmbeddedEngine& engine, const OpenedSource& opened, const ProjectPaths& paths);

}  // namespace aisle
