// A plain CSV reader for reference data.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace aisle::testing {

// A CSV without quotes, by column name; all values as text.
struct Csv {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::string>> columns;

  std::size_t n_rows() const { return columns.at(names.front()).size(); }
  std::vector<double> doubles(const std::string& name) const {
    std::vector<double> values;
    for (const std::string& text : columns.at(name)) values.push_back(std::stod(text));
    return values;
  }
  std::vector<std::int32_t> ints(const std::string& name) const {
    std::vector<std::int32_t> values;
    for (const std::string& text : columns.at(name)) values.push_back(std::stoi(text));
    return values;
  }
};

inline std::vector<std::string> split_line(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t comma = line.find(',', begin);
    cells.push_back(line.substr(begin, comma - begin));
    if (comma == std::string::npos) return cells;
    begin = comma + 1;
  }
}

inline Csv read_csv(const std::string& path) {
  std::ifstream stream(path);
  if (!stream) throw std::runtime_error("cannot open " + path);
  Csv csv;
  std::string line;
  std::getline(stream, line);
  csv.names = split_line(line);
  while (std::getline(stream, line)) {
    const std::vector<std::string> cells = split_line(line);
    for (std::size_t col = 0; col < csv.names.size(); ++col)
      csv.columns[csv.names[col]].push_back(cells.at(col));
  }
  return csv;
}

}  // namespace aisle::testing
