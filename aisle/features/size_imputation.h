// The size of stores that have none: a straight line through size and storage area, as the original has it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace aisle {

// size = intercept + slope x storage, fitted by ordinary least squares over the stores with a size above 0
// and a storage area. `mean_size` is that of all stores with a size above 0: used where storage is unknown,
// or says nothing (fewer than two stores, or all alike).
struct SizeFit {
  double intercept = 0;
  double slope = 0;
  double mean_size = 0;
  std::int64_t n_fitted = 0;  // stores that the line was fitted on; 0: there is no line
};

// NaN stands for unknown. Sums run in the order given: pass the stores sorted by id. Nothing when no store
// has a size above 0.
std::optional<SizeFit> fit_size(const std::vector<double>& sizes, const std::vector<double>& storages);

// The size of a store that has none: |intercept + slope x storage|, or the mean where that cannot be told.
double imputed_size(const SizeFit& fit, double storage);

}  // namespace aisle
