// The tables that everything after the checks reads: raw_* without the rows that were put aside. No row is
// copied; a table without a fault is its raw view.
#pragma once

#include <string>
#include <vector>

#include "aisle/engine/engine.h"
#include "aisle/engine/raw_tables.h"
#include "aisle/project/project_paths.h"
#include "aisle/quality/evaluate.h"

namespace aisle {

// What keeps rows out of a table, or values out of its rows.
struct RowRemoval {
  std::string name;    // the expectation's
  std::string reason;  // "product_id is not in dim_product"
  RowFilter filter;
};

struct ValueRemoval {
  std::string name;
  std::string column;
  RowFilter filter;
};

struct TableRemovals {
  std::vector<RowRemoval> rows;
  std::vector<ValueRemoval> values;
};

// The removals that the results ask for: those of rules that put rows or values aside and found some.
TableRemovals removals_of(const std::vector<ExpectationResult>& results);

// Makes the view `table` over raw_`table`. Its columns are those of the raw view.
void make_checked_view(Engine& engine, const std::string& table, const std::vector<std::string>& columns,
                       const TableRemovals& removals);

// Writes the rows that are put aside, with their reasons (several joined by "; ") in the column `reason`,
// sorted by the key and then every column. Returns how many there are.
std::int64_t write_quarantine(Engine& engine, const TableSchema& table, const TableRemovals& removals,
                              const std::filesystem::path& file);

// Makes the views dim_product, fact_sales, ... as the last check (data/validation/checks.json) left them.
// Throws EnvironmentError when nothing was checked yet, and DataError when checks.json is broken or speaks of
// other tables than `raw` has.
void open_checked_tables(Engine& engine, const RawTables& raw, const ProjectPaths& paths);

// The removals of a table as the JSON that checks.json holds, and back.
std::string removals_json(const TableRemovals& removals);
TableRemovals parse_removals(const std::string& json);

}  // namespace aisle
