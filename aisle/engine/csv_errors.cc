#include "aisle/engine/csv_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "aisle/engine/source_files.h"
#include "aisle/engine/utf8_copy.h"

namespace aisle {
namespace {

constexpr std::string_view kLine = "CSV Error on Line: ";
constexpr std::size_t kLongestShown = 80;  // bytes

// What stands between `begin` and the first of `ends` (or the end of the text); "" without `begin`.
std::string between(std::string_view text, std::string_view begin,
                    std::initializer_list<std::string_view> ends) {
  const std::size_t at = text.find(begin);
  if (at == std::string_view::npos) return "";
  text.remove_prefix(at + begin.size());
  std::size_t end = text.size();
  for (const std::string_view mark : ends) end = std::min(end, text.find(mark));
  return std::string(text.substr(0, end));
}

// The beginning of a long line, cut between two characters of UTF-8: an open quote runs on to the file's end.
std::string beginning(std::string line) {
  if (line.size() <= kLongestShown) return line;
  std::size_t end = kLongestShown;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return line.substr(0, end) + "...";
}

}  // namespace

bool is_csv_row_error(const DataError& error) {
  return error.parts().what.find(kLine) != std::string::npos;
}

// The engine has put DuckDB's message on one line, parted by "; ".
DataError csv_row_error(const DataError& error, const std::string& table,
                        const std::vector<std::filesystem::path>& files, const ProjectPaths& paths) {
  const std::string& text = error.parts().what;
  std::string file = between(text, "; file = ", {"; delimiter = "});
  if (file.empty()) file = files.front().string();
  const auto origin = std::find_if(files.begin(), files.end(), [&](const std::filesystem::path& from) {
    return is_utf8_copy(file, from, paths.utf8_copies);
  });
  if (origin != files.end()) file = origin->string();
  const std::string where = fmt::format("{}: line {}", shown_path(file, paths), between(text, kLine, {";"}));
  if (text.find("Invalid unicode") != std::string::npos) {
    const std::string option = fmt::format("tables.{}.csv.encoding", table);
    if (!is_packed(file)) check_encoding(file, "utf-8", shown_path(file, paths), option);
    return DataError({.where = where,
                      .what = "the line is not UTF-8",
                      .expected = "",
                      .remedy = fmt::format("unpack it and set {}", option)});
  }
  const std::string line = between(text, "Original Line: ", {"; Expected", "; Value", "; Possible"});
  const std::string shown = line.empty() ? "" : fmt::format(" ('{}')", beginning(line));
  const std::string n_expected = between(text, "Expected Number of Columns: ", {" Found: "});
  if (!n_expected.empty()) {
    return DataError({.where = where,
                      .what = fmt::format("it has {} fields{}", between(text, " Found: ", {";"}), shown),
                      .expected = fmt::format("{}, as in the header", n_expected),
                      .remedy = "mend or take out the line"});
  }
  if (text.find("unterminated quote") != std::string::npos) {
    return DataError({.where = where,
                      .what = fmt::format("a quote is opened and not closed{}", shown),
                      .expected = "",
                      .remedy = fmt::format("mend the line, or set tables.{}.csv.quote", table)});
  }
  return DataError({.where = where, .what = text, .expected = "", .remedy = "mend or take out the line"});
}

}  // namespace aisle
