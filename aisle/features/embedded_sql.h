// The SQL files of sql/ as they were at build time. The .cc file is made by cmake/EmbedSql.cmake.
#pragma once

#include <string_view>
#include <vector>

namespace aisle {

struct EmbeddedSql {
  std::string_view file;  // "sql/features/010_sales.sql"
  std::string_view text;
};

// Sorted by folder and name.
const std::vector<EmbeddedSql>& embedded_sql();

}  // namespace aisle
