// Cluster ids across retrains, through the verbs: kept runs, a baseline, what is stale, what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "aisle/engine/engine.h"
#include "tests/integration/read_workbook.h"
#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kManySmallClusters =
    "[hdbscan]\nmin_cluster_size = 3\ncluster_selection_epsilon = 0.0\ncluster_selection_method = \"leaf\"\n";

class Identity : public RetailerProject {
 protected:
  Identity() : RetailerProject("identity") { retailer_ = SmallRetailer(40, 120); }

  std::vector<std::string> kept() const {
    std::vector<std::string> runs;
    for (const auto& entry : fs::directory_iterator(project_ / ".aisle/runs")) {
      runs.push_back(entry.path().filename().string());
    }
    std::sort(runs.begin(), runs.end());
    return runs;
  }

  // Final cluster of each store.
  std::map<std::string, std::int64_t> clusters_in(const fs::path& file) const {
    const auto engine = open_duckdb({.n_threads = 1});
    const Table stores = read_parquet(*engine, file);
    std::map<std::string, std::int64_t> clusters;
    for (std::size_t row = 0; row < stores.n_rows(); ++row) {
      clusters[stores.column("store_id").text_at(row)] = stores.column("cluster_final").ints[row];
    }
    return clusters;
  }
  std::map<std::string, std::int64_t> clusters() const {
    return clusters_in(project_ / "data/artifacts/final_clustered_stores.parquet");
  }
  json document(const std::string& file) const {
    return json::parse(read_text(project_ / "data/artifacts" / file));
  }

  // Makes the kept clustering one that a run after many others could have left: ids as `renamed` says, of
  // which 20 was the largest ever. Returns its metrics.
  json rename_kept(const std::string& run_id, const std::function<std::int64_t(std::int64_t)>& renamed) {
    const fs::path folder = project_ / ".aisle/runs" / run_id;
    const auto engine = open_duckdb({.n_threads = 1});
    Table stores = read_parquet(*engine, folder / "final_clustered_stores.parquet");
    for (Column& column : stores.columns()) {
      if (column.name != "cluster" && column.name != "cluster_final") continue;
      for (std::int64_t& id : column.ints) id = renamed(id);
    }
    write_table(*engine, stores, folder / "final_clustered_stores.parquet");
    json metrics = json::parse(read_text(folder / "metrics.json"));
    for (json& id : metrics.at("cluster_ids")) id = renamed(id.get<std::int64_t>());
    metrics["last_cluster_id"] = 20;
    write_text(folder / "metrics.json", metrics.dump());
    return metrics;
  }
};

TEST_F(Identity, ARunKeepsItsResultAndTheNewestStay) {
  run_well();
  ASSERT_EQ(kept().size(), 1u);
  const fs::path folder = project_ / ".aisle/runs" / kept().front();
  for (const char* name : {"final_clustered_stores.parquet", "metrics.json", "stability.json"}) {
    EXPECT_EQ(read_text(folder / name), read_text(project_ / "data/artifacts" / name)) << name;
  }
  EXPECT_NE(read_text(folder / "options.txt").find("hdbscan.min_cluster_size = "), std::string::npos);
  run();
  EXPECT_EQ(kept().size(), 1u) << "nothing was made";
  const std::string first = kept().front();
  for (const char* size : {"4", "6", "7"}) {
    const ProgramResult result =
        run({"run", "--quiet", "--set", std::string("hdbscan.min_cluster_size=") + size, "--set",
             "tracking.keep_runs=2", "--set", "identity.baseline=" + first});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  EXPECT_EQ(kept().size(), 3u) << "two and the baseline";
  EXPECT_EQ(kept().front(), first);
}

TEST_F(Identity, ClustersKeepTheBaselinesIdsEverywhere) {
  run_well();
  const std::string first = kept().front();
  const fs::path kept_metrics = project_ / ".aisle/runs" / first / "metrics.json";
  ASSERT_GE(document("metrics.json").at("n_clusters").get<int>(), 2);
  const auto n_clusters = document("metrics.json").at("n_clusters").get<std::int64_t>();
  // The opposite order.
  const auto renamed = [&](std::int64_t id) { return id < 0 ? id : 5 + n_clusters - 1 - id; };
  json metrics = rename_kept(first, renamed);
  const auto before = clusters();

  // Other data: a little more is sold in one store.
  retailer_.at("fact_sales", 0, "qty") = "3";
  retailer_.write(project_.path());
  const std::vector<std::string> with = {"run", "--quiet", "--set", "identity.baseline=" + first};
  const ProgramResult result = run(with);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  int n_same = 0;
  for (const auto& [store, id] : clusters()) n_same += id == renamed(before.at(store)) ? 1 : 0;
  EXPECT_GE(n_same, 36) << "of 40 stores";
  const json identity = document("identity.json");
  EXPECT_EQ(identity.at("baseline"), first);
  EXPECT_EQ(identity.at("n_shared"), 40);
  for (const json& cluster : identity.at("clusters")) {
    EXPECT_TRUE(cluster.at("id_from") == cluster.at("cluster") || cluster.at("cluster") > 20) << cluster;
  }
  // One id holds everywhere.
  const json cluster_ids = document("metrics.json").at("cluster_ids");
  EXPECT_EQ(document("model/model.json").at("cluster_ids"), cluster_ids);
  std::vector<std::int64_t> sorted = cluster_ids;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::int64_t> shown;
  const json segments = document("insight/segments.json");
  for (const json& segment : segments.at("segments")) {
    shown.push_back(segment.at("cluster"));
  }
  EXPECT_EQ(shown, sorted);
  EXPECT_EQ(run(with).err, "") << "a second run makes nothing";
  // A changed baseline makes the model stale.
  metrics["last_cluster_id"] = 30;
  write_text(kept_metrics, metrics.dump());
  const ProgramResult status = run({"status", "--set", "identity.baseline=" + first});
  EXPECT_NE(status.out.find(first + "/metrics.json changed"), std::string::npos) << status.out;
  // Without a baseline the ids are by size again, and the document is gone.
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_FALSE(fs::exists(project_ / "data/artifacts/identity.json"));
  EXPECT_EQ(document("metrics.json").at("cluster_ids").front(), 0);
}

// The same stores and options once more, with ids that have holes and another order: every document says the
// same of the same cluster.
TEST_F(Identity, DocumentsAndSheetsNameClustersByIdsWithHoles) {
  retailer_.write(project_.path(), kManySmallClusters);
  ASSERT_EQ(run().exit_code, 0);
  const std::string first = kept().front();
  const std::vector<std::string> names = {"profiles", "personas", "stores",  "monthly",
                                          "prize",    "change",   "segments"};
  std::map<std::string, json> before;
  for (const std::string& name : names) before[name] = document("insight/" + name + ".json");
  const json stability = document("stability.json");
  const std::size_t n = before["profiles"].at("clusters").size();
  ASSERT_GE(n, 3u);
  // 0, 1, 2, .. become 7, 2, 11, 14, 16, ..
  const auto renamed = [](std::int64_t id) {
    return id < 0 ? id
                  : std::vector<std::int64_t>{7, 2, 11, 14, 16, 17, 18, 19}.at(static_cast<std::size_t>(id));
  };
  rename_kept(first, renamed);
  ASSERT_EQ(run({"run", "--quiet", "--set", "identity.baseline=" + first}).exit_code, 0);

  std::vector<std::size_t> old_of;  // by place in the new documents
  const json profiles = document("insight/profiles.json");
  for (const json& id : profiles.at("clusters")) {
    for (std::size_t old = 0; old < n; ++old) {
      if (renamed(static_cast<std::int64_t>(old)) == id.get<std::int64_t>()) old_of.push_back(old);
    }
  }
  ASSERT_EQ(old_of.size(), n);
  EXPECT_EQ(old_of.front(), 1u) << "ascending";
  const auto id_of = [&](const json& id) {
    return id.is_null() ? id : json(renamed(id.get<std::int64_t>()));
  };
  // What the list by cluster `old` should be now.
  const auto in_new_order = [&](const json& old) {
    json list = json::array();
    for (const std::size_t at : old_of) list.push_back(old.at(at));
    return list;
  };
  const auto renamed_all = [&](const json& old) {
    json list = json::array();
    for (const json& id : old) list.push_back(id_of(id));
    return list;
  };
  const json ids = renamed_all(in_new_order(before["profiles"].at("clusters")));

  EXPECT_EQ(profiles.at("nearest"), renamed_all(in_new_order(before["profiles"].at("nearest"))));
  for (const char* key : {"n_stores", "nearest_distance", "against_nearest", "typical", "atypical"}) {
    EXPECT_EQ(profiles.at(key), in_new_order(before["profiles"].at(key))) << key;
  }
  for (std::size_t at = 0; at < profiles.at("numbers").size(); ++at) {
    for (const char* key : {"n", "mean", "median", "effect", "v_test"}) {
      EXPECT_EQ(profiles.at("numbers").at(at).at(key),
                in_new_order(before["profiles"].at("numbers").at(at).at(key)));
    }
  }
  const json stores = document("insight/stores.json");
  for (const char* key : {"cluster", "final_cluster", "next_best"}) {
    EXPECT_EQ(stores.at(key), renamed_all(before["stores"].at(key))) << key;
  }
  for (const char* key : {"next_sure", "margin", "why", "why_not", "move", "alike", "sure"}) {
    EXPECT_EQ(stores.at(key), before["stores"].at(key)) << key;
  }
  const json monthly = document("insight/monthly.json");
  EXPECT_EQ(monthly.at("clusters"), ids);
  EXPECT_EQ(monthly.at("by_cluster"), in_new_order(before["monthly"].at("by_cluster")));
  const json prize = document("insight/prize.json");
  EXPECT_EQ(prize.at("clusters"), ids);
  for (const char* key : {"median", "upper_quartile", "n_below_median", "to_upper_quartile"}) {
    EXPECT_EQ(prize.at(key), in_new_order(before["prize"].at(key))) << key;
  }
  const json change = document("insight/change.json");
  EXPECT_EQ(change.at("clusters"), ids);
  EXPECT_EQ(change.at("n_stay"), before["change"].at("n_stay"));
  // Of pairings that keep as many stores either may be named; the ids are those of the clusters that stay.
  std::int64_t n_stay = 0;
  for (std::size_t label = 0; label < change.at("labels").size(); ++label) {
    const auto place = std::find(ids.begin(), ids.end(), change.at("match").at(label)) - ids.begin();
    n_stay += change.at("stores").at(label).at(static_cast<std::size_t>(place)).get<std::int64_t>();
  }
  EXPECT_EQ(change.at("n_stay"), n_stay);
  for (std::size_t label = 0; label < change.at("labels").size(); ++label) {
    EXPECT_EQ(change.at("stores").at(label), in_new_order(before["change"].at("stores").at(label)));
  }
  // Lists of objects that name their cluster.
  const auto expect_renamed = [&](const json& now, const json& old) {
    json expected = in_new_order(old);
    for (json& entry : expected) entry["cluster"] = id_of(entry.at("cluster"));
    EXPECT_EQ(now, expected);
  };
  expect_renamed(document("insight/segments.json").at("segments"), before["segments"].at("segments"));
  expect_renamed(document("insight/personas.json").at("personas"), before["personas"].at("personas"));
  // The model's own order stays.
  const json stability_now = document("stability.json");
  for (std::size_t at = 0; at < n; ++at) {
    json expected = stability.at("clusters").at(at);
    expected["cluster"] = id_of(expected.at("cluster"));
    EXPECT_EQ(stability_now.at("clusters").at(at), expected);
  }

  const fs::path workbook = project_ / "plan.xlsx";
  ASSERT_EQ(
      run({"export", "--out", workbook.string(), "--set", "export.columns=[\"store_id\", \"cluster_final\"]"})
          .exit_code,
      0);
  const json book = read_workbook(workbook);
  const auto by_store = clusters();
  for (const json& id : ids) {
    const std::string name = "Cluster " + std::to_string(id.get<std::int64_t>());
    const json& rows = book.at("sheets").at(name).at("rows");
    const auto of_it = std::count_if(by_store.begin(), by_store.end(), [&](const auto& entry) {
      return entry.second == id.get<std::int64_t>();
    });
    EXPECT_EQ(rows.size(), static_cast<std::size_t>(of_it) + 1) << name;
    for (std::size_t row = 1; row < rows.size(); ++row) EXPECT_EQ(rows.at(row).at(1).at(1), id) << name;
  }

  const fs::path predicted = project_ / "predicted.csv";
  ASSERT_EQ(run({"predict", "--features", (project_ / "data/processed/store_features.parquet").string(),
                 "--out", predicted.string()})
                .exit_code,
            0);
  const std::string text = read_text(predicted);
  for (const auto& [store, id] : by_store) {
    EXPECT_NE(text.find("\n\"" + store + "\"," + std::to_string(id) + ","), std::string::npos)
        << store << "\n"
        << text;
  }
}

TEST_F(Identity, ABaselineThatCannotServeIsRefused) {
  run_well();
  const std::string first = kept().front();
  expect_refused(2, "identity.baseline: there is no run 'yesterday'; the one kept run is '" + first + "'",
                 {"run", "--quiet", "--set", "identity.baseline=yesterday"});
  expect_refused(2, "identity.baseline: there is no run '" + first + "x'; did you mean '" + first + "'?",
                 {"run", "--quiet", "--set", "identity.baseline=" + first + "x"});
  fs::remove_all(project_ / ".aisle/runs" / first);
  expect_refused(2,
                 "identity.baseline: run '" + first +
                     "' has kept no result; no run has kept its result yet: run `aisle run` first",
                 {"run", "--quiet", "--set", "identity.baseline=" + first});
}

TEST_F(Identity, ABaselineOfOtherStoresIsRefused) {
  run_well();
  const std::string first = kept().front();
  const auto engine = open_duckdb({.n_threads = 1});
  const fs::path file = project_ / ".aisle/runs" / first / "final_clustered_stores.parquet";
  Table stores = read_parquet(*engine, file);
  for (Column& column : stores.columns()) {
    if (column.name != "store_id") continue;
    for (std::string& id : column.texts) id.insert(0, "other ");
  }
  write_table(*engine, stores, file);
  expect_refused(
      3,
      "identity.baseline: the run '" + first +
          "' shares no store with these; expected at least one store id in both; name a run of the "
          "same stores, or leave identity.baseline out",
      {"run", "--quiet", "--set", "identity.baseline=" + first});
}

}  // namespace
}  // namespace aisle::testing
