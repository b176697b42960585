// The expectation and the maximisation in one pass: a block of rows gets its memberships and adds its share
// to the weighted sums about the present means, from which the next means and covariances follow.
#include "aisle/cluster/mixture_steps.h"

#include <algorithm>
#include <cmath>

#include "aisle/base/moments.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/gaussian_kernels.h"
#include "aisle/cluster/mixture_densities.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 256;  // a multiple of the lanes
// A component that all rows together are in with less than this has no mean; it is dropped.
constexpr double kNoRows = 1e-8;
// A row that is in a component with less than this adds nothing to it: far below what its sums can hold.
constexpr double kLeastMembership = 1e-14;

std::size_t padded(std::size_t n_cols) {
  return (n_cols + kLanes - 1) / kLanes * kLanes;
}

// Weighted sums by component: of 1, of the deviation from a reference mean, and of its products or squares.
struct Sums {
  Sums(std::size_t n_components, std::size_t n_columns, CovarianceShape shape)
      : n_cols(n_columns),
        stride(padded(n_columns)),
        full(shape == CovarianceShape::kFull),
        counts(n_components),
        firsts(n_components, stride),
        seconds(n_components, full ? n_columns * stride : stride) {}

  void add_row(std::size_t component, double weight, std::span<const double> values,
               std::span<const double> reference, std::vector<double>& deviation) {
    for (std::size_t col = 0; col < n_cols; ++col) deviation[col] = values[col] - reference[col];
    counts[component] += weight;
    double* first = firsts.row(component).data();
    for (std::size_t col = 0; col < n_cols; ++col) first[col] += weight * deviation[col];
    double* second = seconds.row(component).data();
    if (full) {
      kernels::add_products(deviation.data(), weight, n_cols, stride, second);
    } else {
      kernels::add_squares(deviation.data(), weight, stride, second);
    }
  }

  void add(const Sums& other) {
    for (std::size_t at = 0; at < counts.size(); ++at) counts[at] += other.counts[at];
    const auto add_matrix = [](Matrix& to, const Matrix& from) {
      for (std::size_t cell = 0; cell < to.n_rows() * to.n_cols(); ++cell)
        to.data()[cell] += from.data()[cell];
    };
    add_matrix(firsts, other.firsts);
    add_matrix(seconds, other.seconds);
  }

  std::size_t n_cols;
  std::size_t stride;
  bool full;
  std::vector<double> counts;
  Matrix firsts;
  Matrix seconds;
};

// Rows are cut into chunks by the sizes alone, never by threads; large sums get fewer, to bound the memory.
std::size_t rows_of_chunk(std::size_t n_rows, const Sums& sums) {
  const std::size_t cells = sums.seconds.n_rows() * sums.seconds.n_cols();
  const std::size_t most = (std::size_t{1} << 22) / std::max<std::size_t>(1, cells);
  const std::size_t n_chunks = std::clamp<std::size_t>(std::min(most, n_rows / (2 * kRowsPerBlock)), 1, 16);
  const std::size_t rows = (n_rows + n_chunks - 1) / n_chunks;
  return (rows + kRowsPerBlock - 1) / kRowsPerBlock * kRowsPerBlock;
}

// `body(sums, begin, end)` over all rows in blocks; the chunks' sums in order.
template <typename Body>
Sums sum_rows(std::size_t n_rows, const Sums& none, const Body& body) {
  const std::size_t chunk_rows = rows_of_chunk(n_rows, none);
  std::vector<Sums> chunks((n_rows + chunk_rows - 1) / chunk_rows, none);
  parallel_for_blocks(n_rows, chunk_rows, [&](std::size_t chunk_begin, std::size_t chunk_end) {
    for (std::size_t begin = chunk_begin; begin < chunk_end; begin += kRowsPerBlock)
      body(chunks[chunk_begin / chunk_rows], begin, std::min(chunk_end, begin + kRowsPerBlock));
  });
  for (std::size_t chunk = 1; chunk < chunks.size(); ++chunk) chunks[0].add(chunks[chunk]);
  return std::move(chunks[0]);
}

// Covariance of columns a >= b in a component of the sums about its new mean, before prior and floor.
double covariance_of(const Sums& sums, std::size_t component, std::size_t a, std::size_t b) {
  const double count = sums.counts[component];
  const std::size_t place = sums.full ? a * sums.stride + b : a;
  return sums.seconds(component, place) / count -
         sums.firsts(component, a) / count * (sums.firsts(component, b) / count);
}

// Draws a component's covariance towards another one, with the weight of some rows: towards the data's own
// (Fraley and Raftery 2007, table 1, without a prior on the mean), or towards the pooled one.
class Prior {
 public:
  Prior(const MixtureFrame& frame, const Sums& sums, const std::vector<std::size_t>& kept, double total)
      : options_(frame.options), n_cols_(static_cast<double>(sums.n_cols)) {
    if (options_.prior == VariancePrior::kConjugate) {
      scale_ = frame.covariance;
      // The data's covariance, shrunk to the volume of one component of so many.
      shrink_ = std::pow(static_cast<double>(kept.size()), -2 / n_cols_);
    }
    if (options_.prior == VariancePrior::kPooled) scale_ = pooled(sums, kept, total);
    for (std::size_t col = 0; col < scale_.n_cols(); ++col) mean_variance_ += scale_(col, col) / n_cols_;
  }

  double estimate(double covariance, double count, std::size_t a, std::size_t b) const {
    const bool full = options_.shape == CovarianceShape::kFull;
    const double n_more = full ? n_cols_ + 2 : 4.0;
    switch (options_.prior) {
      case VariancePrior::kNone:
        return covariance;
      case VariancePrior::kPooled:
        return (n_more * scale_(a, b) + count * covariance) / (n_more + count);
      default:
        return (shrink_ * scale_(a, b) + count * covariance) /
               (n_cols_ + 2 + count + (full ? n_cols_ + 1 : 2));
    }
  }

  double spherical(double variance, double count) const {
    switch (options_.prior) {
      case VariancePrior::kNone:
        return variance;
      case VariancePrior::kPooled:
        return (4 * mean_variance_ + count * variance) / (4 + count);
      default:
        return (shrink_ * mean_variance_ + count * n_cols_ * variance) / (n_cols_ + 2 + count * n_cols_ + 2);
    }
  }

 private:
  static Matrix pooled(const Sums& sums, const std::vector<std::size_t>& kept, double total) {
    Matrix result(sums.n_cols, sums.n_cols);
    for (const std::size_t component : kept) {
      const double share = sums.counts[component] / total;
      for (std::size_t a = 0; a < sums.n_cols; ++a) {
        for (std::size_t b = sums.full ? 0 : a; b <= a; ++b)
          result(a, b) += share * covariance_of(sums, component, a, b);
      }
    }
    return result;
  }

  const GaussianMixtureOptions& options_;
  double n_cols_;
  Matrix scale_;  // its lower triangle
  double mean_variance_ = 0;
  double shrink_ = 1;
};

void set_covariance(const MixtureFrame& frame, const Prior& prior, const Sums& sums, std::size_t component,
                    std::span<double> target) {
  const std::size_t n_cols = sums.n_cols;
  const double count = sums.counts[component];
  if (frame.options.shape == CovarianceShape::kFull) {
    for (std::size_t a = 0; a < n_cols; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        const double value = prior.estimate(covariance_of(sums, component, a, b), count, a, b);
        target[a * n_cols + b] = target[b * n_cols + a] = value;
      }
      target[a * n_cols + a] = std::max(0.0, target[a * n_cols + a]) + frame.floor[a];
    }
    return;
  }
  double mean_variance = 0;
  double mean_floor = 0;
  for (std::size_t col = 0; col < n_cols; ++col) {
    const double variance = std::max(0.0, covariance_of(sums, component, col, col));
    mean_variance += variance / static_cast<double>(n_cols);
    mean_floor += frame.floor[col] / static_cast<double>(n_cols);
    if (frame.options.shape == CovarianceShape::kDiagonal)
      target[col] = prior.estimate(variance, count, col, col) + frame.floor[col];
  }
  if (frame.options.shape == CovarianceShape::kSpherical)
    target[0] = prior.spherical(mean_variance, count) + mean_floor;
}

// The maximisation: the mixture of the sums about `references`, components x columns.
GaussianMixture mixture_of_sums(const MixtureFrame& frame, const Sums& sums, const Matrix& references) {
  std::vector<std::size_t> kept;
  double total = 0;
  for (std::size_t component = 0; component < sums.counts.size(); ++component) {
    if (sums.counts[component] < kNoRows) continue;
    kept.push_back(component);
    total += sums.counts[component];
  }
  const std::size_t n_cols = sums.n_cols;
  const CovarianceShape shape = frame.options.shape;
  const std::size_t width = shape == CovarianceShape::kFull        ? n_cols * n_cols
                            : shape == CovarianceShape::kSpherical ? 1
                                                                   : n_cols;
  GaussianMixture mixture{.shape = shape,
                          .weights = std::vector<double>(kept.size()),
                          .means = Matrix(kept.size(), n_cols),
                          .covariances = Matrix(kept.size(), width)};
  const Prior prior(frame, sums, kept, total);
  for (std::size_t at = 0; at < kept.size(); ++at) {
    const std::size_t component = kept[at];
    mixture.weights[at] = sums.counts[component] / total;
    for (std::size_t col = 0; col < n_cols; ++col) {
      mixture.means(at, col) =
          references(component, col) + sums.firsts(component, col) / sums.counts[component];
    }
    set_covariance(frame, prior, sums, component, mixture.covariances.row(at));
  }
  return mixture;
}

Matrix repeated(const std::vector<double>& row, std::size_t n) {
  Matrix result(n, row.size());
  for (std::size_t at = 0; at < n; ++at) std::ranges::copy(row, result.row(at).begin());
  return result;
}

// The sums with each row wholly in the component of its label, about the columns' means.
Sums sums_of_labels(const KeyedRows& points, std::span<const std::int32_t> labels, std::size_t n_components,
                    std::span<const double> means, CovarianceShape shape) {
  const std::size_t n_cols = points.rows.n_cols();
  return sum_rows(points.rows.n_rows(), Sums(n_components, n_cols, shape),
                  [&](Sums& sums, std::size_t begin, std::size_t end) {
                    std::vector<double> deviation(padded(n_cols));
                    for (std::size_t row = begin; row < end; ++row) {
                      const std::size_t component =
                          labels.empty() ? 0 : static_cast<std::size_t>(labels[row]);
                      sums.add_row(component, 1.0, points.rows.row(row), means, deviation);
                    }
                  });
}

}  // namespace

MixtureFrame::MixtureFrame(const KeyedRows& keyed, const GaussianMixtureOptions& chosen)
    : points(keyed), options(chosen), covariance(keyed.rows.n_cols(), keyed.rows.n_cols()) {
  const std::size_t n_cols = keyed.rows.n_cols();
  const auto alike = [](std::size_t) { return 1.0; };
  for (std::size_t col = 0; col < n_cols; ++col) {
    const ColumnMoments moments = column_moments(
        keyed.rows.n_rows(), [&](std::size_t row) { return keyed.rows(row, col); }, alike);
    means.push_back(moments.mean);
    const double variance = moments.deviation * moments.deviation;
    floor.push_back(options.regularisation * (variance > 0 ? variance : 1.0));
  }
  if (options.prior != VariancePrior::kConjugate) return;
  const CovarianceShape shape =
      options.shape == CovarianceShape::kFull ? CovarianceShape::kFull : CovarianceShape::kDiagonal;
  const Sums sums = sums_of_labels(keyed, {}, 1, means, shape);
  for (std::size_t a = 0; a < n_cols; ++a) {
    for (std::size_t b = sums.full ? 0 : a; b <= a; ++b)
      covariance(a, b) = covariance(b, a) = covariance_of(sums, 0, a, b);
  }
}

GaussianMixture mixture_of_labels(const MixtureFrame& frame, std::span<const std::int32_t> labels,
                                  std::size_t n_components) {
  const Sums sums = sums_of_labels(frame.points, labels, n_components, frame.means, frame.options.shape);
  return mixture_of_sums(frame, sums, repeated(frame.means, n_components));
}

MixtureStep mixture_step(const MixtureFrame& frame, const GaussianMixture& mixture) {
  const KeyedRows& points = frame.points;
  const std::size_t n_cols = points.rows.n_cols();
  const std::size_t k = mixture.weights.size();
  const MixtureDensities densities(mixture);
  std::vector<double> log_densities(points.rows.n_rows());
  const Sums sums =
      sum_rows(points.rows.n_rows(), Sums(k, n_cols, mixture.shape),
               [&](Sums& here, std::size_t begin, std::size_t end) {
                 std::vector<double> memberships(k * kRowsPerBlock);
                 std::vector<double> squares(k * kRowsPerBlock);
                 std::vector<double> deviation(padded(n_cols));
                 densities.read(points.packed, begin, end, kRowsPerBlock, memberships.data(), squares.data());
                 normalise(k, end - begin, kRowsPerBlock, memberships.data(), log_densities.data() + begin);
                 for (std::size_t component = 0; component < k; ++component) {
                   const auto mean = mixture.means.row(component);
                   for (std::size_t row = begin; row < end; ++row) {
                     const double weight = memberships[component * kRowsPerBlock + row - begin];
                     if (weight < kLeastMembership) continue;
                     here.add_row(component, weight, points.rows.row(row), mean, deviation);
                   }
                 }
               });
  double log_likelihood = 0;
  for (const double value : log_densities) log_likelihood += value;
  return {.next = mixture_of_sums(frame, sums, mixture.means), .log_likelihood = log_likelihood};
}

}  // namespace aisle
