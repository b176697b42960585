#include "aisle/insight/segments.h"

#include <limits>
#include <set>
#include <utility>

#include "aisle/insight/insight_data.h"
#include "aisle/insight/traits.h"
#include "aisle/insight/trust.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRevenue = "total_revenue";

void count_stores(const Table& clustered, const StoreClusters& clusters, SegmentsSummary& summary) {
  const auto& labels = clusters.final_cluster;
  const Column* revenue = clustered.find(kRevenue);
  const double none = std::numeric_limits<double>::quiet_NaN();
  const double start = revenue == nullptr ? none : 0.0;
  summary.revenue = start;
  for (Segment& segment : summary.segments) segment.revenue = start;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const double sales = number_or_zero(revenue, row);
    summary.revenue += sales;
    if (labels[row] < 0) {
      ++summary.n_unassigned;
      continue;
    }
    Segment& segment = summary.segments[static_cast<std::size_t>(labels[row])];
    ++segment.n_stores;
    segment.revenue += sales;
    if (clusters.inferred[row] != 0) ++segment.n_inferred;
  }
  for (Segment& segment : summary.segments) {
    segment.share_of_stores = static_cast<double>(segment.n_stores) / static_cast<double>(labels.size());
    segment.share_of_revenue = summary.revenue > 0 ? segment.revenue / summary.revenue : none;
  }
}

void describe(const Table& clustered, const StoreClusters& clusters, const Metrics& metrics,
              const FeatureLabels& names, SegmentsSummary& summary) {
  std::set<std::string> active;
  for (const ActiveColumn& column : metrics.columns) active.insert(column.column);
  auto traits = traits_of_clusters(clustered.take(clusters.fitted), clusters.fitted_clusters(),
                                   summary.segments.size(), active, names);
  for (std::size_t at = 0; at < traits.size(); ++at) {
    summary.segments[at].traits = std::move(traits[at].traits);
    summary.segments[at].sets_apart = std::move(traits[at].sets_apart);
  }
}

}  // namespace

SegmentsSummary summarise_segments(const Table& clustered, const Metrics& metrics,
                                   const ProjectOptions& project, const FeatureLabels& names) {
  const StoreClusters clusters = read_clusters(clustered, metrics);
  SegmentsSummary summary;
  summary.project = project.name;
  summary.currency = project.currency;
  summary.n_stores = static_cast<std::int64_t>(clusters.n_stores());
  summary.n_fitted = metrics.n_fitted;
  summary.n_noise = metrics.n_noise;
  summary.n_inferred = metrics.n_inferred;
  summary.n_assigned = metrics.n_assigned;
  summary.n_left_out = metrics.n_left_out;
  summary.notes = metrics.notes;
  summary.verdict = metrics.verdict;
  summary.segments.resize(clusters.ids.size());
  for (std::size_t at = 0; at < summary.segments.size(); ++at) {
    summary.segments[at].cluster = clusters.ids[at];
  }
  count_stores(clustered, clusters, summary);
  describe(clustered, clusters, metrics, names, summary);
  return summary;
}

std::int64_t write_segments(Engine& engine, const Options& options, const ProjectPaths& paths,
                            const FeatureLabels& labels) {
  require_file(paths.clustered_stores, paths);
  require_file(paths.metrics, paths);
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
