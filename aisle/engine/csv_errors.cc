#include "aisle/engine/csv_errors.h"

#include <fmt/format.h>

#include <regex>

#include "aisle/engine/source_files.h"

namespace aisle {

bool is_csv_row_error(const DataError& error) {
  return error.parts().what.find("CSV Error on Line: ") != std::string::npos;
}

// The engine has put DuckDB's message on one line, parted by "; ".
DataError csv_row_error(const DataError& error, const std::string& table,
                        const std::vector<std::filesystem::path>& files, const ProjectPaths& paths) {
  const std::string text = error.parts().what;
  std::smatch found;
  if (!std::regex_search(text, found, std::regex("CSV Error on Line: (\\d+)"))) return error;
  const std::string line = found[1];
  std::string file = files.front().string();
  if (std::regex_search(text, found, std::regex("; file = (.*?); delimiter = "))) file = found[1];
  const std::string where = fmt::format("{}: line {}", shown_path(file, paths), line);
  if (text.find("Invalid unicode") != std::string::npos) {
    return DataError({.where = where,
                      .what = "the line is not UTF-8",
                      .expected = "",
                      .todo = fmt::format("set tables.{}.csv.encoding, e.g. \"latin-1\"", table)});
  }
  std::string shown;
  if (std::regex_search(text, found, std::regex("Original Line: (.*?); (Expected|Value|Invalid|Possible)"))) {
    shown = fmt::format(" ('{}')", found[1].str());
  }
  if (std::regex_search(text, found, std::regex("Expected Number of Columns: (\\d+) Found: (\\d+)"))) {
    return DataError({.where = where,
                      .what = fmt::format("it has {} fields{}", found[2].str(), shown),
                      .expected = fmt::format("{}, as in the header", found[1].str()),
                      .todo = "mend or take out the line"});
  }
  if (text.find("unterminated quote") != std::string::npos) {
    return DataError({.where = where,
                      .what = fmt::format("a quote is opened and not closed{}", shown),
                      .expected = "",
                      .todo = fmt::format("mend the line, or set tables.{}.csv.quote", table)});
  }
  return DataError({.where = where, .what = text, .expected = "", .todo = "mend or take out the line"});
}

}  // namespace aisle
