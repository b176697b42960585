#include "aisle/features/size_imputation.h"

#include <cmath>

namespace aisle {

std::optional<SizeFit> fit_size(const std::vector<double>& sizes, const std::vector<double>& storages) {
  SizeFit fit;
  std::int64_t n_sizes = 0;
  double size_sum = 0;
  double fitted_size_sum = 0;
  double storage_sum = 0;
  for (std::size_t row = 0; row < sizes.size(); ++row) {
    if (!(sizes[row] > 0)) continue;
    ++n_sizes;
    size_sum += sizes[row];
    if (std::isnan(storages[row])) continue;
    ++fit.n_fitted;
    fitted_size_sum += sizes[row];
    storage_sum += storages[row];
  }
  if (n_sizes == 0) return std::nullopt;
  fit.mean_size = size_sum / static_cast<double>(n_sizes);
  if (fit.n_fitted < 2) {
    fit.n_fitted = 0;
    return fit;
  }
  // Two passes: deviations from the means keep the digits that raw sums of squares lose.
  const double mean_size = fitted_size_sum / static_cast<double>(fit.n_fitted);
  const double mean_storage = storage_sum / static_cast<double>(fit.n_fitted);
  double products = 0;
  double squares = 0;
  for (std::size_t row = 0; row < sizes.size(); ++row) {
    if (!(sizes[row] > 0) || std::isnan(storages[row])) continue;
    products += (storages[row] - mean_storage) * (sizes[row] - mean_size);
    squares += (storages[row] - mean_storage) * (storages[row] - mean_storage);
  }
  if (!(squares > 0)) {
    fit.n_fitted = 0;
    return fit;
  }
  fit.slope = products / squares;
  fit.intercept = mean_size - fit.slope * mean_storage;
  return fit;
}

double imputed_size(const SizeFit& fit, double storage) {
  if (fit.n_fitted == 0 || std::isnan(storage)) return fit.mean_size;
  return std::abs(fit.intercept + fit.slope * storage);
}

}  // namespace aisle
