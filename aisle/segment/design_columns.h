// Numbers and categories of the store table as the model's columns: nulls, transforms, log-ratios.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/base/table.h"
#include "aisle/cluster/famd.h"
#include "aisle/segment/terms.h"

namespace aisle {

// Sets `fill` of every number to the median of its column; drops (into `notes`) those without any value.
// Throws DataError for an infinite value, naming store and column.
void fit_fills(ModelColumns& columns, const Table& stores, std::vector<std::string>& notes);

// n x inputs.size(): filled and transformed. Counts what was filled into `notes`.
Matrix numeric_values(const std::vector<NumericInput>& inputs, const std::vector<Composition>& compositions,
                      const Table& stores, std::vector<std::string>& notes);

// The categories of `inputs`. Without `known` the levels are those found; with it codes index the known
// levels and -1 is an unseen one (counted into `notes`).
std::vector<CategoricalColumn> categorical_values(const std::vector<CategoryInput>& inputs,
                                                  const Table& stores, const Famd* known,
                                                  std::vector<std::string>& notes);

}  // namespace aisle
