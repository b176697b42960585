#include "aisle/segment/package.h"

#include <gtest/gtest.h>

#include <functional>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/segment/package_check.h"
#include "aisle/segment/predict.h"
#include "aisle/segment/store_table.h"
#include "aisle/segment/train.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

class Package : public ::testing::Test {
 protected:
  Package() {
    Table features = synthetic_stores(80, 3, 0.3);
    set_null(features, "placement", 4);
    project_.put_features(features);
    trained_ = train(*project_.engine, project_.paths, preset_options("original"), ignore_events);
  }

  std::string message_of_reading() {
    try {
      read_model(*project_.engine, project_.paths.model);
    } catch (const DataError& error) {
      return error.what();
    }
    return "it was read";
  }

  // Replaces the first `from` in model.json.
  void edit(const std::string& from, const std::string& to) {
    std::string text = bytes_of(project_.paths.model / "model.json");
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(project_.paths.model / "model.json", std::ios::binary) << text;
  }

  std::string path(const char* file) const { return (project_.paths.model / file).string(); }

  TemporaryProject project_;
  TrainedModel trained_;
};

TEST_F(Package, ComesBackToTheLastBit) {
  const Model read = read_model(*project_.engine, project_.paths.model);
  const fs::path again = project_.paths.root / "again";
  fs::create_directories(again);
  write_model(*project_.engine, read, again);
  for (const char* name : {"model.json", "matrix.parquet", "points.parquet", "condensed_tree.parquet",
                           "forest_nodes.parquet", "forest_leaves.parquet"}) {
    EXPECT_EQ(digest_of_file(again / name), digest_of_file(project_.paths.model / name)) << name;
  }
  EXPECT_EQ(read.as_of, parse_date("2024-12-31", "test"));
  EXPECT_EQ(read.features_document, R"({"as_of":"2024-12-31"})");
}

TEST_F(Package, AssignsAsTheModelThatWasWritten) {
  const Model read = read_model(*project_.engine, project_.paths.model);
  const Table stores = canonical_stores(synthetic_stores(150, 3, 0.3), read.as_of);
  const StorePredictions a = StorePredictor(read).predict(stores);
  const StorePredictions b = StorePredictor(trained_.model).predict(stores);
  EXPECT_EQ(a.assignments.cluster_final, b.assignments.cluster_final);
  EXPECT_EQ(a.assignments.probability, b.assignments.probability);
  EXPECT_EQ(a.next_cluster, b.next_cluster);
  EXPECT_EQ(a.next_strength, b.next_strength);
}

TEST_F(Package, OneWithoutAnyClusterComesBackToo) {
  project_.put_features(synthetic_stores(3));
  train(*project_.engine, project_.paths, preset_options("original"), ignore_events);
  const Model read = read_model(*project_.engine, project_.paths.model);
  EXPECT_EQ(read.clusters.n_clusters, 0);
  const Table stores = canonical_stores(synthetic_stores(5), read.as_of);
  EXPECT_EQ(StorePredictor(read).predict(stores).assignments.cluster_final, std::vector<std::int32_t>(5, -1));
}

TEST_F(Package, SaysWhenItIsNotThere) {
  fs::remove_all(project_.paths.model);
  EXPECT_EQ(message_of_reading(),
            project_.paths.model.string() +
                ": holds no model; expected a model package with its model.json; run `aisle train`");
}

TEST_F(Package, SaysWhenModelJsonIsTruncatedAtAnyPlace) {
  const std::string whole = bytes_of(project_.paths.model / "model.json");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, whole.size() / 3, whole.size() / 2, whole.size() - 3}) {
    std::ofstream(project_.paths.model / "model.json", std::ios::binary) << whole.substr(0, size);
    EXPECT_EQ(message_of_reading(),
              path("model.json") + ": is not whole JSON; run `aisle train` to make it anew");
  }
}

TEST_F(Package, SaysWhenItIsForeignOrNewer) {
  const std::string whole = bytes_of(project_.paths.model / "model.json");
  edit("aisle-model", "other-model");
  EXPECT_EQ(
      message_of_reading(),
      path("model.json") + ": is not a document of the kind aisle-model; run `aisle train` to make it anew");
  std::ofstream(project_.paths.model / "model.json", std::ios::binary) << whole;
  edit("\"format\": 1", "\"format\": 7");
  EXPECT_EQ(message_of_reading(),
            path("model.json") +
                ": has format 7, made by a newer aisle; expected at most 1; update aisle, or run "
                "`aisle train` to make it anew");
  std::ofstream(project_.paths.model / "model.json", std::ios::binary) << whole;
  edit("\"deviation\"", "\"deviant\"");
  EXPECT_EQ(message_of_reading(),
            path("model.json") + ": lacks 'deviation'; run `aisle train` to make it anew");
  std::ofstream(project_.paths.model / "model.json", std::ios::binary) << "[1, 2]";
  EXPECT_EQ(
      message_of_reading(),
      path("model.json") + ": is not a document of the kind aisle-model; run `aisle train` to make it anew");
}

TEST_F(Package, SaysWhichFileIsDamagedOrMissing) {
  for (const char* name : {"matrix.parquet", "points.parquet", "condensed_tree.parquet",
                           "forest_nodes.parquet", "forest_leaves.parquet"}) {
    const fs::path file = project_.paths.model / name;
    const std::string whole = bytes_of(file);
    fs::resize_file(file, whole.size() / 2);
    EXPECT_EQ(message_of_reading(),
              path(name) +
                  ": is damaged: its content is not what model.json says; run `aisle train` to "
                  "make it anew");
    fs::remove(file);
    EXPECT_EQ(message_of_reading(),
              path(name) + ": is missing from the model package; run `aisle train` to make it anew");
    std::ofstream(file, std::ios::binary) << whole;
  }
  EXPECT_EQ(message_of_reading(), "it was read");
}

// Parts that do not fit together must not reach the code that trusts them.
TEST_F(Package, RefusesPartsThatDoNotFit) {
  const auto refused = [&](const std::function<void(Model&)>& break_it) {
    Model model = trained_.model;
    break_it(model);
    try {
      check_model(model, "model");
    } catch (const DataError&) {
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused([](Model&) {}));
  EXPECT_TRUE(refused([](Model& model) { model.forest.trees[3].nodes[0].left = 1'000'000; }));
  EXPECT_TRUE(refused([](Model& model) { model.forest.trees[3].nodes[0].left = 0; }));
  EXPECT_TRUE(refused([](Model& model) { model.forest.trees[3].nodes[0].feature = 10; }));
  EXPECT_TRUE(refused([](Model& model) { model.forest.n_classes += 1; }));
  EXPECT_TRUE(refused([](Model& model) { model.forest.trees.clear(); }));
  EXPECT_TRUE(refused([](Model& model) { model.hdbscan.tree.edges[0].parent = 3; }));
  EXPECT_TRUE(refused([](Model& model) { model.hdbscan.tree.edges[0].child = -1; }));
  EXPECT_TRUE(refused([](Model& model) { model.clusters.tree_nodes[0] = 2; }));
  EXPECT_TRUE(refused([](Model& model) { model.clusters.labels[0] = 99; }));
  EXPECT_TRUE(refused([](Model& model) { model.clusters.n_noise += 1; }));
  EXPECT_TRUE(refused([](Model& model) { model.hdbscan.core_distances.pop_back(); }));
  EXPECT_TRUE(refused([](Model& model) { std::swap(model.store_ids[0], model.store_ids[1]); }));
  EXPECT_TRUE(refused([](Model& model) { model.design.famd.shares[0][0] = 0; }));
  EXPECT_TRUE(refused([](Model& model) { model.design.famd.levels[0].push_back("zzz"); }));
  EXPECT_TRUE(refused([](Model& model) { model.design.famd_scale = 0; }));
  EXPECT_TRUE(refused([](Model& model) {
    model.design.columns.behaviour[0].transform = ColumnTransform::kCentredLogRatio;
    model.design.columns.behaviour[0].composition = 4;
  }));
}

}  // namespace
}  // namespace aisle
