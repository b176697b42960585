#include "aisle/segment/cluster_stability.h"

#include <gtest/gtest.h>

#include <cmath>

#include "aisle/base/parallel.h"
#include "aisle/segment/train.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {
namespace {

const EventSink kQuiet = [](const RunEvent&) {};

StabilityReport stability_of(const Table& features, const std::vector<std::string>& overrides = {},
                             const EventSink& sink = kQuiet, const CancelFlag* cancel = nullptr) {
  TemporaryProject project;
  project.put_features(features);
  const Options options = preset_options("original", overrides);
  const TrainedModel trained = train(*project.engine, project.paths, options, kQuiet);
  return measure_stability(trained.model, trained.stores, options.stability, sink, cancel);
}

// Each column of its own, drawn by store: no groups.
Table unrelated_stores(std::size_t n_stores) {
  Table table = synthetic_stores(n_stores);
  for (const char* name :
       {"total_revenue", "avg_ticket_item", "avg_inventory_depth", "size_m2", "revenue_per_sqm"}) {
    for (std::size_t row = 0; row < n_stores; ++row) {
      RandomDraws draws(5, static_cast<std::uint32_t>(name[0] + name[4]), row);
      column_of(table, name).doubles[row] = 100 + 10 * draws.uniform();
    }
  }
  for (std::size_t row = 0; row < n_stores; ++row) {
    column_of(table, "regional").texts[row] = "one";
    column_of(table, "placement").texts[row] = "one";
    RandomDraws draws(6, 1, row);
    column_of(table, "opening_date").ints[row] = days_from_civil(2010, 1, 1) + draws.below(3000);
  }
  return table;
}

TEST(ClusterStability, PlantedGroupsComeBackAndBeatChance) {
  const StabilityReport report = stability_of(synthetic_stores(120, 4, 0.02));
  ASSERT_EQ(report.observed.n_clusters, 4);
  ASSERT_EQ(report.clusters.size(), 4U);
  for (const ClusterStability& cluster : report.clusters) {
    EXPECT_GT(cluster.mean_jaccard, 0.95);
    EXPECT_EQ(cluster.band, StabilityBand::kHighlyStable);
    EXPECT_EQ(cluster.n_present, 100);
  }
  ASSERT_EQ(report.null_runs.size(), 19U);
  EXPECT_EQ(report.dbcv_chance, 0.05);
}

TEST(ClusterStability, UnrelatedColumnsAreNoBetterThanChance) {
  const StabilityReport report = stability_of(unrelated_stores(120), {"hdbscan.cluster_selection_epsilon=0"});
  ASSERT_GE(report.observed.n_clusters, 2);
  EXPECT_GT(report.dbcv_chance, 0.1);
  EXPECT_LT(report.observed.mean_jaccard, 0.75);
}

TEST(ClusterStability, ObservedFiguresAreTheModels) {
  TemporaryProject project;
  project.put_features(synthetic_stores(80));
  const Options options = preset_options("original");
  const TrainedModel trained = train(*project.engine, project.paths, options, kQuiet);
  const StabilityReport report = measure_stability(trained.model, trained.stores, options.stability, kQuiet);
  EXPECT_EQ(report.observed.dbcv, trained.metrics.dbcv_score);
  EXPECT_EQ(report.observed.noise_ratio, trained.metrics.noise_ratio);
  EXPECT_EQ(report.fit, trained.metrics.fit);
  // From the files the same bytes as from memory.
  const TrainedModel read = read_trained(*project.engine, project.paths);
  EXPECT_EQ(stability_json(measure_stability(read.model, read.stores, options.stability, kQuiet)),
            stability_json(report));
}

TEST(ClusterStability, SameForAnyThreadsAndOrderOfRows) {
  const Table sorted = synthetic_stores(60);
  const std::string expected = stability_json(stability_of(sorted));
  std::vector<std::size_t> backwards(60);
  for (std::size_t row = 0; row < backwards.size(); ++row) backwards[row] = 59 - row;
  EXPECT_EQ(stability_json(stability_of(sorted.take(backwards))), expected);
  for (const int threads : {1, 3}) {
    const ThreadLimit limit(threads);
    EXPECT_EQ(stability_json(stability_of(sorted)), expected) << threads;
  }
}

TEST(ClusterStability, OfManyStoresSomeStandForAll) {
  const StabilityReport report = stability_of(synthetic_stores(400, 4, 0.02),
                                              {"stability.max_stores=100", "hdbscan.min_cluster_size=20"});
  EXPECT_EQ(report.n_fitted, 400);
  EXPECT_EQ(report.n_sampled, 100);
  ASSERT_EQ(report.clusters.size(), 4U);
  for (const ClusterStability& cluster : report.clusters) EXPECT_GT(cluster.mean_jaccard, 0.9);
}

TEST(ClusterStability, OffAndWithoutClusters) {
  const StabilityReport off = stability_of(synthetic_stores(60), {"stability.enabled=false"});
  EXPECT_FALSE(off.enabled);
  EXPECT_TRUE(off.clusters.empty());
  const StabilityReport none = stability_of(synthetic_stores(2));
  EXPECT_EQ(none.observed.n_clusters, 0);
  EXPECT_TRUE(none.clusters.empty());
  EXPECT_TRUE(none.null_runs.empty());
}

TEST(ClusterStability, ProgressAscendsAndACancelStops) {
  double last = 0;
  CancelFlag cancel;
  const EventSink sink = [&](const RunEvent& event) {
    const auto* progress = std::get_if<Progress>(&event);
    if (progress == nullptr) return;
    EXPECT_EQ(progress->asset, "cluster_stability");
    EXPECT_EQ(progress->total, 119);
    EXPECT_GT(progress->done, last);
    last = progress->done;
    if (last == 10) cancel.request();
  };
  EXPECT_THROW(stability_of(synthetic_stores(60), {}, sink, &cancel), Cancelled);
  EXPECT_LT(last, 50);
}

TEST(ClusterStability, TheDocumentReadsBack) {
  const StabilityReport report = stability_of(synthetic_stores(60));
  const std::string text = stability_json(report);
  EXPECT_EQ(stability_json(parse_stability(text, "stability.json")), text);
  EXPECT_THROW(parse_stability("{}", "stability.json"), DataError);
  std::string newer = text;
  newer.replace(newer.find("\"format\": 1"), 11, "\"format\": 9");
  EXPECT_THROW(parse_stability(newer, "stability.json"), DataError);
}

TEST(ClusterStability, ModelAndStoresOfTwoFitsAreRefused) {
  TemporaryProject project;
  project.put_features(synthetic_stores(60));
  train(*project.engine, project.paths, preset_options("original"), kQuiet);
  const std::string metrics = bytes_of(project.paths.metrics);
  train(*project.engine, project.paths, preset_options("original", {"hdbscan.min_cluster_size=12"}), kQuiet);
  std::ofstream(project.paths.metrics) << metrics;
  try {
    read_trained(*project.engine, project.paths);
    FAIL() << "read two fits as one";
  } catch (const DataError& error) {
    EXPECT_STREQ(
        error.what(),
        "data/artifacts/final_clustered_stores.parquet: is not of the same fit as metrics.json and the "
        "model; run `aisle train`");
  }
}

}  // namespace
}  // namespace aisle
