// How a CSV file is written, seen from its first bytes: encoding, delimiter, header.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

// "utf-8", "latin-1" or "utf-16". `bytes` may end in the middle of a letter.
std::string detect_encoding(std::string_view bytes);

// `bytes` in UTF-8, without a byte order mark.
std::string to_utf8(std::string_view bytes, const std::string& encoding);

struct CsvShape {
  char delimiter = ',';
  bool header = true;
  std::size_t n_columns = 0;  // 0: this is no table (bytes of zero, or lines of no common width)
  std::vector<std::vector<std::string>> records;  // the first ones
};

// `whole` says that the text is the file's end too; else its last line is left out. Fields may be quoted by
// '"' and hold delimiters and line ends.
enum class TextEnd { kWhole, kCut };
CsvShape sniff_csv(std::string_view utf8, TextEnd end);

}  // namespace aisle
