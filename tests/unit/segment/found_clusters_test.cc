#include "aisle/segment/found_clusters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/cluster/chi_squared.h"
#include "aisle/cluster/validity.h"
#include "aisle/segment/cluster_stability.h"
#include "aisle/segment/package.h"
#include "aisle/segment/package_check.h"
#include "aisle/segment/predict.h"
#include "aisle/segment/store_table.h"
#include "aisle/segment/train.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {
namespace {

const EventSink kQuiet = [](const RunEvent&) {};

// A method and its options for four groups.
struct Method {
  const char* name;
  std::vector<std::string> options;
};
const Method kMethods[] = {
    {"kmeans", {"model.method=kmeans", "kmeans.n_clusters=4"}},
    {"gaussian_mixture", {"model.method=gaussian_mixture", "gaussian_mixture.n_components=4"}},
    {"gaussian_mixture",
     {"model.method=gaussian_mixture", "gaussian_mixture.n_components=4",
      "gaussian_mixture.covariance=full"}},
    {"gaussian_mixture",
     {"model.method=gaussian_mixture", "gaussian_mixture.n_components=4", "gaussian_mixture.prior=none",
      "gaussian_mixture.covariance=spherical"}},
};

// The group that synthetic_stores planted, told by the opening year.
std::vector<std::int32_t> planted(const Table& stores) {
  std::vector<std::int32_t> groups;
  for (const std::int64_t day : stores.column("opening_date").ints)
    groups.push_back(static_cast<std::int32_t>((day - days_from_civil(2015, 1, 1)) / 365));
  return groups;
}

TrainedModel trained_by(TemporaryProject& project, const Table& features, const Method& method) {
  project.put_features(features);
  return train(*project.engine, project.paths, preset_options("original", method.options), kQuiet);
}

TEST(FoundClusters, EveryMethodFindsPlantedGroupsAndItsPackageComesBack) {
  const Table features = synthetic_stores(160, 4, 0.05);
  for (const Method& method : kMethods) {
    TemporaryProject project;
    const TrainedModel trained = trained_by(project, features, method);
    EXPECT_EQ(trained.metrics.method, method.name);
    EXPECT_EQ(trained.metrics.n_clusters, 4) << method.name;
    const auto& ids = trained.stores.column("cluster_final").ints;
    EXPECT_EQ(adjusted_rand_index(std::vector<std::int32_t>(ids.begin(), ids.end()), planted(features)), 1.0)
        << method.name;
    EXPECT_TRUE(std::is_sorted(trained.metrics.sizes.rbegin(), trained.metrics.sizes.rend()));

    const Model read = read_model(*project.engine, project.paths.model);
    const auto again = project.paths.root / "again";
    std::filesystem::create_directories(again);
    write_model(*project.engine, read, again);
    for (const char* name : {"model.json", "matrix.parquet", "points.parquet", "forest_nodes.parquet",
                             "forest_leaves.parquet"}) {
      EXPECT_EQ(digest_of_file(again / name), digest_of_file(project.paths.model / name)) << name;
    }
    EXPECT_FALSE(std::filesystem::exists(again / "condensed_tree.parquet"));
    const TrainedModel whole = read_trained(*project.engine, project.paths);
    EXPECT_EQ(whole.model.clusters.labels, trained.model.clusters.labels);
  }
}

TEST(FoundClusters, ThePredictionOfTheTrainingsStoresIsTheTraining) {
  const Table features = synthetic_stores(160, 4, 0.4);
  for (const Method& method : kMethods) {
    TemporaryProject project;
    const TrainedModel trained = trained_by(project, features, method);
    const Model read = read_model(*project.engine, project.paths.model);
    const Table stores = canonical_stores(features, read.as_of);
    const StorePredictions found = StorePredictor(read).predict(stores);
    EXPECT_EQ(ids_of_labels(found.assignments.cluster, read.cluster_ids),
              trained.stores.column("cluster").ints);
    EXPECT_EQ(ids_of_labels(found.assignments.cluster_final, read.cluster_ids),
              trained.stores.column("cluster_final").ints);
    EXPECT_EQ(found.assignments.probability, trained.stores.column("probability").doubles);
    EXPECT_EQ(found.assignments.outlier_score, trained.stores.column("outlier_score").doubles);
    for (std::size_t row = 0; row < stores.n_rows(); ++row) {
      EXPECT_NE(found.next_cluster[row], found.assignments.cluster_final[row]);
      const bool is_found = found.assignments.cluster[row] >= 0;
      EXPECT_TRUE(!is_found || found.next_strength[row] <= found.assignments.probability[row]) << row;
    }
  }
}

TEST(FoundClusters, AStoreThatNoClusterWouldHaveIsNoise) {
  Table features = synthetic_stores(160, 4, 0.1);
  column_of(features, "total_revenue").doubles[9] *= 40;
  for (const Method& method : kMethods) {
    TemporaryProject project;
    const TrainedModel trained = trained_by(project, features, method);
    const Model& model = trained.model;
    const Prediction found = ClusterReader(model).read(model.matrix);
    std::int64_t n_noise = 0;
    for (std::size_t row = 0; row < found.labels.size(); ++row) {
      const bool is_out = 1 - found.outlier_scores[row] < 0.001;
      EXPECT_EQ(found.labels[row] < 0, is_out) << method.name << " " << row;
      n_noise += is_out ? 1 : 0;
    }
    EXPECT_EQ(n_noise, model.clusters.n_noise);
    EXPECT_LT(n_noise, 20) << method.name;
    // A mixture may give the store a component of its own; k-means calls it noise, unless it is one too.
    const std::int32_t label = model.clusters.labels[9];
    EXPECT_TRUE(label < 0 || trained.metrics.sizes[static_cast<std::size_t>(label)] <= 2) << method.name;

    std::vector<std::string> none = method.options;
    none.push_back("model.outlier_probability=0");
    project.put_features(features);
    const TrainedModel all = train(*project.engine, project.paths, preset_options("original", none), kQuiet);
    EXPECT_EQ(all.metrics.n_noise, 0) << method.name;
  }
}

TEST(FoundClusters, ResamplesAreClusteredByTheSameMethod) {
  for (const Method& method : kMethods) {
    TemporaryProject project;
    const TrainedModel trained = trained_by(project, synthetic_stores(120, 4, 0.05), method);
    const StabilityReport report =
        measure_stability(trained.model, trained.stores, {.resamples = 20, .null_runs = 3}, kQuiet);
    ASSERT_EQ(report.clusters.size(), 4U);
    for (const ClusterStability& cluster : report.clusters) EXPECT_GT(cluster.mean_jaccard, 0.85);
    EXPECT_EQ(report.null_runs.size(), 3U);
  }
}

TEST(FoundClusters, FewerStoresThanClustersAreNotRefused) {
  for (const Method& method : kMethods) {
    TemporaryProject project;
    const TrainedModel trained = trained_by(project, synthetic_stores(3), method);
    EXPECT_GE(trained.metrics.n_clusters, 1);
    EXPECT_LE(trained.metrics.n_clusters, 3);
    EXPECT_EQ(read_model(*project.engine, project.paths.model).clusters.labels.size(), 3U);
  }
}

TEST(FoundClusters, PartsThatDoNotFitAreRefused) {
  TemporaryProject project;
  const TrainedModel trained = trained_by(project, synthetic_stores(80), kMethods[1]);
  const auto refused = [&](const std::function<void(Model&)>& break_it) {
    Model model = trained.model;
    break_it(model);
    try {
      check_model(model, "model");
    } catch (const DataError&) {
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused([](Model&) {}));
  EXPECT_TRUE(refused([](Model& model) { model.mixture.mixture.weights.pop_back(); }));
  EXPECT_TRUE(refused([](Model& model) { model.mixture.mixture.covariances(0, 0) = -1; }));
  EXPECT_TRUE(refused([](Model& model) { model.mixture.mixture.means(0, 0) = NAN; }));
  EXPECT_TRUE(refused([](Model& model) { model.mixture.outlier_probability = 2; }));
  EXPECT_TRUE(refused([](Model& model) { model.mixture.n_components = 0; }));
}

TEST(FoundClusters, LimitsAreHdbscans) {
  try {
    preset_options("original", {"model.method=kmeans", "limits.max_clusters=5"});
    ADD_FAILURE();
  } catch (const InvalidInput& error) {
    EXPECT_NE(std::string(error.what()).find("limits.max_clusters is set, and model.method is not hdbscan"),
              std::string::npos)
        << error.what();
    EXPECT_NE(std::string(error.what()).find("kmeans.n_clusters"), std::string::npos);
  }
}

}  // namespace
}  // namespace aisle
