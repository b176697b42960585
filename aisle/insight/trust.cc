#include "aisle/insight/trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr double kComesBack = 0.75;
constexpr double kPartlyComesBack = 0.50;
constexpr double kUnlikely = 0.05;
constexpr double kNotLikely = 0.20;

std::vector<std::int64_t> dissolved_clusters(const StabilityReport& report) {
  std::vector<std::int64_t> dissolved;
  for (std::size_t at = 0; at < report.clusters.size(); ++at) {
    const ClusterStability& cluster = report.clusters[at];
    if (!std::isnan(cluster.mean_jaccard) && cluster.band == StabilityBand::kDissolved)
      dissolved.push_back(report.cluster_ids[at]);
  }
  return dissolved;
}

VerdictAspect stability_aspect(const StabilityReport& report) {
  const double jaccard = report.observed.mean_jaccard;
  VerdictAspect aspect{.name = "stability", .value = jaccard};
  if (std::isnan(jaccard)) {
    aspect.reason = "Stability cannot be measured without clusters.";
    return aspect;
  }
  const auto dissolved = dissolved_clusters(report);
  if (jaccard > kPartlyComesBack) aspect.grade = Grade::kFair;
  if (jaccard >= kComesBack && dissolved.empty()) aspect.grade = Grade::kStrong;
  const char* words = jaccard >= kComesBack        ? "come back"
                      : jaccard > kPartlyComesBack ? "come back in part"
                                                   : "do not come back";
  aspect.reason = fmt::format("Drawn anew {} times, the clusters {} (mean Jaccard {:.2f})",
                              report.n_resamples, words, jaccard);
  if (dissolved.empty()) {
    aspect.reason += ".";
  } else {
    aspect.reason +=
        fmt::format("; {} {} {}.", dissolved.size() == 1 ? "cluster" : "clusters", fmt::join(dissolved, ", "),
                    dissolved.size() == 1 ? "dissolves" : "dissolve");
  }
  if (aspect.grade != Grade::kStrong) {
    aspect.remedy =
        "Act only on clusters that come back; a larger hdbscan.min_cluster_size or hdbscan.min_samples gives "
        "fewer and steadier ones.";
  }
  return aspect;
}

VerdictAspect chance_aspect(const StabilityReport& report) {
  VerdictAspect aspect{.name = "chance", .value = report.dbcv_chance};
  if (std::isnan(report.dbcv_chance)) {
    aspect.reason = "The separation cannot be compared with chance without two clusters.";
    return aspect;
  }
  const auto as_great =
      std::count_if(report.null_runs.begin(), report.null_runs.end(),
                    [&](const FitFigures& run) { return run.dbcv >= report.observed.dbcv; });
  if (report.dbcv_chance <= kNotLikely) aspect.grade = Grade::kFair;
  if (report.dbcv_chance <= kUnlikely) aspect.grade = Grade::kStrong;
  const char* words = aspect.grade == Grade::kStrong ? "Chance does not give clusters as clear"
                      : aspect.grade == Grade::kFair ? "Chance seldom gives clusters as clear"
                                                     : "Chance gives clusters as clear";
  aspect.reason = fmt::format("{}: {} of {} fits on shuffled columns {}.", words, as_great,
                              report.null_runs.size(), as_great == 1 ? "does" : "do");
  if (aspect.grade != Grade::kStrong) {
    aspect.remedy =
        "Take the clusters as a way to cut the chain up, not as groups that exist; give the model the few "
        "columns that the decision is about.";
  }
  return aspect;
}

NullLine null_line_of(const StabilityReport& report) {
  NullLine line;
  for (const FitFigures& run : report.null_runs) {
    ++line.n_runs;
    if (std::isnan(run.mean_jaccard)) continue;
    ++line.n_found;
    line.least = std::fmin(line.least, run.mean_jaccard);
    line.most = std::fmax(line.most, run.mean_jaccard);
  }
  return line;
}

}  // namespace

Verdict whole_verdict(Verdict of_fit, const StabilityReport& report) {
  if (!report.enabled || report.clusters.empty()) return of_fit;
  of_fit.aspects.push_back(stability_aspect(report));
  if (!report.null_runs.empty()) of_fit.aspects.push_back(chance_aspect(report));
  conclude(of_fit);
  return of_fit;
}

void add_stability(SegmentsSummary& summary, const StabilityReport& report) {
  summary.verdict = whole_verdict(std::move(summary.verdict), report);
  summary.null_line = null_line_of(report);
  if (report.clusters.empty()) return;
  if (report.clusters.size() != summary.segments.size()) {
    throw DataError({.where = "stability.json",
                     .what = fmt::format("has {} clusters", report.clusters.size()),
                     .expected = fmt::format("{}, as the model has", summary.segments.size()),
                     .remedy = "run `aisle run`"});
  }
  for (Segment& segment : summary.segments) {
    const auto found = std::find(report.cluster_ids.begin(), report.cluster_ids.end(), segment.cluster);
    if (found == report.cluster_ids.end()) continue;
    const auto at = static_cast<std::size_t>(found - report.cluster_ids.begin());
    segment.stability = report.clusters[at].mean_jaccard;
  }
}

}  // namespace aisle
