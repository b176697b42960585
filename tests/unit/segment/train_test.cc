#include "aisle/segment/train.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/base/random.h"
#include "aisle/cluster/validity.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

const char* const kPackageFiles[] = {"model.json",           "matrix.parquet",
                                     "points.parquet",       "condensed_tree.parquet",
                                     "forest_nodes.parquet", "forest_leaves.parquet"};

TrainedModel train_on(TemporaryProject& project, const Table& features,
                      const std::vector<std::string>& overrides = {}) {
  project.put_features(features);
  return train(*project.engine, project.paths, preset_options("original", overrides), ignore_events);
}

// Digests of every file that train writes.
std::vector<std::string> digests(const ProjectPaths& paths) {
  std::vector<std::string> result;
  for (const char* name : kPackageFiles) result.push_back(digest_of_file(paths.model / name));
  result.push_back(digest_of_file(paths.clustered_stores));
  result.push_back(digest_of_file(paths.metrics));
  return result;
}

std::string message_of_training(TemporaryProject& project, const Table& features,
                                const std::vector<std::string>& overrides = {}) {
  try {
    train_on(project, features, overrides);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const VerdictAspect& aspect(const Metrics& metrics, const std::string& name) {
  return *std::find_if(metrics.verdict.aspects.begin(), metrics.verdict.aspects.end(),
                       [&](const VerdictAspect& one) { return one.name == name; });
}

TEST(Train, FindsPlantedGroupsAndWritesWhatItFound) {
  TemporaryProject project;
  const Table features = synthetic_stores(200, 4, 0.02);
  const TrainedModel trained = train_on(project, features);
  const Metrics& metrics = trained.metrics;
  EXPECT_EQ(metrics.n_clusters, 4);
  EXPECT_EQ(metrics.n_stores, 200);
  EXPECT_EQ(std::accumulate(metrics.sizes.begin(), metrics.sizes.end(), metrics.n_noise), 200);
  EXPECT_EQ(std::accumulate(metrics.sizes_final.begin(), metrics.sizes_final.end(), std::int64_t{0}), 200);
  // Ids by size, as found.
  EXPECT_TRUE(std::is_sorted(metrics.sizes.rbegin(), metrics.sizes.rend()));
  EXPECT_GT(metrics.dbcv_score, 0.5);
  EXPECT_EQ(metrics.explained_inertia.size(), 5U);
  // The placement and the region say the group: the verdict says so.
  EXPECT_EQ(aspect(metrics, "repetition").grade, Grade::kWeak);
  EXPECT_TRUE(fs::exists(project.paths.metrics));
  const Metrics read = parse_metrics(bytes_of(project.paths.metrics), "metrics.json");
  EXPECT_EQ(metrics_json(read), metrics_json(metrics));
  EXPECT_EQ(read.dbcv_score, metrics.dbcv_score);
  // The clustered file as written tells that it is of this fit.
  const Table written = read_parquet(*project.engine, project.paths.clustered_stores);
  EXPECT_EQ(fit_digest(written.column("store_id"), written.column("cluster").ints,
                       written.column("cluster_final").ints),
            read.fit);
}

TEST(Train, GivesTheSameBytesForAnyNumberOfThreadsAndAnyOrderOfRows) {
  const Table features = synthetic_stores(300, 5, 0.3);
  std::vector<std::size_t> shuffled(300);
  std::iota(shuffled.begin(), shuffled.end(), std::size_t{0});
  for (std::size_t at = 299; at > 0; --at) {
    std::swap(shuffled[at], shuffled[RandomDraws(5, 1, at).below(static_cast<std::uint32_t>(at + 1))]);
  }
  std::set<std::vector<std::string>> seen;
  for (const int threads : {1, 2, 7}) {
    const ThreadLimit limit(threads);
    TemporaryProject project;
    train_on(project, threads == 2 ? features.take(shuffled) : features);
    seen.insert(digests(project.paths));
  }
  EXPECT_EQ(seen.size(), 1U);
}

TEST(Train, OneStoreAndTwoStoresAreAllNoise) {
  for (const std::size_t n : {1U, 2U}) {
    TemporaryProject project;
    const TrainedModel trained = train_on(project, synthetic_stores(n));
    EXPECT_EQ(trained.metrics.n_clusters, 0);
    EXPECT_EQ(trained.metrics.noise_ratio, 1.0);
    EXPECT_TRUE(std::isnan(trained.metrics.dbcv_score));
    EXPECT_TRUE(std::isnan(trained.metrics.silhouette_score));
    EXPECT_EQ(trained.metrics.verdict.grade, Grade::kWeak);
    EXPECT_EQ(trained.stores.column("cluster_final").ints, std::vector<std::int64_t>(n, -1));
    EXPECT_EQ(trained.stores.column("is_inferred").ints, std::vector<std::int64_t>(n, 0));
  }
}

TEST(Train, AllNoiseEndsWellAndSaysSo) {
  TemporaryProject project;
  const TrainedModel trained =
      train_on(project, synthetic_stores(40, 4, 0.5), {"hdbscan.min_cluster_size=30"});
  EXPECT_EQ(trained.metrics.n_clusters, 0);
  EXPECT_EQ(trained.metrics.n_noise, 40);
  EXPECT_TRUE(trained.model.forest.trees.empty());
  EXPECT_EQ(aspect(trained.metrics, "clusters").reason,
            "No cluster was found: no group of stores stands apart.");
  const std::string json = bytes_of(project.paths.metrics);
  EXPECT_NE(json.find("\"dbcv_score\": null"), std::string::npos);
  EXPECT_NE(json.find("\"silhouette_score\": null"), std::string::npos);
  EXPECT_NE(json.find("\"n_clusters\": 0"), std::string::npos);
}

TEST(Train, OneClusterHasNoSilhouetteAndNoDbcv) {
  TemporaryProject project;
  const TrainedModel trained =
      train_on(project, synthetic_stores(40, 1, 0.1),
               {"hdbscan.allow_single_cluster=true", "hdbscan.cluster_selection_epsilon=100"});
  EXPECT_EQ(trained.metrics.n_clusters, 1);
  EXPECT_TRUE(std::isnan(trained.metrics.dbcv_score));
  EXPECT_TRUE(std::isnan(trained.metrics.silhouette_score));
  EXPECT_EQ(aspect(trained.metrics, "clusters").reason,
            "Only one cluster was found: nothing tells the stores apart.");
  EXPECT_EQ(trained.stores.column("cluster_final").ints, std::vector<std::int64_t>(40, 0));
}

TEST(Train, AllStoresEqualEndsWell) {
  TemporaryProject project;
  Table features = synthetic_stores(12).take(std::vector<std::size_t>(12, 3));
  for (std::size_t row = 0; row < 12; ++row) column_of(features, "store_id").texts[row] = numbered("s", row);
  const TrainedModel trained = train_on(project, features);
  EXPECT_EQ(trained.metrics.n_stores, 12);
  EXPECT_EQ(trained.metrics.verdict.grade, Grade::kWeak);
}

TEST(Train, ANullOpeningDateDoesNotStopTheModel) {
  TemporaryProject project;
  Table features = synthetic_stores(60, 3);
  set_null(features, "opening_date", 8);
  std::vector<std::string> warnings;
  project.put_features(features);
  const auto sink = [&](const RunEvent& event) {
    if (const auto* warning = std::get_if<WarningRaised>(&event)) warnings.push_back(warning->message);
  };
  const TrainedModel trained = train(*project.engine, project.paths, preset_options("original"), sink);
  EXPECT_TRUE(trained.stores.column("anos_de_loja").null_at(8));
  EXPECT_EQ(
      std::count_if(warnings.begin(), warnings.end(),
                    [](const std::string& text) { return text.starts_with("1 store has no anos_de_loja"); }),
      1);
  EXPECT_EQ(warnings, trained.metrics.notes);
}

TEST(Train, StoresOutsideTheFitChangeNothingAndAreAssignedAfterwards) {
  Table features = synthetic_stores(120, 3, 0.05);
  std::vector<std::uint8_t> eligible(120, 1);
  for (const std::size_t young : {5U, 50U, 119U}) eligible[young] = 0;
  Table flagged = features;
  flagged.add(bool_column("fit_eligible", eligible));
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < 120; ++row) {
    if (eligible[row] != 0) kept.push_back(row);
  }
  TemporaryProject with;
  TemporaryProject without;
  const TrainedModel all = train_on(with, flagged);
  const TrainedModel fitted_only = train_on(without, features.take(kept));
  EXPECT_EQ(all.metrics.n_fitted, 117);
  EXPECT_EQ(all.metrics.n_assigned, 3);
  EXPECT_EQ(all.metrics.dbcv_score, fitted_only.metrics.dbcv_score);
  EXPECT_EQ(digest_of_file(with.paths.model / "points.parquet"),
            digest_of_file(without.paths.model / "points.parquet"));
  for (const std::size_t young : {5U, 50U, 119U}) {
    EXPECT_EQ(all.stores.column("cluster").ints[young], -1);
    EXPECT_EQ(all.stores.column("is_inferred").ints[young], 1);
    EXPECT_EQ(all.stores.column("in_fit").ints[young], 0);
    EXPECT_TRUE(all.stores.column("outlier_score").null_at(young));
    EXPECT_GT(all.stores.column("inferred_share").doubles[young], 0.5);
  }
  // They lie among their own: the cluster of the planted group.
  const auto& final = all.stores.column("cluster_final").ints;
  const auto& regions = all.stores.column("regional").texts;
  for (const std::size_t young : {5U, 50U, 119U}) {
    for (const std::size_t row : kept) {
      if (regions[row] == regions[young] && all.stores.column("cluster").ints[row] >= 0) {
        EXPECT_EQ(final[row], final[young]);
      }
    }
  }
}

TEST(Train, StoresThatAreClosedOrNeverSoldGetNoCluster) {
  Table features = synthetic_stores(60, 3, 0.05);
  std::vector<std::uint8_t> eligible(60, 1);
  std::vector<std::string> reasons(60);
  const std::vector<std::string> kinds = {"closed", "stopped selling", "no sales", "too short"};
  for (std::size_t at = 0; at < kinds.size(); ++at) {
    eligible[at] = 0;
    reasons[at] = kinds[at];
  }
  features.add(bool_column("fit_eligible", eligible));
  Column reason = text_column("fit_reason", reasons);
  reason.is_null = eligible;
  features.add(reason);
  TemporaryProject project;
  const TrainedModel trained = train_on(project, features);
  const auto& final = trained.stores.column("cluster_final").ints;
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_EQ(final[row], -1) << reasons[row];
    EXPECT_EQ(trained.stores.column("is_inferred").ints[row], 0);
  }
  EXPECT_GE(final[3], 0);
  EXPECT_EQ(trained.metrics.n_fitted, 56);
  EXPECT_EQ(trained.metrics.n_assigned, 1);
  EXPECT_EQ(trained.metrics.n_left_out, 3);
}

TEST(Train, ASecondRunReplacesTheFirst) {
  TemporaryProject project;
  train_on(project, synthetic_stores(100, 4));
  const auto first = digests(project.paths);
  train_on(project, synthetic_stores(50, 2));
  EXPECT_NE(digests(project.paths), first);
  EXPECT_EQ(read_parquet(*project.engine, project.paths.clustered_stores).n_rows(), 50U);
  train_on(project, synthetic_stores(100, 4));
  EXPECT_EQ(digests(project.paths), first);
  std::size_t n_files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(project.paths.artifacts)) ++n_files;
  EXPECT_EQ(n_files, 3U);
}

TEST(Train, AnErrorLeavesTheLastOutputsWhole) {
  TemporaryProject project;
  train_on(project, synthetic_stores(100, 4));
  const auto first = digests(project.paths);
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(train(*project.engine, project.paths, preset_options("original"), ignore_events, &cancel),
               Cancelled);
  EXPECT_EQ(digests(project.paths), first);
}

TEST(Train, SaysWhatIsWrong) {
  TemporaryProject project;
  try {
    train(*project.engine, project.paths, preset_options("original"), ignore_events);
    FAIL() << "trained on nothing";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "data/processed/store_features.parquet: there are no store features; run `aisle features`");
  }
  Table young = synthetic_stores(3);
  young.add(bool_column("fit_eligible", {0, 0, 0}));
  EXPECT_EQ(message_of_training(project, young),
            "store_features: no store can take part in the fit: all are closed or have too short a history; "
            "expected at least one; lower features.min_weeks");
  EXPECT_EQ(
      message_of_training(project, synthetic_stores(5), {"identity.baseline=last"}),
      "identity.baseline: there is no run 'last'; no run has kept its result yet: run `aisle run` first");
}

TEST(Train, CountsItsSteps) {
  TemporaryProject project;
  project.put_features(synthetic_stores(30));
  std::vector<double> done;
  const auto sink = [&](const RunEvent& event) {
    if (const auto* progress = std::get_if<Progress>(&event)) {
      EXPECT_EQ(progress->asset, "cluster_model");
      EXPECT_EQ(progress->total, 6);
      done.push_back(progress->done);
    }
  };
  train(*project.engine, project.paths, preset_options("original"), sink);
  EXPECT_EQ(done, (std::vector<double>{1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace aisle
