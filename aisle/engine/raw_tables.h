// The contract's tables over the user's own files: the first step of every flow.
//
//   files -> raw_dim_product, raw_dim_store_physical, raw_dim_store_management, raw_fact_sales,
//   raw_fact_inventory -> (quality takes the quarantined rows out) -> dim_product, ..., fact_sales, ...
//
// Parquet is read in place at each query; a CSV is parsed once, into a table of the engine. Each view has
// the contract columns that the files have or the mapping makes, with the contract's types (ids always
// text, so leading zeros stay), and a mapping's columns beyond the contract. `[scope]` is applied here.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/engine/engine.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

// One table that is there. It is read as raw_NAME.
struct RawTable {
  std::string name;  // the contract's name, e.g. "fact_sales"
  std::vector<std::string>
      columns;  // its view's columns: the contract's in the contract's order, then others
  std::vector<std::filesystem::path> files;  // what it is read from, sorted
  bool is_csv = false;
};

struct RawTables {
  std::vector<RawTable> tables;    // in the contract's order
  std::vector<std::string> notes;  // what is missing, unused or was guessed; a sentence each, for people

  // Null when the table is not there.
  const RawTable* find(const std::string& name) const;
  bool has(const std::string& table, const std::string& column) const;
};

// Makes the views. Where options.tables names no path, data/raw/NAME.parquet, NAME.csv or the folder NAME
// is looked for. A mapping's value that equals a column of the file is that column; any other is an SQL
// expression over the file's columns (hive partitions count as columns, as text).
//
// CSV: delimiter, encoding, decimal mark and date format are those of `csv` where given, else found in the
// file; two date formats that both fit are refused. sale_amount without unit_price_at_sale also makes
// unit_price_at_sale = sale_amount / qty.
//
// Throws DataError (one line: file, row or column, value, expected, what to do) for missing, empty or
// broken files, missing required columns, values that are not of the contract's type and faulty mappings;
// InvalidInput for a faulty `[scope]` condition; EnvironmentError as the engine does.
RawTables open_raw_tables(Engine& engine, const Options& options, const ProjectPaths& paths);

// The contract's names straight over raw_*: what quality would make of data without a fault.
void open_unchecked_tables(Engine& engine, const RawTables& tables);

}  // namespace aisle
