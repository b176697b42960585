// The matrix that stores are clustered in: context columns on FAMD axes, behaviour columns standardised.
//
// Columns: FAMD_1 .. FAMD_k, every one divided by the root of the first eigenvalue, then the behaviour in its
// configured order, (x - mean) / population deviation, times the root of its weight. A constant column is 0.
// The category mix enters as centred log-ratios (Aitchison 1986): shares are closed to 1, lifted to at least
// kSmallestShare (a zero has no logarithm, and a share below a thousandth says nothing), closed again.
// log1p(x) of an x below kLowestLog1p is that of kLowestLog1p: a fall of more has no logarithm of use.
//
// Missing values: a null number stands at the median of the fitted stores; a null category is a level of
// its own. Both are counted. An unseen level projects as the average level.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/base/table.h"
#include "aisle/cluster/famd.h"
#include "aisle/project/options.h"
#include "aisle/segment/terms.h"

namespace aisle {

inline constexpr double kSmallestShare = 0.001;
inline constexpr double kLowestLog1p = -0.95;

// All that a new store needs to be placed in the matrix.
struct DesignFit {
  ModelColumns columns;                      // with medians
  Famd famd;                                 // empty loadings when the context is empty
  double famd_scale = 1.0;                   // root of the first eigenvalue; 1 when that is 0
  std::vector<double> behaviour_means;       // after the transform
  std::vector<double> behaviour_deviations;  // population; 0 for a constant column
  std::vector<std::string> names() const;    // of the matrix's columns
};

struct Design {
  DesignFit fit;
  Matrix matrix;                       // rows as in the table given
  std::vector<std::string> store_ids;  // of the rows
  std::vector<std::string> notes;      // what the reader should know: columns left out, nulls filled
};

// Fits on all rows of `stores` (from canonical_stores). Throws DataError when no column of the model is
// there, there is no row, or a number is infinite (naming store and column).
Design fit_design(const Table& stores, const ModelTerms& terms, const FamdOptionsSection& famd);

// The same for columns that are resolved already, such as those of a fit that is repeated on other rows.
Design fit_design(const Table& stores, ModelColumns columns, int n_components);

// The same for columns that are resolved already: a fit that is repeated on other rows of the same columns.
Design fit_design(const Table& stores, ModelColumns columns, int n_components);

// canonical_stores, eligibility and fit_design in one: the matrix of the stores that take part in the fit.
Design build_design(const Table& store_features, const Options& options, std::optional<std::int64_t> as_of);

// Rows of `stores` in the fitted matrix. Adds to `notes` what was filled or not known. A numeric column of
// the fit that `stores` lacks stands at its median, a categorical one as the average level.
Matrix project_design(const DesignFit& fit, const Table& stores, std::vector<std::string>& notes);

}  // namespace aisle
