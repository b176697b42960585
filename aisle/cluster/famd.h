// Factor analysis of mixed data (Pagès 2004): principal axes of numeric and categorical columns together.
//
// Z holds the z-scores (population deviation) of the numeric columns and, for each level of a categorical
// column, its indicator, centred and divided by the root of the level's share. With row weights 1/n the axes
// are the eigenvectors of Z'Z/n and the row coordinates are ZV, whose mean square on an axis is its
// eigenvalue.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aisle/base/matrix.h"

namespace aisle {

// A categorical column: codes index `levels` (sorted), -1 is an unseen level (only in projection). All its
// indicators have its weight.
struct CategoricalColumn {
  std::string name;                 // of the column
  std::vector<std::string> levels;  // distinct, sorted
  std::vector<std::int32_t> codes;  // by row
  double weight = 1.0;              // above 0
};

// Rows by numeric and categorical columns. Axes take numeric columns in the order given, then categorical
// ones by name. A column of weight w counts as w columns: its part of Z is multiplied by sqrt(w). A
// projection takes the column weights of the fit.
//
// A row of weight w counts as w rows; only proportions matter, for weights are divided by their sum. A row of
// weight 0 is supplementary: it leaves the fit as it would be without it, and is projected all the same.
//
// Missing values: a numeric one is refused, for every stand-in is a choice that the caller must make; a
// categorical one must have been given a level of its own.
struct MixedData {
  std::vector<std::string> numeric_names;      // by column of `numeric`
  Matrix numeric;                              // n x number of numeric columns, finite
  std::vector<CategoricalColumn> categorical;  // n codes each
  std::vector<double> numeric_weights;         // > 0, by numeric column; empty: 1 each
  std::vector<double> row_weights;             // >= 0, not all 0; empty: 1 each
  std::size_t n_rows() const;                  // n
};

// The column `name` of `values`, its levels sorted (bytewise) and coded. A missing value must have been given
// a level of its own before.
CategoricalColumn categorical_column(std::string name, std::span<const std::string> values);

// A fitted analysis: all that projection needs, and no rows. `loadings` is p x k (p = numeric columns plus
// levels, k = components); its sign makes the largest absolute loading of each axis positive, the first such
// column on a tie (loadings within 1e-9 of the largest, relatively, count as tied, so that rounding does not
// choose). A constant numeric column has deviation 0 and contributes nothing.
struct Famd {
  std::vector<std::string> numeric_names;        // in the order of the rows of `loadings`
  std::vector<double> means;                     // by numeric column
  std::vector<double> deviations;                // population, by numeric column
  std::vector<std::string> categorical_names;    // sorted, in the order of the rows of `loadings`
  std::vector<std::vector<std::string>> levels;  // by categorical column, sorted
  std::vector<std::vector<double>> shares;       // of the rows' weight, by level
  std::vector<double> eigenvalues;               // k, descending
  // Numeric columns that vary, plus levels - 1 of each categorical one; each times its weight.
  double total_inertia = 0;
  Matrix loadings;                          // p x k, unit length by axis
  std::vector<double> numeric_weights;      // by numeric column
  std::vector<double> categorical_weights;  // by categorical column
  // Squared distance from the origin of each level's barycentre in the whole space of Z, by level in the
  // order of `loadings`; what cos2 of a level needs (famd_outputs.h).
  std::vector<double> level_distances;
  std::size_t n_rows = 0;  // of a weight above 0
};

// Exact: eigenvectors of Z'Z / n, accumulated over the rows in fixed blocks: O(n p) work for the sums (each
// row touches its own levels only), O(p^2) memory beside the input, the same bits for any number of threads.
//
// n_components is cut to the rank's bound, n - 1 (n rows of a weight above 0) or the total inertia without
// column weights; this leaves no axis when nothing varies. A level that no row of the fit has is left out:
// its share would be 0, and a row with it counts as unseen. Throws InvalidInput on n_components < 1, no rows,
// no columns, a value that is not finite, a code without a level, columns of unequal length, two columns of
// one name, a column's weight that is not above 0, or row weights of another number, below 0 or all 0.
Famd fit_famd(const MixedData& data, int n_components);

// Row coordinates (n x k) by the training's means, deviations and shares, never the batch's own. An unseen
// level (code -1, or a level the fit lacks) stands at the average of its column: zero. Columns and levels are
// matched by name; columns that the fit does not know are ignored. Throws InvalidInput when a column of the
// fit is missing or a value is not finite.
Matrix project(const Famd& famd, const MixedData& data);

// Each axis's share of the total inertia, in percent; empty when there is no axis.
std::vector<double> percentage_of_variance(const Famd& famd);

// The same, summed up to each axis.
std::vector<double> cumulative_percentage_of_variance(const Famd& famd);

}  // namespace aisle
