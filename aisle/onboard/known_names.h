// What retailers call the columns and tables of the contract, in English, Portuguese, Spanish and German.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

// In [0, 1]: how well `name` fits a column of a contract table.
double known_name_score(std::string_view table, std::string_view column, std::string_view name);

// In [0, 1]: how well a file's or folder's name fits a contract table.
double known_file_score(std::string_view table, std::string_view file_name);

// Columns beyond the contract that are worth having: the name they get in the mapping.
struct ExtraColumn {
  std::string_view table;
  std::string_view column;
  bool is_number;
};
const std::vector<ExtraColumn>& extra_columns();
double extra_name_score(const ExtraColumn& extra, std::string_view name);

}  // namespace aisle
