// Reads tests/data/seed42: what the original platform put out for 100 stores (see the README there).
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "aisle/base/matrix.h"

namespace aisle::seed42 {

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

inline std::string path_of(const std::string& file) {
  return std::string(AISLE_SOURCE_DIR) + "/tests/data/seed42/" + file;
}

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

inline Csv read_csv(const std::string& file) {
  std::ifstream stream(path_of(file));
  if (!stream) throw std::runtime_error("cannot open " + path_of(file));
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

// All columns but the first (the store id).
inline Matrix matrix_of(const Csv& csv) {
  Matrix matrix(csv.n_rows(), csv.names.size() - 1);
  for (std::size_t col = 1; col < csv.names.size(); ++col) {
    const std::vector<double> values = csv.doubles(csv.names[col]);
    for (std::size_t row = 0; row < values.size(); ++row) matrix(row, col - 1) = values[row];
  }
  return matrix;
}

}  // namespace aisle::seed42
