#include "aisle/insight/trust.h"

#include <gtest/gtest.h>

#include <cmath>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

Verdict strong_fit() {
  return judge(
      {.n_stores = 100, .n_clusters = 2, .n_noise = 0, .dbcv = 0.5, .silhouette = 0.5, .smallest = 40},
      {{{"regional"}, 0.1}});
}

StabilityReport report_of(double first, double second, double mean, int n_as_great, int n_null = 19) {
  StabilityReport report;
  report.n_resamples = 100;
  for (const double jaccard : {first, second}) {
    ClusterStability cluster;
    cluster.mean_jaccard = jaccard;
    cluster.band = stability_band(jaccard);
    report.cluster_ids.push_back(static_cast<std::int64_t>(report.clusters.size()));
    report.clusters.push_back(cluster);
  }
  report.observed = {.dbcv = 0.5, .silhouette = 0.5, .mean_jaccard = mean, .noise_ratio = 0, .n_clusters = 2};
  std::vector<double> draws;
  for (int run = 0; run < n_null; ++run) {
    report.null_runs.push_back({.dbcv = run < n_as_great ? 0.6 : 0.1, .n_clusters = 2});
    draws.push_back(report.null_runs.back().dbcv);
  }
  report.dbcv_chance = n_null > 0 ? null_probability(draws, 0.5) : std::nan("");
  return report;
}

const VerdictAspect* aspect_of(const Verdict& verdict, const std::string& name) {
  for (const VerdictAspect& aspect : verdict.aspects) {
    if (aspect.name == name) return &aspect;
  }
  return nullptr;
}

TEST(Trust, ClustersThatComeBackAndBeatChanceStayStrong) {
  const Verdict verdict = whole_verdict(strong_fit(), report_of(0.9, 0.8, 0.85, 0));
  EXPECT_EQ(verdict.grade, Grade::kStrong);
  EXPECT_EQ(verdict.sentence, "The clusters can be acted on: nothing speaks against them.");
  EXPECT_EQ(aspect_of(verdict, "chance")->reason,
            "Chance does not give clusters as clear: 0 of 19 fits on shuffled columns do.");
  EXPECT_EQ(aspect_of(verdict, "stability")->remedy, "");
}

TEST(Trust, BandsGradeTheStability) {
  const auto grade = [](double first, double second, double mean) {
    return aspect_of(whole_verdict(strong_fit(), report_of(first, second, mean, 0)), "stability")->grade;
  };
  EXPECT_EQ(grade(0.75, 0.75, 0.75), Grade::kStrong);
  EXPECT_EQ(grade(0.74, 0.74, 0.74), Grade::kFair);
  EXPECT_EQ(grade(0.9, 0.5, 0.8), Grade::kFair) << "one dissolves";
  EXPECT_EQ(grade(0.9, 0.2, 0.5), Grade::kWeak);
}

TEST(Trust, AWeakAspectBringsAStrongFitDownAndSaysWhatToDo) {
  const Verdict verdict = whole_verdict(strong_fit(), report_of(0.9, 0.2, 0.45, 9));
  EXPECT_EQ(verdict.grade, Grade::kWeak);
  EXPECT_EQ(verdict.sentence,
            "The clusters should not be acted on as they are; what is weak: stability, chance.");
  EXPECT_EQ(aspect_of(verdict, "stability")->reason,
            "Drawn anew 100 times, the clusters do not come back (mean Jaccard 0.45); cluster 1 dissolves.");
  EXPECT_FALSE(aspect_of(verdict, "stability")->remedy.empty());
  EXPECT_EQ(aspect_of(verdict, "chance")->grade, Grade::kWeak);
  EXPECT_DOUBLE_EQ(aspect_of(verdict, "chance")->value, 0.5);
}

TEST(Trust, NothingIsAddedThatWasNotMeasured) {
  StabilityReport off = report_of(0.1, 0.1, 0.1, 9);
  off.enabled = false;
  EXPECT_EQ(whole_verdict(strong_fit(), off).aspects.size(), strong_fit().aspects.size());
  const Verdict without = whole_verdict(strong_fit(), report_of(0.9, 0.9, 0.9, 0, 0));
  EXPECT_EQ(aspect_of(without, "chance"), nullptr);
  EXPECT_EQ(without.grade, Grade::kStrong);
}

TEST(Trust, StabilityOfOtherClustersIsRefused) {
  SegmentsSummary summary;
  summary.verdict = strong_fit();
  summary.segments.resize(3);
  EXPECT_THROW(add_stability(summary, report_of(0.9, 0.9, 0.9, 0)), DataError);
  summary.segments.resize(2);
  summary.segments[1].cluster = 1;
  add_stability(summary, report_of(0.9, 0.4, 0.9, 0));
  EXPECT_EQ(summary.segments[1].stability, 0.4);
}

}  // namespace
}  // namespace aisle
