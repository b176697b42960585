// `aisle adopt` through the verb: what it shows, asks, writes and runs, and the way back.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/integration/retailer_project.h"
#include "tests/support/small_disk.h"

namespace aisle::testing {
namespace {

using nlohmann::json;

class Adopt : public RetailerProject {
 protected:
  Adopt() : RetailerProject("adopt é") { retailer_ = SmallRetailer(40, 120); }

  void run_and_tune() {
    retailer_.write(project_.path(), "\n# how dense, since März\n[hdbscan]\nmin_cluster_size = 3 # small\n");
    ASSERT_EQ(run().exit_code, 0);
    const ProgramResult tuned =
        run({"tune", "--quiet", "--components", "2,3", "--min-cluster-size", "3,6", "--metric",
             "euclidean,manhattan", "--scaling", "axes,standardised", "--json"});
    ASSERT_EQ(tuned.exit_code, 0) << tuned.err;
    tuning_ = json::parse(last_line(tuned.out)).at("document");
  }

  // The number of a trial whose clusters are not those of the project.
  int another_trial() const {
    const json metrics = json::parse(read_text(project_ / "data/artifacts/metrics.json"));
    for (const json& trial : tuning_.at("trials")) {
      if (trial.at("n_clusters") > 1 && trial.at("n_noise") != metrics.at("n_noise"))
        return trial.at("trial");
    }
    ADD_FAILURE() << "every trial has the clusters of the project: " << tuning_;
    return 0;
  }

  std::string options() const { return read_text(project_ / "aisle.toml"); }

  // The verb with an answer on its standard input; what it printed.
  std::string answered(const std::string& answer, const std::string& arguments, int expected_code) {
    const std::string out = (project_ / "answered.txt").string();
    const std::string command = "printf '" + answer + "' | '" + std::string(AISLE_PROGRAM_PATH) + "' adopt " +
                                arguments + " --project '" + project_.path().string() + "' >'" + out +
                                "' 2>&1";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), expected_code) << read_text(out);
    return read_text(out);
  }

  json tuning_;
};

TEST_F(Adopt, WritesTheTrialsOptionsRunsAndTakesThemBack) {
  run_and_tune();
  const std::string before = options();
  const auto results_before = results();
  const int number = another_trial();
  const json& trial = tuning_.at("trials").at(static_cast<std::size_t>(number) - 1);

  const ProgramResult adopted = run({"adopt", std::to_string(number), "--yes"});
  ASSERT_EQ(adopted.exit_code, 0) << adopted.err;
  EXPECT_NE(adopted.out.find("What would change (A: now, B: then)"), std::string::npos) << adopted.out;
  const json metrics = json::parse(read_text(project_ / "data/artifacts/metrics.json"));
  EXPECT_EQ(metrics.at("n_clusters"), trial.at("n_clusters"));
  EXPECT_EQ(metrics.at("n_noise"), trial.at("n_noise"));
  EXPECT_EQ(metrics.at("dbcv_score"), trial.at("dbcv"));
  EXPECT_NE(options(), before);
  EXPECT_NE(options().find("# how dense, since März\n[hdbscan]\n"), std::string::npos) << options();
  EXPECT_EQ(run({"adopt", std::to_string(number)}).out.find("Trial"), 0u);
  EXPECT_NE(run({"adopt", std::to_string(number)}).out.find("has these options already"), std::string::npos);

  const ProgramResult undone = run({"adopt", "--undo", "--yes"});
  ASSERT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_EQ(options(), before);
  EXPECT_EQ(difference(results(), results_before), "");
  expect_refused(2, "adopt --undo: no trial was adopted, or all are undone", {"adopt", "--undo"});
}

TEST_F(Adopt, AsksAndChangesNothingWithoutAYes) {
  run_and_tune();
  const std::string before = options();
  const auto results_before = results();
  const std::string number = std::to_string(another_trial());
  const std::string said = answered("n\\n", number, 0);
  EXPECT_NE(said.find("Nothing was changed."), std::string::npos) << said;
  EXPECT_NE(said.find("\n- "), std::string::npos) << said;
  EXPECT_NE(said.find("\n+ "), std::string::npos) << said;
  EXPECT_NE(answered("", number, 2).find("nobody answered; expected y or n; say --yes"), std::string::npos);
  const ProgramResult shown = run({"adopt", number, "--json"});
  EXPECT_EQ(shown.exit_code, 0);
  const json document = json::parse(last_line(shown.out));
  EXPECT_EQ(document.at("event"), "adoption");
  EXPECT_GT(document.at("changes").size(), 0u);
  EXPECT_EQ(document.at("comparison").at("kind"), "aisle-comparison");
  EXPECT_EQ(options(), before);
  EXPECT_EQ(difference(results(), results_before), "");
  answered("y\\n", number, 0);
  EXPECT_NE(options(), before);
}

TEST_F(Adopt, ATrialKeepsItsOptionsWhateverTheFileSaysByThen) {
  run_and_tune();
  const int number = another_trial();
  const json& trial = tuning_.at("trials").at(static_cast<std::size_t>(number) - 1);
  write_text(project_ / "aisle.toml", options() + "min_samples = 4\n");
  ASSERT_EQ(run({"adopt", std::to_string(number), "--yes", "--quiet"}).exit_code, 0);
  const json metrics = json::parse(read_text(project_ / "data/artifacts/metrics.json"));
  EXPECT_EQ(metrics.at("dbcv_score"), trial.at("dbcv"));
}

TEST_F(Adopt, AnEditAfterwardsIsNotLostByUndoing) {
  run_and_tune();
  ASSERT_EQ(run({"adopt", std::to_string(another_trial()), "--yes", "--quiet"}).exit_code, 0);
  write_text(project_ / "aisle.toml", options() + "\n# mine\n");
  const std::string edited = options();
  const ProgramResult undone = run({"adopt", "--undo", "--yes"});
  EXPECT_EQ(undone.exit_code, 2);
  EXPECT_NE(undone.err.find("aisle.toml: was edited after trial"), std::string::npos) << undone.err;
  EXPECT_EQ(options(), edited);
}

// What is read by a program hears of the run at once: the look at what would change is for who is asked.
TEST_F(Adopt, WithAYesAndEventsTheRunBeginsWithoutAPreview) {
  run_and_tune();
  const std::string number = std::to_string(another_trial());
  const ProgramResult adopted = run({"adopt", number, "--yes", "--json"});
  ASSERT_EQ(adopted.exit_code, 0) << adopted.err;
  const json first = json::parse(adopted.out.substr(0, adopted.out.find('\n')));
  EXPECT_EQ(first.at("event"), "adoption");
  EXPECT_TRUE(first.at("comparison").is_null());
  EXPECT_GT(first.at("changes").size(), 0u);
  EXPECT_NE(adopted.out.find("\"run_started\""), std::string::npos);
}

TEST_F(Adopt, RefusesOptionsOfItsOwn) {
  run_and_tune();
  const std::string before = options();
  const std::string number = std::to_string(another_trial());
  expect_refused(2,
                 "adopt --set: would run other options than those that are shown and written; expected no "
                 "--set; `aisle options` sets some in aisle.toml",
                 {"adopt", number, "--yes", "--set", "famd.n_components=2"});
  EXPECT_EQ(options(), before);
}

TEST_F(Adopt, ATrialOfAnotherPresetIsRefused) {
  run_and_tune();
  std::string other = options();
  other.replace(other.find("\"original\""), 10, "\"trading\"");
  write_text(project_ / "aisle.toml", other);
  const std::string id = tuning_.at("tuning");
  expect_refused(2,
                 "adopt: Trial 1 of tuning " + id +
                     " is of the preset original, and aisle.toml has trading; expected a trial of the "
                     "project's preset; tune anew, or first `aisle options model.preset=original`",
                 {"adopt", "1", "--yes"});
  EXPECT_EQ(options(), other);
}

TEST_F(Adopt, ATrialOfAProjectByKmeansIsHdbscansAndChangesTheMethod) {
  retailer_.write(project_.path(), "method = \"kmeans\"\n[hdbscan]\nmin_cluster_size = 3\n");
  ASSERT_EQ(run().exit_code, 0);
  const ProgramResult tuned = run({"tune", "--components", "2,3", "--resamples", "0", "--json"});
  ASSERT_EQ(tuned.exit_code, 0) << tuned.err;
  EXPECT_NE(tuned.out.find("the trials are HDBSCAN's"), std::string::npos) << tuned.out;
  tuning_ = json::parse(last_line(tuned.out)).at("document");
  const int number = another_trial();
  const json& trial = tuning_.at("trials").at(static_cast<std::size_t>(number) - 1);
  ASSERT_EQ(run({"adopt", std::to_string(number), "--yes", "--quiet"}).exit_code, 0);
  EXPECT_NE(options().find("method = \"hdbscan\""), std::string::npos) << options();
  const json metrics = json::parse(read_text(project_ / "data/artifacts/metrics.json"));
  EXPECT_EQ(metrics.at("n_clusters"), trial.at("n_clusters"));
  EXPECT_EQ(metrics.at("dbcv_score"), trial.at("dbcv"));
}

TEST_F(Adopt, AWriteThatFailsLeavesTheWayBackOfTheOneBefore) {
  run_and_tune();
  const std::string before = options();
  ASSERT_EQ(run({"adopt", std::to_string(another_trial()), "--yes", "--quiet"}).exit_code, 0);
  const std::string adopted = options();
  {
    const SmallDisk disk(project_ / "disk", "64k");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a disk needs root";
    write_text(project_ / "disk/aisle.toml", adopted);
    std::filesystem::remove(project_ / "aisle.toml");
    std::filesystem::create_symlink("disk/aisle.toml", project_ / "aisle.toml");
    ASSERT_EQ(::mount(nullptr, (project_ / "disk").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
    const ProgramResult failed = run({"adopt", std::to_string(another_trial()), "--yes", "--quiet"});
    EXPECT_EQ(failed.exit_code, 4) << failed.err;
  }
  std::filesystem::remove(project_ / "aisle.toml");
  write_text(project_ / "aisle.toml", adopted + "# mine\n");
  EXPECT_NE(run({"adopt", "--undo", "--yes"}).err.find("was edited after trial"), std::string::npos);
  write_text(project_ / "aisle.toml", adopted);
  const ProgramResult undone = run({"adopt", "--undo", "--yes", "--quiet"});
  EXPECT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_EQ(options(), before);
}

TEST_F(Adopt, RefusesATrialWithoutClusters) {
  run_and_tune();
  const std::string before = options();
  ASSERT_EQ(run({"tune", "--quiet", "--components", "2", "--clusters", "30"}).exit_code, 0);
  const ProgramResult refused = run({"adopt", "1", "--yes", "--json"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.out.find("adopt: trial 1 has no clusters: "), std::string::npos) << refused.out;
  EXPECT_EQ(options(), before);
}

TEST_F(Adopt, RefusesTrialsThatAreNotThere) {
  retailer_.write(project_.path());
  ASSERT_EQ(run().exit_code, 0);
  expect_refused(2, "adopt: there is no trial '3': nothing was tuned yet; run `aisle tune`", {"adopt", "3"});
  expect_refused(
      2,
      "adopt: has no trial; expected a trial's number, `recommended`, or --undo; `aisle tune` makes trials",
      {"adopt"});
  const ProgramResult tuned = run({"tune", "--components", "2,3", "--json"});
  const std::string id = json::parse(last_line(tuned.out)).at("document").at("tuning");
  expect_refused(
      2, "adopt: there is no trial '3' in tuning " + id + "; expected a number from 1 to 2, or recommended",
      {"adopt", "3"});
  expect_refused(2, "adopt: there is no tuning 'x'; expected one that is kept; the newest is " + id,
                 {"adopt", "x/1"});
}

}  // namespace
}  // namespace aisle::testing
