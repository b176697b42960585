// `aisle tune` through the verb: the original's grid, the search, the choice, and what is kept.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const fs::path kSeed42 = fs::path(AISLE_SOURCE_DIR) / "tests/data/seed42";

// The original's own store features as a project; nothing is run.
class Tune : public RetailerProject {
 protected:
  Tune() : RetailerProject("tune é") {
    fs::create_directories(project_ / "data/processed");
    write_text(project_ / "aisle.toml", "[model]\npreset = \"original\"\n");
    fs::copy_file(kSeed42 / "store_features.parquet", project_ / "data/processed/store_features.parquet");
    write_text(project_ / "data/processed/store_features.json", R"({"as_of": "2024-12-31"})");
  }

  // The result document of `aisle tune ARGUMENTS --json`.
  json tune(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "tune");
    arguments.emplace_back("--json");
    const ProgramResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return json::parse(last_line(result.out)).at("document");
  }
};

std::vector<std::map<std::string, std::string>> csv_rows(const std::string& text) {
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> cells;
    std::istringstream parts(line + ",");
    for (std::string cell; std::getline(parts, cell, ',');) cells.push_back(cell);
    if (names.empty()) {
      names = cells;
      continue;
    }
    rows.emplace_back();
    for (std::size_t at = 0; at < names.size(); ++at) rows.back()[names[at]] = cells.at(at);
  }
  return rows;
}

TEST_F(Tune, TheOriginalsGridIsTheUsualOne) {
  const json document = tune({});
  const auto grid = csv_rows(read_text(kSeed42 / "grid27.csv"));
  ASSERT_EQ(document.at("trials").size(), grid.size());
  for (std::size_t at = 0; at < grid.size(); ++at) {
    const json& trial = document.at("trials").at(at);
    SCOPED_TRACE(trial.dump());
    EXPECT_EQ(trial.at("values").at("components"), grid[at].at("famd_n"));
    EXPECT_EQ(trial.at("values").at("min_cluster_size"), grid[at].at("min_cluster_size"));
    EXPECT_EQ(trial.at("values").at("min_samples"), grid[at].at("min_samples"));
    EXPECT_EQ(trial.at("n_clusters"), std::stoi(grid[at].at("n_clusters_final")));
    EXPECT_NEAR(trial.at("noise_share").get<double>(), std::stod(grid[at].at("noise_ratio")), 1e-12);
    if (trial.at("n_clusters") == 0) continue;
    EXPECT_NEAR(trial.at("dbcv").get<double>(), std::stod(grid[at].at("dbcv_score")), 1e-9);
  }
}

TEST_F(Tune, AFigureOfATrialIsThatOfARunWithItsSettings) {
  retailer_ = SmallRetailer(40, 120);
  TemporaryFolder other("tuned retailer");
  retailer_.write(other.path());
  const std::vector<std::string> place = {"--project", other.path().string()};
  const auto run_in = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), place.begin(), place.end());
    ProgramResult result = run_aisle(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result;
  };
  run_in({"run", "--quiet"});
  const ProgramResult tuned =
      run_in({"tune", "--components", "2,3", "--min-samples", "2", "--metric", "euclidean,manhattan",
              "--scaling", "standardised", "--resamples", "20", "--json"});
  const json trial = json::parse(last_line(tuned.out)).at("document").at("trials").back();
  std::vector<std::string> again = {"run", "--quiet", "--set", "stability.resamples=20"};
  for (const json& setting : trial.at("settings")) {
    again.emplace_back("--set");
    again.push_back(setting);
  }
  run_in(again);
  const json metrics = json::parse(read_text(other / "data/artifacts/metrics.json"));
  const json stability = json::parse(read_text(other / "data/artifacts/stability.json"));
  EXPECT_EQ(trial.at("n_clusters"), metrics.at("n_clusters"));
  EXPECT_EQ(trial.at("n_noise"), metrics.at("n_noise"));
  EXPECT_EQ(trial.at("dbcv"), metrics.at("dbcv_score"));
  EXPECT_EQ(trial.at("silhouette"), stability.at("observed").at("silhouette"));
  EXPECT_EQ(trial.at("stability"), stability.at("observed").at("mean_jaccard"));
  EXPECT_GE(trial.at("n_clusters").get<int>(), 2);
}

TEST_F(Tune, ARandomSearchIsTheSameForAnyNumberOfThreads) {
  const std::vector<std::string> search = {"--random",      "120",      "--leave-out",
                                           "regional,size", "--weight", "placement=0.5,2"};
  const auto with_threads = [&](const char* threads) {
    std::vector<std::string> arguments = search;
    arguments.insert(arguments.end(), {"--threads", threads});
    json document = tune(arguments);
    for (const char* key : {"tuning", "started_at", "finished_at"}) document.erase(key);
    return document;
  };
  const json one = with_threads("1");
  EXPECT_EQ(one, with_threads("2"));
  ASSERT_EQ(one.at("trials").size(), 120u);
  std::set<std::string> distinct;
  std::set<std::string> weights;
  for (const json& trial : one.at("trials")) {
    distinct.insert(trial.at("settings").dump());
    weights.insert(trial.at("values").at("placement weight"));
  }
  EXPECT_EQ(distinct.size(), 120u);
  EXPECT_EQ(weights.size(), 2u);
  std::vector<std::string> other_seed = search;
  other_seed.insert(other_seed.end(), {"--seed", "7"});
  EXPECT_NE(tune(other_seed).at("trials"), one.at("trials"));
}

// By the definition, over all pairs.
TEST_F(Tune, TheFrontHoldsWhatNothingBeatsAndTheRecommendedPoint) {
  const json document = tune({"--random", "60"});
  const auto figures = [](const json& trial) {
    return std::array<double, 3>{trial.at("dbcv").get<double>(), trial.at("silhouette").get<double>(),
                                 -trial.at("noise_share").get<double>()};
  };
  int n_front = 0;
  for (const json& trial : document.at("trials")) {
    if (trial.at("dbcv").is_null()) {
      EXPECT_FALSE(trial.at("on_front").get<bool>());
      continue;
    }
    bool beaten = false;
    for (const json& other : document.at("trials")) {
      if (other.at("dbcv").is_null()) continue;
      const auto own = figures(trial);
      const auto others = figures(other);
      const bool as_good = others[0] >= own[0] && others[1] >= own[1] && others[2] >= own[2];
      beaten = beaten || (as_good && (others != own || other.at("trial") < trial.at("trial")));
    }
    EXPECT_EQ(trial.at("on_front").get<bool>(), !beaten) << trial;
    n_front += trial.at("on_front").get<bool>() ? 1 : 0;
  }
  EXPECT_GE(n_front, 1);
  const auto recommended = document.at("recommended").get<std::size_t>();
  EXPECT_TRUE(document.at("trials").at(recommended - 1).at("on_front").get<bool>());
  EXPECT_NE(document.at("reason").get<std::string>().find("Trial " + std::to_string(recommended)),
            std::string::npos);
}

TEST_F(Tune, ThePlannersWordsAreKeptAndSaidWhereTheyCannotBe) {
  const json document = tune({"--clusters", "3..4", "--min-stores", "8", "--epsilon", "0,1"});
  int n_kept = 0;
  for (const json& trial : document.at("trials")) {
    if (!trial.at("problem").is_null()) continue;
    ++n_kept;
    EXPECT_GE(trial.at("n_clusters").get<int>(), 3);
    EXPECT_LE(trial.at("n_clusters").get<int>(), 4);
    EXPECT_GE(trial.at("smallest").get<int>(), 8);
  }
  EXPECT_GE(n_kept, 1);
  const json none = tune({"--clusters", "40"});
  EXPECT_TRUE(none.at("recommended").is_null());
  EXPECT_NE(none.at("reason").get<std::string>().find("cannot keep the bounds"), std::string::npos);
  const json& impossible = none.at("trials").at(0);
  EXPECT_FALSE(impossible.at("problem").is_null());
  for (const char* figure : {"n_clusters", "n_noise", "noise_share", "smallest"})
    EXPECT_TRUE(impossible.at(figure).is_null()) << impossible;
  const ProgramResult shown = run({"tune", "--clusters", "40"});
  EXPECT_NE(shown.out.find("Trial 1 and 26 more have no clusters: "), std::string::npos) << shown.out;
}

TEST_F(Tune, SaysWhatBecameOfTheColumns) {
  const ProgramResult result = run({"tune", "--components", "2,3", "--resamples", "0", "--set",
                                    "model.context=[\"regional\", \"placement\", \"no_such_column\"]"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::size_t first = result.err.find("no_such_column");
  EXPECT_NE(first, std::string::npos) << result.err;
  EXPECT_EQ(result.err.find("no_such_column", first + 1), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("all three figures"), std::string::npos) << result.out;
}

// The trials are of the features that were read, whatever lies there when they are kept.
TEST_F(Tune, FeaturesThatAreReplacedMeanwhileAreNotTakenForThoseThatWereTuned) {
  const std::string project = "'" + project_.path().string() + "'";
  const std::string features = project + "/data/processed/store_features.parquet";
  const std::string script =
      "cp " + features + " " + project + "/other.parquet; printf x >>" + project + "/other.parquet; '" +
      std::string(AISLE_PROGRAM_PATH) + "' tune --json --random 400 --resamples 40 --project " + project +
      " >" + project + "/events 2>&1 & tuning=$!; until grep -q stage_started " + project +
      "/events; do sleep 0.02; done; mv " + project + "/other.parquet " + features + "; wait $tuning";
  write_text(project_ / "script", script);
  ASSERT_EQ(std::system(("bash '" + (project_ / "script").string() + "'").c_str()), 0)
      << read_text(project_ / "events");
  EXPECT_NE(read_text(project_ / "events").find("the store features changed meanwhile"), std::string::npos);
  const ProgramResult shown = run({"adopt", "1", "--json"});
  EXPECT_NE(shown.out.find("are not those that were tuned"), std::string::npos) << shown.out << shown.err;
}

TEST_F(Tune, WritesATableAndACsvAndTouchesNothingElse) {
  const auto before = files_below(project_ / "data");
  const std::string file = (project_ / "trials.csv").string();
  const ProgramResult result = run({"tune", "--out", file, "--top", "3"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("Trial  components  min_cluster_size  min_samples  Clusters"), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("... and 24 more"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("★"), std::string::npos);
  EXPECT_NE(result.out.find("`aisle adopt "), std::string::npos);
  const auto rows = csv_rows(read_text(file));
  ASSERT_EQ(rows.size(), 27u);
  EXPECT_EQ(rows[4].at("trial"), "5");
  EXPECT_EQ(difference(files_below(project_ / "data"), before), "");
}

// Another writer may hold the lock all the while.
TEST_F(Tune, TakesNoLock) {
  write_text(project_ / ".aisle/lock", "");
  const std::string command = "exec 9<>'" + (project_ / ".aisle/lock").string() + "'; flock -n 9 && '" +
                              std::string(AISLE_PROGRAM_PATH) + "' tune --quiet --project '" +
                              project_.path().string() + "' >/dev/null";
  EXPECT_EQ(std::system(("bash -c \"" + command + "\"").c_str()), 0);
}

TEST_F(Tune, RefusesWhatItCannotSearch) {
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& message) {
    std::vector<std::string> all = {"tune", "--quiet"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    expect_refused(2, message, all);
  };
  refused({"--components", "3,x"},
          "tune --components: '3,x' is no such list; expected whole numbers, e.g. 3,4,5 or 3..8 or 5..25:5");
  refused({"--components", "0"},
          "tune: famd.n_components: famd.n_components is 0; expected a whole number from 1 to 1000");
  refused({"--metric", "cosine"},
          "tune --metric: 'cosine' is not among the choices; expected euclidean or manhattan");
  refused({"--leave-out", "mix"},
          "tune --leave-out: the model has no group or column 'mix'; expected one of history, inventory, "
          "placement, "
          "regional, sales, size");
  refused({"--weight", "size"},
          "tune --weight: 'size' has no group and weights; expected GROUP=WEIGHT,WEIGHT, e.g. mix=2,4,8");
  refused({"--weight", "size=0"},
          "tune --weight size=0: has the weight 0; expected weights above 0; --leave-out tries a group's "
          "absence");
  refused({"--clusters", "1"}, "tune --clusters: asks for 1; expected at least 2, e.g. 6..8");
  refused(
      {"--min-cluster-size", "2..900", "--min-samples", "1..30"},
      "tune: the grid has 26970 points; expected at most 20000; give fewer values, or draw some of them with "
      "--random N");
  fs::remove(project_ / "data/processed/store_features.parquet");
  expect_refused(3,
                 "data/processed/store_features.parquet: there are no store features; run `aisle features`",
                 {"tune"});
}

}  // namespace
}  // namespace aisle::testing
