// `aisle serve` as a user meets it: the real program, with runs of its own.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/http_client.h"
#include "tests/support/program.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

bool holds(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

class Serve : public ::testing::Test {
 protected:
  void write_project() { retailer_.write(project_.path(), "[stability]\nresamples = 5\nnull_runs = 0\n"); }
  // A run that goes on until it is stopped: its stability is measured a hundred thousand times.
  static std::string long_run() { return R"({"set": ["stability.resamples=100000"]})"; }

  void start(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"serve",  "--port",    "0",
                                          "--json", "--project", project_.path().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    program_ = std::make_unique<RunningProgram>(arguments);
    for (int look = 0; look < 3000 && !holds(program_->output(), "\n"); ++look) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    const json line = json::parse(program_->output(), nullptr, false);
    ASSERT_TRUE(line.is_object() && line.contains("port")) << program_->output();
    port_ = line.at("port").get<std::uint16_t>();
    EXPECT_EQ(line.at("url"), "http://127.0.0.1:" + std::to_string(port_) + "/");
  }
  HttpAnswer get(const std::string& target) { return ask(port_, "GET", target); }
  json get_json(const std::string& target) {
    const HttpAnswer answer = get(target);
    EXPECT_EQ(answer.status, 200) << target << "\n" << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  void run_aisle_here() {
    const ProgramResult result = run_aisle({"run", "--quiet", "--project", project_.path().string()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  SmallRetailer retailer_;
  TemporaryFolder project_{"serve"};
  std::unique_ptr<RunningProgram> program_;
  std::uint16_t port_ = 0;
};

TEST_F(Serve, ARunIsStartedWatchedAndItsResultServed) {
  write_project();
  start();
  Connection watcher(port_);
  watcher.send(request_text("GET", "/api/v1/events"));
  const HttpAnswer started = post_json(port_, "/api/v1/runs", "{}");
  ASSERT_EQ(started.status, 202) << started.body;
  const std::string run = json::parse(started.body).at("id");
  ASSERT_TRUE(watcher.receive_until("event: run_ended", seconds(120))) << watcher.received();
  for (const char* event :
       {"run_started", "stage_started", "check", "asset_made", "stage_finished", "run_finished"}) {
    EXPECT_TRUE(holds(watcher.received(), std::string("event: ") + event + "\n")) << event;
  }
  EXPECT_TRUE(watcher.receive_until("\"status\":\"succeeded\"", seconds(5)));
  const json project = get_json("/api/v1/project");
  EXPECT_EQ(project.at("last_run").at("id"), run);
  EXPECT_EQ(project.at("last_run").at("status"), "succeeded");
  EXPECT_TRUE(project.at("current_run").is_null());
  EXPECT_EQ(project.at("has_report"), true);
  EXPECT_EQ(get("/api/v1/documents/stores").body, read_text(project_ / "data/artifacts/insight/stores.json"));
  EXPECT_EQ(get_json("/api/v1/documents/checks").at("success"), true);
  EXPECT_EQ(get("/report").body, read_text(project_ / "data/artifacts/report.html"));
  EXPECT_EQ(get_json("/api/v1/runs/" + run + "/documents/metrics"), get_json("/api/v1/documents/metrics"));
}

TEST_F(Serve, StatusAndAssetsAreThoseOfTheVerbs) {
  write_project();
  start();
  for (const char* verb : {"status", "assets"}) {
    const ProgramResult said = run_aisle({verb, "--json", "--project", project_.path().string()});
    EXPECT_EQ(get(std::string("/api/v1/") + verb).body, said.out) << verb;
  }
}

TEST_F(Serve, TwoRunsCompareAsTheVerbDoes) {
  write_project();
  run_aisle_here();
  const std::string project = project_.path().string();
  ASSERT_EQ(
      run_aisle({"run", "--quiet", "--project", project, "--set", "hdbscan.min_cluster_size=3"}).exit_code,
      0);
  start();
  const ProgramResult said = run_aisle({"compare", "--json", "--project", project});
  EXPECT_EQ(get("/api/v1/comparison").body, said.out);
  const json comparison = json::parse(said.out);
  const std::string a = comparison.at("a").at("run");
  EXPECT_EQ(get_json("/api/v1/comparison?b=" + a + "&a=latest").at("b").at("run"), a);
  // Folders are the verb's alone: they may lie beyond the project.
  for (const char* run : {"nowhere", "..", "%2Ftmp", ".aisle%2Fruns"}) {
    EXPECT_EQ(get(std::string("/api/v1/comparison?a=") + run).status, 422) << run;
  }
}

TEST_F(Serve, ARunIsCancelledAndTheLastResultStays) {
  write_project();
  run_aisle_here();
  start();
  const auto before = files_below(project_ / "data/artifacts");
  ASSERT_EQ(post_json(port_, "/api/v1/runs", long_run()).status, 202);
  Connection watcher(port_);
  watcher.send(request_text("GET", "/api/v1/events"));
  ASSERT_TRUE(watcher.receive_until("event: progress", seconds(60))) << watcher.received();
  // Another terminal is told who writes; another request likewise.
  EXPECT_EQ(post_json(port_, "/api/v1/runs", "{}").status, 409);
  EXPECT_EQ(run_aisle({"run", "--force", "--project", project_.path().string()}).exit_code, 4);
  EXPECT_EQ(ask(port_, "DELETE", "/api/v1/runs/current").status, 202);
  ASSERT_TRUE(watcher.receive_until("\"status\":\"cancelled\"", seconds(30))) << watcher.received();
  EXPECT_EQ(get_json("/api/v1/runs?limit=1").at("runs").at(0).at("status"), "cancelled");
  EXPECT_EQ(difference(before, files_below(project_ / "data/artifacts")), "");
}

TEST_F(Serve, ARunThatIsKilledWhileItIsWatchedIsSaid) {
  write_project();
  start();
  ASSERT_EQ(post_json(port_, "/api/v1/runs", long_run()).status, 202);
  Connection watcher(port_);
  watcher.send(request_text("GET", "/api/v1/events"));
  ASSERT_TRUE(watcher.receive_until("\"asset\":\"cluster_stability\"", seconds(60))) << watcher.received();
  std::ifstream lock(project_ / ".aisle/lock");
  int process = 0;
  ASSERT_TRUE(lock >> process);
  ASSERT_EQ(::kill(process, SIGKILL), 0);
  ASSERT_TRUE(watcher.receive_until("\"status\":\"interrupted\"", seconds(30))) << watcher.received();
  EXPECT_TRUE(holds(watcher.received(), "was ended by signal 9; your last result is unchanged"));
  EXPECT_EQ(get_json("/api/v1/project").at("last_run").at("status"), "interrupted");
  EXPECT_EQ(post_json(port_, "/api/v1/runs", "{}").status, 202);
}

TEST_F(Serve, ATrialIsAdoptedAndOneThatHoldsAlreadyIsSaidToHold) {
  write_project();
  run_aisle_here();
  const ProgramResult tuned = run_aisle(
      {"tune", "--quiet", "--components", "2", "--resamples", "0", "--project", project_.path().string()});
  ASSERT_EQ(tuned.exit_code, 0) << tuned.err;
  // The server's own options are not the trial's.
  start({"--set", "forest.n_trees=20", "--threads", "2"});
  EXPECT_EQ(get_json("/api/v1/tunings/latest").at("trials").size(), 1U);
  const HttpAnswer adopted = post_json(port_, "/api/v1/runs", R"({"adopt": "1"})");
  EXPECT_EQ(adopted.status, 202) << adopted.body;
  for (int look = 0; look < 6000 && get("/api/v1/runs/current").status == 200; ++look)
    std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(get_json("/api/v1/runs").at("runs").at(0).at("verb"), "adopt");
  EXPECT_EQ(get_json("/api/v1/runs").at("runs").at(0).at("status"), "succeeded");
  const HttpAnswer again = post_json(port_, "/api/v1/runs", R"({"adopt": "1"})");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_TRUE(holds(again.body, "has these options already")) << again.body;
  EXPECT_EQ(get("/api/v1/runs/current").status, 404);
  EXPECT_EQ(post_json(port_, "/api/v1/runs", R"({"adopt": "7"})").status, 422);
}

TEST_F(Serve, ARunOfAnotherTerminalIsAConflict) {
  write_project();
  start();
  RunningProgram other(
      {"run", "--json", "--set", "stability.resamples=100000", "--project", project_.path().string()});
  for (int look = 0; look < 3000 && !holds(other.output(), "run_started"); ++look) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  const HttpAnswer refused = post_json(port_, "/api/v1/runs", "{}");
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(holds(refused.body, "has been writing to this project since")) << refused.body;
  other.send(SIGINT);
  EXPECT_EQ(other.wait().exit_code, 130);
}

TEST_F(Serve, TablesComeFilteredAndAsFiles) {
  retailer_.at("dim_store_management", 0, "store_name") = "=cmd()";
  write_project();
  run_aisle_here();
  start();
  const json listed = get_json("/api/v1/tables").at("tables");
  EXPECT_EQ(listed.at(0).at("name"), "stores");
  EXPECT_EQ(listed.at(0).at("n_rows"), 16);
  const std::string wanted =
      "/api/v1/tables/stores?columns=store_id,placement&where=%5B%5B%22placement%22,%22=%22,%22Mall%22%5D%5D";
  const json page = get_json(wanted + "&sort=-store_id&limit=2&offset=1");
  EXPECT_EQ(page.at("n_rows"), 8);
  EXPECT_EQ(page.at("values"), (json::array({{"S013", "S011"}, {"Mall", "Mall"}})));
  const HttpAnswer csv = get("/api/v1/tables/stores?columns=store_id,store_name&limit=1&format=csv");
  EXPECT_EQ(csv.body, "\"store_id\",\"store_name\"\n\"S000\",\"'=cmd()\"\n");
  EXPECT_EQ(csv.header("content-disposition"), "attachment; filename=\"stores.csv\"");
  EXPECT_TRUE(get("/api/v1/tables/months?format=parquet").body.starts_with("PAR1"));
  EXPECT_TRUE(get(wanted + "&format=xlsx").body.starts_with("PK"));
  EXPECT_EQ(get("/api/v1/tables/stores?columns=nothing").status, 422);
  EXPECT_EQ(get("/api/v1/tables/stores?where=1%3D1").status, 422);
  EXPECT_EQ(get("/api/v1/tables/stores?format=exe").status, 400);
}

TEST_F(Serve, OtherChoicesOfClustersAreThoseOfARun) {
  write_project();
  run_aisle_here();
  start();
  const json now = get_json("/api/v1/tuning/selection?validity=true");
  const json metrics = get_json("/api/v1/documents/metrics");
  EXPECT_EQ(now.at("is_current"), true);
  EXPECT_EQ(now.at("n_moved"), 0);
  EXPECT_EQ(now.at("n_clusters"), metrics.at("n_clusters"));
  EXPECT_EQ(now.at("n_noise"), metrics.at("n_noise"));
  EXPECT_EQ(now.at("dbcv"), metrics.at("dbcv_score"));
  const json tree = get_json("/api/v1/tuning/tree");
  EXPECT_EQ(tree.at("nodes").at(0).at("size"), 16);
  EXPECT_GE(get_json("/api/v1/tuning/counts?min_cluster_size=2").at("counts").size(), 1U);
  EXPECT_EQ(get("/api/v1/tuning/selection?clusters=900").status, 422);
  EXPECT_EQ(get("/api/v1/tuning/selection?clusters=2&method=leaf").status, 422);
  // What it says is what a run with these options finds.
  const json other = get_json("/api/v1/tuning/selection?min_cluster_size=3&epsilon=0&method=leaf");
  const std::string body = json{{"set", other.at("set")}}.dump();
  Connection watcher(port_);
  ASSERT_EQ(post_json(port_, "/api/v1/runs", body).status, 202);
  watcher.send(request_text("GET", "/api/v1/events"));
  ASSERT_TRUE(watcher.receive_until("\"status\":\"succeeded\"", seconds(120))) << watcher.received();
  const json stores = get_json("/api/v1/documents/stores");
  const json chosen = get_json("/api/v1/tuning/selection");
  EXPECT_EQ(chosen.at("is_current"), true);
  EXPECT_EQ(chosen.at("labels"), other.at("labels"));
  EXPECT_EQ(chosen.at("labels"), stores.at("cluster"));
}

TEST_F(Serve, SignalsDrainIt) {
  for (const int signal_number : {SIGTERM, SIGINT}) {
    write_project();
    start();
    ASSERT_EQ(post_json(port_, "/api/v1/runs", long_run()).status, 202);
    Connection stream(port_);
    stream.send(request_text("GET", "/api/v1/events"));
    ASSERT_TRUE(stream.receive_until("stage_started", seconds(60)));
    program_->send(signal_number);
    const ProgramResult result = program_->wait();
    program_.reset();
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(stream.ends_within(seconds(5)));
    // Its run ended with it, and left no lock.
    EXPECT_EQ(run_aisle({"check", "--quiet", "--project", project_.path().string()}).exit_code, 0);
  }
}

TEST_F(Serve, RefusesWhatItCannotServe) {
  const auto expect_refused = [](const std::vector<std::string>& arguments, int exit_code,
                                 const std::string& message) {
    const ProgramResult result = run_aisle(arguments);
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_TRUE(holds(result.err, message)) << result.err;
  };
  const std::string folder = project_.path().string();
  expect_refused({"serve", "--port", "0", "--project", folder}, 2, "aisle.toml");
  write_project();
  expect_refused({"serve", "--port", "0", "--host", "0.0.0.0", "--project", folder}, 2, "--token-file");
  expect_refused({"serve", "--port", "99999", "--project", folder}, 2, "--port");
  expect_refused({"serve", "--port", "0", "--token-file", folder + "/nothing", "--project", folder}, 4,
                 "nothing");
  start();
  expect_refused({"serve", "--port", std::to_string(port_), "--project", folder}, 4,
                 "port " + std::to_string(port_) + " is taken by another program");
}

TEST_F(Serve, OnAnotherAddressAsksForItsToken) {
  write_project();
  write_text(project_ / "token", "a-token-of-twenty-letters\n");
  start({"--host", "127.0.0.1", "--token-file", (project_ / "token").string(), "--read-only"});
  EXPECT_EQ(get("/api/v1/project").status, 401);
  const HeaderLines with_token = {"Authorization: Bearer a-token-of-twenty-letters"};
  EXPECT_EQ(ask(port_, "GET", "/api/v1/project", with_token).status, 200);
  EXPECT_EQ(post_json(port_, "/api/v1/runs", "{}", with_token).status, 403);
}

}  // namespace
}  // namespace aisle::testing
