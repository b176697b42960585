// Reads tests/data/seed42: what the original platform put out for 100 stores (see the README there).
#pragma once

#include <string>
#include <vector>

#include "aisle/base/matrix.h"
#include "tests/support/csv.h"

namespace aisle::seed42 {

using aisle::testing::Csv;

inline std::string path_of(const std::string& file) {
  return std::string(AISLE_SOURCE_DIR) + "/tests/data/seed42/" + file;
}

inline Csv read_csv(const std::string& file) {
  return aisle::testing::read_csv(path_of(file));
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
