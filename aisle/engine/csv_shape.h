// How a CSV file is laid out, seen from its first lines: delimiter, fields, header.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

using CsvRecord = std::vector<std::string>;

// Whether a text is the file's end too; else its last line is left out.
enum class TextEnd { kWhole, kCut };

// The first records (at most `most`) by a delimiter. Fields may be quoted and hold delimiters and line ends.
std::vector<CsvRecord> csv_records(std::string_view utf8, char delimiter, char quote, TextEnd end,
                                   std::size_t most);

struct CsvShape {
  char delimiter = ',';
  bool is_table = false;  // most lines have as many fields
  std::vector<CsvRecord> records;
};

// The delimiter that cuts the first lines into the same number of fields; where there is none, the one that
// cuts the first line into the most.
CsvShape sniff_csv(std::string_view utf8, char quote, TextEnd end);

// A first record is a header when it holds names: no number or date, no name twice, and no value that stands
// in the same column below.
bool has_header(const std::vector<CsvRecord>& records);

}  // namespace aisle
