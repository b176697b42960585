#include "aisle/insight/segments.h"

#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/insight/traits.h"
#include "aisle/insight/trust.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRevenue = "total_revenue";

std::vector<std::int32_t> labels_of(const Table& clustered, const char* name) {
  const Column* column = clustered.find(name);
  if (column == nullptr || column->type != ColumnType::kInt64) {
    throw DataError({.where = "final_clustered_stores.parquet",
                     .what = std::string("has no whole column ") + name,
                     .expected = "",
                     .remedy = "run `aisle train` to make it anew"});
  }
  return {column->ints.begin(), column->ints.end()};
}

bool flag_at(const Table& clustered, const char* name, std::size_t row, bool otherwise) {
  const Column* column = clustered.find(name);
  if (column == nullptr || column->null_at(row)) return otherwise;
  return column->number_at(row) != 0;
}

void count_stores(const Table& clustered, const std::vector<std::int32_t>& labels, SegmentsSummary& summary) {
  const Column* revenue = clustered.find(kRevenue);
  const double none = std::numeric_limits<double>::quiet_NaN();
  const double start = revenue == nullptr ? none : 0.0;
  summary.revenue = start;
  for (Segment& segment : summary.segments) segment.revenue = start;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const double sales = revenue == nullptr || revenue->null_at(row) ? 0.0 : revenue->number_at(row);
    summary.revenue += sales;
    if (labels[row] < 0) {
      ++summary.n_unassigned;
      continue;
    }
    Segment& segment = summary.segments[static_cast<std::size_t>(labels[row])];
    ++segment.n_stores;
    segment.revenue += sales;
    if (flag_at(clustered, "is_inferred", row, false)) ++segment.n_inferred;
  }
  for (Segment& segment : summary.segments) {
    segment.share_of_stores = static_cast<double>(segment.n_stores) / static_cast<double>(labels.size());
    segment.share_of_revenue = summary.revenue > 0 ? segment.revenue / summary.revenue : none;
  }
}

void describe(const Table& clustered, const std::vector<std::int32_t>& labels, const Metrics& metrics,
              const FeatureLabels& names, SegmentsSummary& summary) {
  std::vector<std::size_t> fitted;
  std::vector<std::int32_t> fitted_labels;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (!flag_at(clustered, "in_fit", row, true)) continue;
    fitted.push_back(row);
    fitted_labels.push_back(labels[row]);
  }
  std::set<std::string> active;
  for (const ActiveColumn& column : metrics.columns) active.insert(column.column);
  auto traits =
      traits_of_clusters(clustered.take(fitted), fitted_labels, summary.segments.size(), active, names);
  for (std::size_t at = 0; at < traits.size(); ++at) {
    summary.segments[at].traits = std::move(traits[at].traits);
    summary.segments[at].sets_apart = std::move(traits[at].sets_apart);
  }
}

// A train that was killed between its files leaves those of two fits side by side.
void refuse_another_fit(const Table& clustered, const Metrics& metrics, const ProjectPaths& paths) {
  if (const Column* ids = clustered.find(kStoreId)) {
    const auto final_labels = labels_of(clustered, "cluster_final");
    if (fit_digest(*ids, labels_of(clustered, "cluster"), final_labels) == metrics.fit) return;
  }
  throw DataError({.where = paths.relative(paths.metrics),
                   .what = "is not of the same fit as final_clustered_stores.parquet",
                   .expected = "",
                   .remedy = "run `aisle train`"});
}

}  // namespace

SegmentsSummary summarise_segments(const Table& clustered, const Metrics& metrics,
                                   const ProjectOptions& project, const FeatureLabels& names) {
  const auto labels = labels_of(clustered, "cluster_final");
  for (const std::int32_t label : labels) {
    if (label < -1 || label >= metrics.n_clusters) {
      throw DataError(
          {.where = "final_clustered_stores.parquet",
           .what = "has a store in cluster " + std::to_string(label),
           .expected = "clusters of metrics.json, which has " + std::to_string(metrics.n_clusters),
           .remedy = "run `aisle train` to make both anew"});
    }
  }
  SegmentsSummary summary;
  summary.project = project.name;
  summary.currency = project.currency;
  summary.n_stores = static_cast<std::int64_t>(labels.size());
  summary.n_fitted = metrics.n_fitted;
  summary.n_noise = metrics.n_noise;
  summary.n_inferred = metrics.n_inferred;
  summary.n_assigned = metrics.n_assigned;
  summary.n_left_out = metrics.n_left_out;
  summary.notes = metrics.notes;
  summary.verdict = metrics.verdict;
  summary.segments.resize(static_cast<std::size_t>(metrics.n_clusters));
  for (std::size_t at = 0; at < summary.segments.size(); ++at) {
    summary.segments[at].cluster = static_cast<std::int64_t>(at);
  }
  count_stores(clustered, labels, summary);
  describe(clustered, labels, metrics, names, summary);
  return summary;
}

std::int64_t write_segments(Engine& engine, const Options& options, const ProjectPaths& paths,
                            const FeatureLabels& labels) {
  for (const fs::path& file : {paths.clustered_stores, paths.metrics}) {
    if (fs::exists(file)) continue;
    throw DataError({.where = paths.relative(file),
                     .what = "is not there",
                     .expected = "",
                     .remedy = "run `aisle train`"});
  }
  const Metrics metrics = parse_metrics(read_file(paths.metrics), paths.relative(paths.metrics));
  const Table clustered = read_parquet(engine, paths.clustered_stores);
  refuse_another_fit(clustered, metrics, paths);
  SegmentsSummary summary = summarise_segments(clustered, metrics, options.project, labels);
  add_stability(summary, read_stability(paths, metrics.fit));
  fs::create_directories(paths.insight);
  write_file(paths.insight / "segments.json", segments_json(summary));
  return static_cast<std::int64_t>(summary.segments.size());
}

}  // namespace aisle
