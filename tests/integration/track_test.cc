// Runs on a tracking server, through the verbs, with a server that misbehaves.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/integration/retailer_project.h"
#include "tests/support/mlflow_imitation.h"
#include "tests/support/small_disk.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using Kind = Misbehaviour::Kind;

class Track : public RetailerProject {
 protected:
  Track()
      : RetailerProject("track"), server_([this](const auto& request) { return mlflow_.answer(request); }) {
    retailer_.write(project_.path());
  }
  ~Track() override {
    ::unsetenv("MLFLOW_TRACKING_URI");
    ::unsetenv("MLFLOW_TRACKING_TOKEN");
  }

  void name_server() { ::setenv("MLFLOW_TRACKING_URI", server_.url().c_str(), 1); }
  std::vector<nlohmann::json> json_lines(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    std::vector<nlohmann::json> lines;
    const std::string out = run(arguments).out;
    for (std::size_t at = 0; at < out.size(); at = out.find('\n', at) + 1) {
      lines.push_back(nlohmann::json::parse(out.substr(at, out.find('\n', at) - at)));
    }
    return lines;
  }
  // The one run that the server has is whole.
  void expect_one_whole_run() const {
    const auto runs = mlflow_.active_runs();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0]->status, "FINISHED");
    EXPECT_EQ(runs[0]->params.at("hdbscan.min_samples"), "1");
    EXPECT_EQ(runs[0]->metrics.count("silhouette_score"), 1U);
    EXPECT_EQ(runs[0]->inputs.count("store_features"), 1U);
    EXPECT_EQ(runs[0]->inputs.count("fact_sales"), 1U);
    EXPECT_EQ(mlflow_.models.size(), 1U);
    EXPECT_EQ(mlflow_.models[0].status, "LOGGED_MODEL_READY");
    EXPECT_EQ(mlflow_.versions.size(), 1U);
    EXPECT_EQ(mlflow_.aliases.at("store-segments@proposed"), "1");
    const std::string root = runs[0]->experiment + "/" + runs[0]->id + "/artifacts/";
    EXPECT_EQ(mlflow_.artifacts.at(root + "report.html"), read_text(project_ / "data/artifacts/report.html"));
    EXPECT_EQ(mlflow_.artifacts.count(root + "insight/segments.json"), 1U);
    EXPECT_EQ(mlflow_.artifacts.count(root + "store_features.parquet"), 0U);
    const std::string model = runs[0]->experiment + "/models/" + mlflow_.models[0].id + "/artifacts/";
    EXPECT_EQ(mlflow_.artifacts.at(model + "model/model.json"),
              read_text(project_ / "data/artifacts/model/model.json"));
    EXPECT_FALSE(fs::exists(project_ / ".aisle/outbox"));
  }

  MlflowImitation mlflow_;
  ScriptedServer server_;
};

TEST_F(Track, ARunIsSentAndTheStoreKnowsWhere) {
  name_server();
  const ProgramResult result = run({"run"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  expect_one_whole_run();
  const std::string url = server_.url() + "/#/experiments/1/runs/r1";
  EXPECT_NE(result.err.find(url), std::string::npos) << result.err;
  const auto listed = json_lines({"track", "list"});
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0]["tracking"], "sent");
  EXPECT_EQ(listed[0]["tracking_url"], url);
  EXPECT_NE(run({"track", "show"}).out.find("sent " + url), std::string::npos);
  EXPECT_EQ(run({"track", "sync"}).out, "nothing is owed\n");
}

TEST_F(Track, WithoutAServerNothingIsOwed) {
  ASSERT_EQ(run({"run", "--quiet"}).exit_code, 0);
  EXPECT_EQ(server_.n_requests(), 0);
  EXPECT_EQ(json_lines({"track", "list"}).at(0)["tracking"], "here");
  EXPECT_FALSE(fs::exists(project_ / ".aisle/outbox"));
  expect_refused(2,
                 "track sync: no tracking server is named; set tracking.mlflow_uri in aisle.toml, or "
                 "MLFLOW_TRACKING_URI",
                 {"track", "sync"});
}

TEST_F(Track, AServerThatIsAwayLosesNothing) {
  name_server();
  server_.stop();
  const ProgramResult result = run({"run", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("cannot be reached"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("this run is kept here, and the next run or `aisle track sync` sends it"),
            std::string::npos)
      << result.err;
  EXPECT_EQ(json_lines({"track", "list"}).at(0)["tracking"], "owed");
  server_.start();
  EXPECT_EQ(run({"track", "sync"}).out, "sent 1 run\n");
  expect_one_whole_run();
}

TEST_F(Track, TheNextRunSendsWhatIsOwed) {
  name_server();
  server_.stop();
  ASSERT_EQ(run({"run", "--quiet"}).exit_code, 0);
  server_.start();
  ASSERT_EQ(run({"run", "--quiet"}).exit_code, 0);
  EXPECT_EQ(mlflow_.active_runs().size(), 2U);
  EXPECT_EQ(mlflow_.models.size(), 1U);  // the second made nothing
  for (const auto& line : json_lines({"track", "list"})) EXPECT_EQ(line["tracking"], "sent");
}

TEST_F(Track, ASenderThatIsKilledSendsTheRestAndNothingTwice) {
  name_server();
  for (const int number : {3, 6, 12, 20}) {
    mlflow_ = MlflowImitation();
    server_.set_script(at_request(number, Kind::kHang));
    RunningProgram program({"run", "--force", "--quiet", "--project", project_.path().string()});
    for (int n = 0; n < 1200 && server_.n_requests() < number; ++n) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ASSERT_EQ(server_.n_requests(), number);
    program.send(SIGKILL);
    program.wait();
    server_.set_script({});
    const ProgramResult sync = run({"track", "sync"});
    EXPECT_EQ(sync.exit_code, 0) << sync.err;
    expect_one_whole_run();
  }
}

TEST_F(Track, ARunThatIsKilledIsSentAsKilled) {
  name_server();
  {
    RunningProgram program({"run", "--json", "--project", project_.path().string()});
    for (int n = 0; n < 1200 && program.output().find("stage_started") == std::string::npos; ++n) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    program.send(SIGKILL);
    program.wait();
  }
  ASSERT_EQ(run({"run", "--quiet"}).exit_code, 0);
  ASSERT_EQ(mlflow_.active_runs().size(), 2U);
  EXPECT_EQ(mlflow_.active_runs()[0]->status, "KILLED");
  EXPECT_EQ(mlflow_.active_runs()[1]->status, "FINISHED");
}

TEST_F(Track, AFailedRunIsSentWithItsReason) {
  name_server();
  retailer_.drop_column("fact_sales", "qty");
  retailer_.write(project_.path());
  EXPECT_EQ(run({"run", "--quiet"}).exit_code, 3);
  ASSERT_EQ(mlflow_.active_runs().size(), 1U);
  EXPECT_EQ(mlflow_.active_runs()[0]->status, "FAILED");
  EXPECT_NE(mlflow_.active_runs()[0]->tags.at("aisle.message").find("qty"), std::string::npos);
  EXPECT_TRUE(mlflow_.models.empty());
}

TEST_F(Track, NoSecretIsWrittenAnywhere) {
  name_server();
  ::setenv("MLFLOW_TRACKING_TOKEN", "very-s3cret", 1);
  server_.set_script(always(Kind::kAnswer, {.status = 401, .body = "no"}));
  const ProgramResult result = run({"run", "--verbose"});
  ASSERT_EQ(result.exit_code, 0);
  EXPECT_NE(result.err.find("answers 401"), std::string::npos) << result.err;
  EXPECT_EQ(server_.requests().at(0).headers.at("authorization"), "Bearer very-s3cret");
  EXPECT_EQ((result.out + result.err).find("very-s3cret"), std::string::npos);
  for (const auto& [name, bytes] : files_below(project_.path())) {
    EXPECT_EQ(bytes.find("very-s3cret"), std::string::npos) << name;
  }
}

TEST_F(Track, AFullDiskWhileSendingEndsTheRunWell) {
  const fs::path disk_folder = project_ / "disk";
  const SmallDisk disk(disk_folder, "48m");
  if (!disk.mounted()) GTEST_SKIP() << "a small disk needs root";
  retailer_.write(disk_folder);
  name_server();
  const fs::path filler = disk_folder / "filler";
  server_.set_script([&](const ScriptedRequest& request) -> Misbehaviour {
    if (request.number == 2) {
      std::ofstream file(filler, std::ios::binary);
      const std::string block(65536, 'x');
      while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
      }
    }
    return {};
  });
  const ProgramResult full = run_aisle({"run", "--quiet", "--project", disk_folder.string()});
  EXPECT_EQ(full.exit_code, 0) << full.err;
  EXPECT_NE(full.err.find("disk is full"), std::string::npos) << full.err;
  EXPECT_TRUE(fs::exists(disk_folder / "data/artifacts/report.html"));
  fs::remove(filler);
  server_.set_script({});
  const ProgramResult sync = run_aisle({"track", "sync", "--project", disk_folder.string()});
  EXPECT_EQ(sync.exit_code, 0) << sync.err;
  EXPECT_EQ(mlflow_.active_runs().size(), 1U);
  EXPECT_EQ(mlflow_.models.size(), 1U);
  EXPECT_EQ(mlflow_.active_runs()[0]->status, "FINISHED");
}

TEST_F(Track, ComparesTwoRunsByOptionsAndMetrics) {
  ASSERT_EQ(run({"run", "--quiet"}).exit_code, 0);
  ASSERT_EQ(run({"run", "--quiet", "--set", "hdbscan.min_cluster_size=4"}).exit_code, 0);
  const auto compared = json_lines({"track", "compare"}).at(0);
  ASSERT_EQ(compared["options"].size(), 1U) << compared["options"];
  EXPECT_EQ(compared["options"][0]["option"], "hdbscan.min_cluster_size");
  EXPECT_EQ(compared["options"][0]["b"], "4");
  EXPECT_FALSE(compared["metrics"].empty());
  const std::string text = run({"track", "compare", "previous", "latest"}).out;
  EXPECT_NE(text.find("hdbscan.min_cluster_size"), std::string::npos) << text;
  EXPECT_NE(text.find("cluster_model/silhouette_score"), std::string::npos) << text;
}

TEST_F(Track, WrongWordsAreRefused) {
  expect_refused(2, "track: there is no latest run; run `aisle run` first", {"track", "show"});
  expect_refused(2, "track sync: 1 runs are named; expected none", {"track", "sync", "x"});
  ASSERT_EQ(run({"run", "--quiet"}).exit_code, 0);
  expect_refused(2, "track: there is no run 'nope'; `aisle track list` shows them",
                 {"track", "show", "nope"});
  expect_options_refused(2, "[tracking]\nmlflow_uri = \"http://ann:pw@127.0.0.1:1\"\n",
                         "tracking.mlflow_uri: has a user or password in it; expected an address alone; set "
                         "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD");
}

}  // namespace
}  // namespace aisle::testing
