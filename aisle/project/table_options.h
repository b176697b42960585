// The [tables.NAME] sections of aisle.toml: paths, CSV dialects and column mappings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aisle/project/options.h"
#include "aisle/project/toml_reader.h"

namespace aisle {

struct TableKey {
  std::string_view key;  // "path", "csv.delimiter"
  std::string_view help;
};

// The keys of a [tables.NAME] section but for its columns.
const std::vector<TableKey>& table_keys();

// Puts one entry whose path begins with "tables" into `options`. Throws InvalidInput that begins with
// `where` for an unknown table, key or column, and for a value that will not do.
void apply_table_entry(Options& options, const TomlEntry& entry, const std::string& where);

// "key = value" lines of one table, in one order.
std::string canonical_table(const std::string& name, const TableSource& source);

}  // namespace aisle
