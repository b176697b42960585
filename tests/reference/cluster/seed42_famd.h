// What the original platform gave to FAMD for the 100 stores of tests/data/seed42.
#pragma once

#include <string>
#include <vector>

#include "aisle/cluster/famd.h"
#include "tests/reference/cluster/seed42.h"

namespace aisle::seed42 {

inline MixedData seed42_input() {
  const Csv csv = read_csv("famd_input.csv");
  MixedData data;
  data.numeric_names = {"anos_de_loja", "log1p_size_m2"};
  data.numeric = Matrix(csv.n_rows(), 2);
  for (std::size_t col = 0; col < 2; ++col) {
    const std::vector<double> values = csv.doubles(data.numeric_names[col]);
    for (std::size_t row = 0; row < values.size(); ++row) data.numeric(row, col) = values[row];
  }
  // Given out of order: the axes take them by name.
  data.categorical = {categorical_column("regional", csv.columns.at("regional")),
                      categorical_column("placement", csv.columns.at("placement"))};
  return data;
}

}  // namespace aisle::seed42
