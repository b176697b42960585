#include "aisle/segment/found_clusters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "aisle/cluster/chi_squared.h"
#include "aisle/cluster/k_means.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
// Of k-means where every row is at its mean; any other width would say the same.
constexpr double kLeastVariance = 1e-12;

HdbscanOptions hdbscan_options(const Options& options, std::size_t n_stores) {
  const HdbscanOptionsSection& section = options.hdbscan;
  HdbscanOptions result;
  result.min_samples = section.min_samples;
  result.metric = section.metric == DistanceMetric::kManhattan ? Metric::kManhattan : Metric::kEuclidean;
  result.selection.min_cluster_size = min_cluster_size_for(section, static_cast<std::int64_t>(n_stores));
  result.selection.cluster_selection_epsilon = section.cluster_selection_epsilon;
  result.selection.method = section.cluster_selection_method == TreeSelection::kLeaf
                                ? SelectionMethod::kLeaf
                                : SelectionMethod::kExcessOfMass;
  result.selection.single_cluster =
      section.allow_single_cluster ? SingleCluster::kAllow : SingleCluster::kRefuse;
  result.selection.max_cluster_size = section.max_cluster_size;
  const LimitOptions& limits = options.limits;
  result.selection.limits = {.fewest_clusters = limits.min_clusters,
                             .most_clusters = limits.max_clusters,
                             .smallest_share = limits.min_share,
                             .largest_share = limits.max_share > 0 ? limits.max_share : 1.0};
  return result;
}

HdbscanOptions hdbscan_options(const Model& model) {
  HdbscanOptions options;
  options.min_samples = model.hdbscan.min_samples;
  options.metric = model.metric;
  options.selection = model.hdbscan.selection_options;
  return options;
}

MixtureModel mixture_options(const Options& options) {
  const MixtureOptionsSection& section = options.gaussian_mixture;
  MixtureModel model;
  model.outlier_probability = options.model.outlier_probability;
  if (options.model.method == ClusterMethod::kKmeans) {
    model.n_components = options.kmeans.n_clusters;
    model.n_starts = options.kmeans.n_starts;
    model.mixture.shape = CovarianceShape::kSpherical;
    return model;
  }
  model.n_components = section.n_components;
  model.n_starts = section.n_starts;
  model.mixture.shape = section.covariance == MixtureShape::kSpherical  ? CovarianceShape::kSpherical
                        : section.covariance == MixtureShape::kDiagonal ? CovarianceShape::kDiagonal
                                                                        : CovarianceShape::kFull;
  model.prior = section.prior == MixturePrior::kNone        ? VariancePrior::kNone
                : section.prior == MixturePrior::kConjugate ? VariancePrior::kConjugate
                                                            : VariancePrior::kPooled;
  return model;
}

GaussianMixture as_mixture(const KMeansResult& found, std::size_t n_rows) {
  const auto k = static_cast<std::size_t>(found.n_clusters);
  const double cells = static_cast<double>(n_rows * found.means.n_cols());
  GaussianMixture mixture{.shape = CovarianceShape::kSpherical,
                          .weights = std::vector<double>(k, 1.0 / static_cast<double>(k)),
                          .means = found.means,
                          .covariances = Matrix(k, 1)};
  for (std::size_t at = 0; at < k; ++at)
    mixture.covariances(at, 0) = std::max(found.inertia / cells, kLeastVariance);
  return mixture;
}

GaussianMixture fit(ClusterMethod method, const MixtureModel& options, std::uint64_t seed, MatrixView rows,
                    std::span<const std::uint64_t> row_keys, const CancelFlag* cancel) {
  const int k =
      static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(options.n_components), rows.n_rows()));
  if (method == ClusterMethod::kKmeans) {
    const KMeansOptions chosen{.n_clusters = k, .n_starts = options.n_starts, .seed = seed, .cancel = cancel};
    return as_mixture(k_means(rows, chosen, row_keys), rows.n_rows());
  }
  GaussianMixtureOptions chosen{.n_components = k,
                                .shape = options.mixture.shape,
                                .prior = options.prior,
                                .n_starts = options.n_starts,
                                .seed = seed,
                                .cancel = cancel};
  return gaussian_mixture(rows, chosen, row_keys).mixture;
}

// A reading with outliers as noise.
struct Read {
  std::vector<std::int32_t> labels;
  std::vector<double> outlier_scores;
};

Read with_noise(const MixtureReading& reading, double outlier_probability, std::size_t n_cols) {
  Read read{reading.labels, std::vector<double>(reading.labels.size())};
  for (std::size_t row = 0; row < read.labels.size(); ++row) {
    const double tail = chi_squared_tail(reading.squared_distances[row], static_cast<double>(n_cols));
    read.outlier_scores[row] = 1 - tail;
    if (tail < outlier_probability) read.labels[row] = -1;
  }
  return read;
}

// The components in the order of `order`; those that it leaves out give their weight to the others.
GaussianMixture components(const GaussianMixture& mixture, const std::vector<std::size_t>& order) {
  GaussianMixture result{.shape = mixture.shape,
                         .weights = {},
                         .means = Matrix(order.size(), mixture.means.n_cols()),
                         .covariances = Matrix(order.size(), mixture.covariances.n_cols())};
  double total = 0;
  for (const std::size_t from : order) total += mixture.weights[from];
  for (std::size_t at = 0; at < order.size(); ++at) {
    result.weights.push_back(mixture.weights[order[at]] / total);
    std::ranges::copy(mixture.means.row(order[at]), result.means.row(at).begin());
    std::ranges::copy(mixture.covariances.row(order[at]), result.covariances.row(at).begin());
  }
  return result;
}

// Components with a store, by their stores, then by the first one of them.
std::vector<std::size_t> canonical_order(const std::vector<std::int32_t>& labels, std::size_t k) {
  std::vector<std::size_t> sizes(k);
  std::vector<std::size_t> first(k, labels.size());
  for (std::size_t row = labels.size(); row-- > 0;) {
    if (labels[row] < 0) continue;
    ++sizes[static_cast<std::size_t>(labels[row])];
    first[static_cast<std::size_t>(labels[row])] = row;
  }
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t component) { return sizes[component] == 0; });
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : first[a] < first[b];
  });
  return order;
}

// Takes out components that no store is in once outliers are noise, until each has one, and puts the rest in
// order. Without any (every store an outlier of every cluster) the largest stays.
GaussianMixture tidied(GaussianMixture mixture, MatrixView rows, double outlier_probability) {
  for (;;) {
    const std::size_t k = mixture.weights.size();
    const Read read = with_noise(read_mixture(mixture, rows), outlier_probability, rows.n_cols());
    std::vector<std::size_t> order = canonical_order(read.labels, k);
    if (order.empty()) order.push_back(0);
    const bool whole = order.size() == k;
    mixture = components(mixture, order);
    if (whole || k == 1) return mixture;
  }
}

ClusterSelection selection_of(const MixtureReading& reading, const Read& read) {
  ClusterSelection clusters;
  clusters.labels = read.labels;
  clusters.probabilities.assign(read.labels.size(), 0.0);
  for (std::size_t row = 0; row < read.labels.size(); ++row) {
    const std::int32_t label = read.labels[row];
    clusters.n_clusters = std::max(clusters.n_clusters, label + 1);
    if (label < 0) {
      ++clusters.n_noise;
    } else {
      clusters.probabilities[row] = reading.memberships(row, static_cast<std::size_t>(label));
    }
  }
  clusters.persistence.assign(static_cast<std::size_t>(clusters.n_clusters), kNone);
  return clusters;
}

void set_next_best(const MixtureReading& reading, std::size_t row, Prediction& out) {
  const auto memberships = reading.memberships.row(row);
  for (std::size_t at = 0; at < memberships.size(); ++at) {
    if (static_cast<std::int32_t>(at) == out.labels[row]) continue;
    if (out.next_labels[row] >= 0 && memberships[at] <= out.next_strengths[row]) continue;
    out.next_labels[row] = static_cast<std::int32_t>(at);
    out.next_strengths[row] = memberships[at];
  }
}

}  // namespace

const char* cluster_method_name(ClusterMethod method) {
  switch (method) {
    case ClusterMethod::kGaussianMixture:
      return "gaussian_mixture";
    case ClusterMethod::kKmeans:
      return "kmeans";
    default:
      return "hdbscan";
  }
}

void find_clusters(const Options& options, const CancelFlag* cancel, Model& model) {
  if (model.method == ClusterMethod::kHdbscan) {
    HdbscanOptions chosen = hdbscan_options(options, model.matrix.n_rows());
    chosen.cancel = cancel;
    HdbscanResult result = hdbscan(model.matrix, chosen);
    model.metric = chosen.metric;
    model.hdbscan.min_samples = chosen.min_samples;
    model.hdbscan.selection_options = chosen.selection;
    model.hdbscan.core_distances = std::move(result.spanning_tree.core_distances);
    model.hdbscan.tree = std::move(result.condensed_tree);
    model.clusters = std::move(result.selection);
    model.outlier_scores = std::move(result.outlier_scores);
    return;
  }
  model.metric = Metric::kEuclidean;
  model.mixture = mixture_options(options);
  MixtureModel& found = model.mixture;
  found.mixture = tidied(fit(model.method, found, model.seed, model.matrix, {}, cancel), model.matrix,
                         found.outlier_probability);
  const MixtureReading reading = read_mixture(found.mixture, model.matrix);
  Read read = with_noise(reading, found.outlier_probability, model.matrix.n_cols());
  model.clusters = selection_of(reading, read);
  model.outlier_scores = std::move(read.outlier_scores);
}

ClusterSelection cluster_alike(const Model& model, MatrixView rows, double share,
                               std::span<const std::uint64_t> row_keys, const CancelFlag* cancel) {
  if (model.method == ClusterMethod::kHdbscan) {
    HdbscanOptions options = hdbscan_options(model);
    const auto scaled = [share](int count, int least) {
      return std::max(least, static_cast<int>(std::lround(share * count)));
    };
    options.min_samples = scaled(options.min_samples, 1);
    SelectionOptions& selection = options.selection;
    selection.min_cluster_size = scaled(selection.min_cluster_size, 2);
    if (selection.max_cluster_size > 0)
      selection.max_cluster_size = scaled(selection.max_cluster_size, selection.min_cluster_size);
    options.cancel = cancel;
    return select_within_possible_limits(rows, options, row_keys);
  }
  const double outlier_probability = model.mixture.outlier_probability;
  const GaussianMixture mixture =
      tidied(fit(model.method, model.mixture, model.seed, rows, row_keys, cancel), rows, outlier_probability);
  const MixtureReading reading = read_mixture(mixture, rows);
  return selection_of(reading, with_noise(reading, outlier_probability, rows.n_cols()));
}

ClusterReader::ClusterReader(const Model& model) : model_(model) {
  if (model.method != ClusterMethod::kHdbscan) return;
  hdbscan_.emplace(model.matrix, hdbscan_options(model), model.hdbscan.core_distances, model.hdbscan.tree,
                   model.clusters);
}

Prediction ClusterReader::read(MatrixView points, const CancelFlag* cancel) const {
  if (hdbscan_) return hdbscan_->predict(points, {.cancel = cancel, .progress = {}});
  if (cancel != nullptr) cancel->check();
  const MixtureReading reading = read_mixture(model_.mixture.mixture, points);
  Read read = with_noise(reading, model_.mixture.outlier_probability, points.n_cols());
  const std::size_t n = points.n_rows();
  Prediction out{.labels = std::move(read.labels),
                 .probabilities = std::vector<double>(n),
                 .next_labels = std::vector<std::int32_t>(n, -1),
                 .next_strengths = std::vector<double>(n),
                 .outlier_scores = std::move(read.outlier_scores),
                 .attached_rows = std::vector<std::int32_t>(n, -1)};
  for (std::size_t row = 0; row < n; ++row) {
    if (out.labels[row] >= 0)
      out.probabilities[row] = reading.memberships(row, static_cast<std::size_t>(out.labels[row]));
    set_next_best(reading, row, out);
  }
  return out;
}

}  // namespace aisle
