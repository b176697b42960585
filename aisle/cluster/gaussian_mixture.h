// Mixtures of normal distributions: clusters as clouds of their own width and tilt that may overlap.
//
// Expectation-maximisation (Dempster, Laird and Rubin 1977) for the three usual shapes, with the conjugate
// prior of Fraley and Raftery (2007) as an option, and the information criterion of Schwarz (1978).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"

namespace aisle {

// What a component's covariance may be; each component has its own.
enum class CovarianceShape {
  kSpherical,  // one variance for all columns: scikit-learn's "spherical", mclust's VII
  kDiagonal,   // a variance a column: "diag", VVI
  kFull,       // any: "full", VVV
};
// "spherical", "diagonal" or "full".
const char* covariance_shape_name(CovarianceShape shape);

// What holds variances away from 0, where the likelihood would grow without bound.
enum class VariancePrior {
  kNone,  // only the floor of `regularisation`; as scikit-learn
  // Fraley and Raftery 2007: each component sees d + 2 rows more, of the data's own covariance S / k^(2/d).
  // Fits with more columns than a component has rows need it.
  kConjugate,
  // Drawn towards the components' pooled covariance, at every iteration (after Friedman 1989, regularised
  // discriminant analysis): each component sees d + 2 rows more of it (full), or 4 (else). Milder than the
  // conjugate prior where columns are many, whose scale is then nearly that of all rows.
  kPooled,
};

// How a mixture is fitted.
struct GaussianMixtureOptions {
  int n_components = 1;                            // at least 1, at most the number of rows
  CovarianceShape shape = CovarianceShape::kFull;  // of every component
  VariancePrior prior = VariancePrior::kNone;      // on the covariances
  int n_starts = 10;                               // at least 1
  int max_iterations = 500;                        // of a start; at least 1
  double tolerance = 1e-5;             // on the mean log-likelihood's change: EM ends below it; above 0
  double regularisation = 1e-6;        // added to each variance, as a share of the column's own; above 0
  std::uint64_t seed = 42;             // of every draw
  const CancelFlag* cancel = nullptr;  // asked between iterations
};

// The distribution: sum over components of weight x normal(mean, covariance).
struct GaussianMixture {
  CovarianceShape shape = CovarianceShape::kFull;
  std::vector<double> weights;  // by component; above 0, sum 1
  Matrix means;                 // components x columns
  // components x 1 (spherical), x columns (diagonal: variances), or x columns² (full: row-major, symmetric).
  Matrix covariances;
};

// What a mixture says of rows.
struct MixtureReading {
  std::vector<std::int32_t> labels;       // the most probable component, the first on a tie
  Matrix memberships;                     // n x components: its probability given the row; each row sums to 1
  std::vector<double> log_densities;      // natural logarithm of the mixture's density at the row
  std::vector<double> squared_distances;  // Mahalanobis, from the label's mean by its covariance
};

// A fit.
struct GaussianMixtureResult {
  // Components by the number of rows that they are most probable for, most first, then by the smallest row
  // key; one that is most probable for no row comes last. As many as asked for; fewer where there are fewer
  // different rows, or where a component lost all its rows and was dropped.
  GaussianMixture mixture;
  MixtureReading reading;       // of the rows, in their order
  std::int32_t n_clusters = 0;  // components that are the most probable one of a row
  double log_likelihood = 0;    // sum of log_densities
  // Schwarz: free parameters x log n - 2 log_likelihood; the smaller the better, as in scikit-learn. With a
  // prior it is taken at the prior's estimate, as in mclust.
  double bic = 0;
  int n_iterations = 0;    // of the start that was taken
  bool converged = false;  // before max_iterations
};

// Fits a mixture to the rows of `points` (n x d, finite). Columns of one scale make better starts; the floor
// and the prior follow each column's own.
//
// Starts are k-means++ centres (aisle/cluster/k_means.h), every other one brought to the end of k-means
// first. All run a few iterations, the three of the greatest likelihood run to their end (Biernacki, Celeux
// and Govaert 2003), and the best is taken, the first on a tie. A constant column keeps a variance of
// `regularisation`.
//
// `row_keys` (n distinct numbers, or empty for the row numbers) put the rows in order before anything is
// summed, and draws go by them: rows shuffled together with their keys give the same bits, whatever the
// number of threads. O(n k d²) an iteration (full; else O(n k d)) and one Cholesky factor of d x d a
// component; memory O(n (k + d)). Throws InvalidInput for no rows, an option out of range or a value that is
// not finite; Cancelled.
GaussianMixtureResult gaussian_mixture(MatrixView points, const GaussianMixtureOptions& options,
                                       std::span<const std::uint64_t> row_keys = {});

// Reads the rows by a mixture. For a fit's own rows what the fit says, to the last bit. A row so far out that
// every density is 0 still has memberships, by the logarithms. Throws InvalidInput for a mixture whose parts
// do not fit together or whose covariance is not positive definite, for another number of columns, and for a
// value that is not finite.
MixtureReading read_mixture(const GaussianMixture& mixture, MatrixView points);

// Free parameters of a mixture: weights, means and covariances.
std::int64_t mixture_parameters(CovarianceShape shape, std::size_t n_components, std::size_t n_columns);

}  // namespace aisle
