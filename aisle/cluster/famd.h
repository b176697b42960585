// Factor analysis of mixed data (Pagès 2004): principal axes of numeric and categorical columns together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aisle/base/matrix.h"

namespace aisle {

// A categorical column: codes index `levels` (sorted), -1 is an unseen level (only in projection).
struct CategoricalColumn {
  std::string name;
  std::vector<std::string> levels;
  std::vector<std::int32_t> codes;
};

// Rows by numeric and categorical columns. Axes take numeric columns in the order given, then categorical
// ones by name.
struct MixedData {
  std::vector<std::string> numeric_names;
  Matrix numeric;  // n x number of numeric columns, finite
  std::vector<CategoricalColumn> categorical;
  std::size_t n_rows() const;
};

// A fitted analysis: all that projection needs, and no rows. `loadings` is p x k (p = numeric columns plus
// levels, k = components); its sign makes the largest absolute loading of each axis positive, the first such
// column on a tie. A constant numeric column has deviation 0 and contributes nothing.
struct Famd {
  std::vector<std::string> numeric_names;
  std::vector<double> means;
  std::vector<double> deviations;  // population
  std::vector<std::string> categorical_names;
  std::vector<std::vector<std::string>> levels;
  std::vector<std::vector<double>> shares;
  std::vector<double> eigenvalues;  // k, descending
  double total_inertia = 0;
  Matrix loadings;
};

// Exact: eigenvectors of Z'Z / n, Z = z-scores and indicators centred over the root of their shares.
// n_components is cut to the rank's bound p. Throws InvalidInput on values that are not finite or no rows.
Famd fit_famd(const MixedData& data, int n_components);

// Row coordinates (n x k) by the training's means, deviations and shares. An unseen level (code -1, or a
// level the fit lacks) stands at the average of its column: zero. Columns are matched by name.
Matrix project(const Famd& famd, const MixedData& data);

}  // namespace aisle
