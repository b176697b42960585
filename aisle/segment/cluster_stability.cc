#include "aisle/segment/cluster_stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/cluster/validity.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/metrics.h"
#include "aisle/segment/store_table.h"
#include "aisle/segment/tie_order.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
// Resamples of each null run: their mean over 19 runs is about as steady as one bootstrap of 95.
constexpr int kNullResamples = 5;

// The stores that are looked at, as rows of the training matrix, ascending.
std::vector<std::size_t> sampled_rows(const std::vector<std::string>& store_ids, std::size_t most) {
  std::vector<std::size_t> rows(store_ids.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (rows.size() <= most) return rows;
  std::vector<std::int32_t> hashes;
  for (const std::string& id : store_ids) hashes.push_back(spark_hash(id));
  std::nth_element(
      rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(most), rows.end(),
      [&](std::size_t a, std::size_t b) { return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : a < b; });
  rows.resize(most);
  std::sort(rows.begin(), rows.end());
  return rows;
}

// What both measurements share: the sample and how it is clustered.
class Measurement {
 public:
  Measurement(const Model& model, const Table& clustered, const StabilitySettings& settings,
              const CancelFlag* cancel)
      : model_(model),
        cancel_(cancel),
        rows_(sampled_rows(model.store_ids, static_cast<std::size_t>(settings.max_stores))),
        points_(rows_.size(), model.matrix.n_cols()) {
    std::vector<std::size_t> fitted;
    for (std::size_t row = 0; row < clustered.n_rows(); ++row) {
      if (clustered.column("in_fit").ints[row] != 0) fitted.push_back(row);
    }
    std::vector<std::size_t> stores;
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      std::ranges::copy(model.matrix.row(rows_[at]), points_.row(at).begin());
      labels_.push_back(model.clusters.labels[rows_[at]]);
      ids_.push_back(model.store_ids[rows_[at]]);
      stores.push_back(fitted[rows_[at]]);
    }
    read_columns(clustered, stores);
  }

  std::size_t n_rows() const { return rows_.size(); }
  const std::vector<std::int32_t>& groups() const { return groups_; }

  std::vector<std::int32_t> labels_of(MatrixView rows) const {
    const double share = static_cast<double>(rows.n_rows()) / static_cast<double>(model_.store_ids.size());
    return cluster_alike(model_, rows, share, {}, cancel_).labels;
  }

  Stability bootstrap(MatrixView points, std::span<const std::int32_t> labels, int n_resamples,
                      const ProgressFunction& progress) const {
    StabilityOptions options;
    options.n_resamples = n_resamples;
    options.seed = model_.seed;
    options.cancel = cancel_;
    options.progress = progress;
    const auto again = [this](MatrixView rows, std::span<const std::uint64_t>) { return labels_of(rows); };
    return bootstrap_stability(points, labels, again, options);
  }

  Stability bootstrap(int n_resamples, const ProgressFunction& progress) const {
    return bootstrap(points_, labels_, n_resamples, progress);
  }

  // All but mean_jaccard.
  FitFigures figures_of(MatrixView points, std::span<const std::int32_t> labels) const {
    FitFigures figures;
    figures.n_clusters = 1 + *std::max_element(labels.begin(), labels.end());
    figures.noise_ratio = static_cast<double>(std::count(labels.begin(), labels.end(), -1)) /
                          static_cast<double>(labels.size());
    figures.mean_jaccard = kNone;
    figures.dbcv = kNone;
    figures.silhouette = kNone;
    if (figures.n_clusters < 2) return figures;
    figures.dbcv = ordered_dbcv(points, labels, ids_, model_.metric, cancel_).index;
    figures.silhouette = silhouette(points, labels, Metric::kEuclidean, cancel_);
    return figures;
  }

  // Of the sample as it is, clustered by itself where it is not all the stores.
  FitFigures observed() const {
    return figures_of(points_, rows_.size() == model_.store_ids.size() ? labels_ : labels_of(points_));
  }

  // A place a column and store that holds the row of the sample whose value stands there.
  Matrix places() const {
    Matrix places(rows_.size(), columns_.n_cols());
    for (std::size_t row = 0; row < places.n_rows(); ++row) {
      std::ranges::fill(places.row(row), static_cast<double>(row));
    }
    return places;
  }

  FitFigures null_figures(MatrixView places) const {
    const Matrix points = shuffled_design(places);
    const std::vector<std::int32_t> labels = labels_of(points);
    FitFigures figures = figures_of(points, labels);
    if (figures.n_clusters > 0) {
      figures.mean_jaccard = mean_jaccard(bootstrap(points, labels, kNullResamples, {}).clusters, labels);
    }
    return figures;
  }

  double mean_jaccard(const std::vector<ClusterStability>& clusters) const {
    return mean_jaccard(clusters, labels_);
  }

 private:
  // Weighted by the stores of each cluster.
  static double mean_jaccard(const std::vector<ClusterStability>& clusters,
                             std::span<const std::int32_t> labels) {
    double sum = 0;
    std::int64_t n_stores = 0;
    for (const std::int32_t label : labels) {
      if (label < 0) continue;
      const double jaccard = clusters[static_cast<std::size_t>(label)].mean_jaccard;
      if (std::isnan(jaccard)) continue;
      sum += jaccard;
      ++n_stores;
    }
    return n_stores > 0 ? sum / static_cast<double>(n_stores) : kNone;
  }

  // The model's columns of the sample, and which are shuffled together.
  void read_columns(const Table& clustered, const std::vector<std::size_t>& stores) {
    const ModelColumns& columns = model_.design.columns;
    std::map<std::string, std::int32_t> group_of;
    std::int32_t n_groups = 0;
    for (const Composition& parts : columns.compositions) {
      for (const CompositionPart& part : parts) group_of.emplace(part.column, n_groups);
      ++n_groups;
    }
    const auto add_alone = [&](const std::string& column) {
      if (group_of.emplace(column, n_groups).second) ++n_groups;
    };
    for (const NumericInput& input : columns.context_numeric) add_alone(input.column);
    for (const CategoryInput& input : columns.context_categorical) add_alone(input.column);
    for (const NumericInput& input : columns.behaviour) add_alone(input.column);
    Table all;
    for (const auto& [column, group] : group_of) {
      all.add(clustered.column(column));
      groups_.push_back(group);
    }
    columns_ = all.take(stores);
  }

  Matrix shuffled_design(MatrixView places) const {
    Table stores;
    stores.add(text_column(kStoreId, ids_));
    for (std::size_t col = 0; col < columns_.n_cols(); ++col) {
      std::vector<std::size_t> from(places.n_rows());
      for (std::size_t row = 0; row < from.size(); ++row) {
        from[row] = static_cast<std::size_t>(places(row, col));
      }
      Table one;
      one.add(columns_.columns()[col]);
      stores.add(std::move(one.take(from).columns().front()));
    }
    const auto n_axes = static_cast<int>(model_.design.famd.eigenvalues.size());
    return fit_design(stores, model_.design.columns, std::max(1, n_axes)).matrix;
  }

  const Model& model_;
  const CancelFlag* cancel_;
  std::vector<std::size_t> rows_;
  Matrix points_;
  std::vector<std::int32_t> labels_;
  std::vector<std::string> ids_;
  Table columns_;
  std::vector<std::int32_t> groups_;
};

// Null runs as rows of figures, for null_line.
std::vector<double> as_row(const FitFigures& figures) {
  return {figures.dbcv, figures.silhouette, figures.mean_jaccard, figures.noise_ratio,
          static_cast<double>(figures.n_clusters)};
}
FitFigures from_row(std::span<const double> row) {
  return {.dbcv = row[0],
          .silhouette = row[1],
          .mean_jaccard = row[2],
          .noise_ratio = row[3],
          .n_clusters = static_cast<std::int64_t>(row[4])};
}

double chance_of(const StabilityReport& report, double FitFigures::*figure) {
  if (report.null_runs.empty()) return kNone;
  std::vector<double> draws;
  for (const FitFigures& run : report.null_runs) draws.push_back(run.*figure);
  return null_probability(draws, report.observed.*figure);
}

void add_null_line(const Measurement& measurement, const StabilitySettings& settings, std::uint64_t seed,
                   const ProgressFunction& progress, const CancelFlag* cancel, StabilityReport& report) {
  if (settings.null_runs == 0) return;
  NullLineOptions options;
  options.n_draws = settings.null_runs;
  options.seed = seed;
  options.column_groups = measurement.groups();
  options.cancel = cancel;
  options.progress = progress;
  const Matrix line = null_line(
      measurement.places(),
      [&](MatrixView places, std::span<const std::uint64_t>) {
        return as_row(measurement.null_figures(places));
      },
      options);
  for (std::size_t run = 0; run < line.n_rows(); ++run) report.null_runs.push_back(from_row(line.row(run)));
}

}  // namespace

StabilityReport measure_stability(const Model& model, const Table& clustered,
                                  const StabilitySettings& settings, const EventSink& sink,
                                  const CancelFlag* cancel) {
  StabilityReport report;
  report.fit = fit_digest(clustered.column(kStoreId), clustered.column("cluster").ints,
                          clustered.column("cluster_final").ints);
  report.cluster_ids = model.cluster_ids;
  report.enabled = settings.enabled;
  report.n_fitted = static_cast<std::int64_t>(model.store_ids.size());
  report.observed = {kNone, kNone, kNone, kNone, model.clusters.n_clusters};
  report.dbcv_chance = report.silhouette_chance = report.jaccard_chance = kNone;
  if (!settings.enabled) return report;

  const Measurement measurement(model, clustered, settings, cancel);
  report.n_sampled = static_cast<std::int64_t>(measurement.n_rows());
  report.n_resamples = settings.resamples;
  report.observed = measurement.observed();
  if (model.clusters.n_clusters == 0) return report;
  const auto total = static_cast<double>(settings.resamples + settings.null_runs);
  const auto progress_from = [&](int before) {
    return [&sink, before, total](std::size_t done, std::size_t) {
      sink(Progress{.asset = kStabilityAsset,
                    .done = static_cast<double>(done) + before,
                    .total = total,
                    .unit = "fits"});
    };
  };
  report.clusters = measurement.bootstrap(settings.resamples, progress_from(0)).clusters;
  // A cluster that the sample holds no store of has no figures; the report keeps its place.
  ClusterStability unseen;
  unseen.mean_jaccard = kNone;
  report.clusters.resize(static_cast<std::size_t>(model.clusters.n_clusters), unseen);
  report.observed.mean_jaccard = measurement.mean_jaccard(report.clusters);
  add_null_line(measurement, settings, model.seed, progress_from(settings.resamples), cancel, report);
  report.dbcv_chance = chance_of(report, &FitFigures::dbcv);
  report.silhouette_chance = chance_of(report, &FitFigures::silhouette);
  report.jaccard_chance = chance_of(report, &FitFigures::mean_jaccard);
  return report;
}

StabilityReport read_stability(const ProjectPaths& paths, const std::string& fit) {
  const std::string where = paths.relative(paths.stability);
  if (!fs::exists(paths.stability)) {
    throw DataError({.where = where, .what = "is not there", .expected = "", .remedy = "run `aisle run`"});
  }
  StabilityReport report = parse_stability(read_file(paths.stability), where);
  if (report.fit != fit) {
    throw DataError({.where = where,
                     .what = "is not of the same fit as metrics.json",
                     .expected = "",
                     .remedy = "run `aisle run`"});
  }
  return report;
}

}  // namespace aisle
