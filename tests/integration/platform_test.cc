// `aisle up | down | ps | logs`: processes that outlive the command, known again and ended whole. MLflow and
// Dagster themselves are in scripts/test_platform.sh.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "aisle/cli/platform/local_port.h"
#include "aisle/cli/platform/process_family.h"
#include "aisle/project/platform_state.h"
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

bool soon(const std::function<bool()>& holds_now, milliseconds longest = seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (!holds_now()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return true;
}

// A variable of the environment for as long as this lives.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    const char* before = std::getenv(name_.c_str());
    had_one_ = before != nullptr;
    if (had_one_) before_ = before;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() {
    if (had_one_) {
      ::setenv(name_.c_str(), before_.c_str(), 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
  std::string before_;
  bool had_one_ = false;
};

class Platform : public ::testing::Test {
 protected:
  void SetUp() override { retailer_.write(project_.path(), "[stability]\nresamples = 5\nnull_runs = 0\n"); }
  void TearDown() override { call({"down", "--quiet"}); }

  ProgramResult call(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--project", project_.path().string()});
    return run_aisle(arguments);
  }
  // The lines about services that a verb prints with --json, by name.
  std::map<std::string, json> services(std::vector<std::string> arguments, int exit_code = 0) {
    arguments.emplace_back("--json");
    const ProgramResult result = call(std::move(arguments));
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    std::map<std::string, json> lines;
    std::istringstream text(result.out);
    for (std::string line; std::getline(text, line);) {
      const json document = json::parse(line, nullptr, false);
      if (document.is_object() && document.contains("service")) lines[document.at("service")] = document;
    }
    return lines;
  }
  json start_dashboard() { return services({"up", "dashboard", "--dashboard-port", "0"})["dashboard"]; }
  ServiceMark mark(const std::string& service) const {
    return {.platform = project_.path().string(), .service = service};
  }
  std::size_t n_processes(const std::string& service) const { return family_of({}, mark(service)).size(); }

  SmallRetailer retailer_;
  TemporaryFolder project_{"platform"};
};

TEST_F(Platform, TheDashboardOutlivesUpAndEndsWithDown) {
  const json up = start_dashboard();
  ASSERT_EQ(up.value("state", ""), "running") << up;
  EXPECT_EQ(up.at("is_new"), true);
  const int port = up.at("port");
  EXPECT_EQ(up.at("url"), "http://127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(ask(static_cast<std::uint16_t>(port), "GET", "/api/v1/project").status, 200);
  const json ps = services({"ps"})["dashboard"];
  EXPECT_EQ(ps.at("process"), up.at("process"));
  EXPECT_EQ(ps.at("n_processes"), 1);
  EXPECT_GT(ps.at("memory_bytes").get<std::int64_t>(), 1 << 20);

  // Nothing is started twice; a port for one that runs elsewhere is refused.
  const json again = services({"up", "dashboard"})["dashboard"];
  EXPECT_EQ(again.at("process"), up.at("process"));
  EXPECT_EQ(again.at("is_new"), false);
  const ProgramResult other = call({"up", "dashboard", "--dashboard-port", "9"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_TRUE(holds(other.err, "--dashboard-port 9: dashboard runs on port " + std::to_string(port) +
                                   " already; end it first: aisle down dashboard"))
      << other.err;

  EXPECT_EQ(services({"down"})["dashboard"].at("n_processes"), 1);
  EXPECT_EQ(n_processes("dashboard"), 0U);
  EXPECT_EQ(port_state(port), PortState::kFree);
  EXPECT_EQ(services({"ps"})["dashboard"].at("state"), "stopped");
  const ProgramResult nothing = call({"down"});
  EXPECT_EQ(nothing.exit_code, 0);
  EXPECT_EQ(nothing.out, "Nothing was running\n");
}

TEST_F(Platform, APortThatIsTakenIsSaidBeforeAnythingStarts) {
  const json up = start_dashboard();
  const int port = up.at("port");
  SmallRetailer retailer;
  TemporaryFolder other("platform_other");
  retailer.write(other.path(), "");
  const ProgramResult result = run_aisle(
      {"up", "dashboard", "--dashboard-port", std::to_string(port), "--project", other.path().string()});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(result.err, "aisle: dashboard: port " + std::to_string(port) +
                            " of 127.0.0.1 is taken by process " +
                            std::to_string(up.at("process").get<int>()) +
                            " (aisle); expected a free port; choose another with --dashboard-port, or end "
                            "what listens there\n");
  EXPECT_FALSE(fs::exists(other / ".aisle/platform/dashboard.json"));
}

TEST_F(Platform, WrongRequestsAreSaid) {
  const ProgramResult unknown = call({"up", "dagstar"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_TRUE(holds(unknown.err,
                    "service 'dagstar': is not part of the platform; expected mlflow, dagster, dashboard; "
                    "did you mean 'dagster'?"))
      << unknown.err;
  const ProgramResult twice = call({"up", "--dagster-port", "7001", "--mlflow-port", "7001"});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_TRUE(holds(twice.err, "--dagster-port 7001: is the port of mlflow too")) << twice.err;
  const ProgramResult environment = call({"up", "mlflow", "--mlflow-port", "0", "--environment", "/nowhere"});
  EXPECT_EQ(environment.exit_code, 2);
  EXPECT_TRUE(holds(environment.err,
                    "--environment /nowhere: is no virtual environment; expected a virtual "
                    "environment with mlflow, dagster and dagster-webserver; leave it out "
                    "to have one made in .aisle/platform"))
      << environment.err;
  TemporaryFolder empty("no_project");
  const ProgramResult none = run_aisle({"up", "dashboard", "--project", empty.path().string()});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_TRUE(holds(none.err, "aisle.toml")) << none.err;
}

TEST_F(Platform, AProcessThatOnlyHasTheSameNumberIsLeftAlone) {
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    ::setsid();
    ::pause();
    ::_exit(0);
  }
  const ProjectPaths paths(project_.path());
  ServiceRecord record{.name = "dashboard", .identity = *identity_of(stranger), .port = 1, .url = "http://x"};
  record.identity.start_ticks -= 1;
  write_service_record(paths, record);
  EXPECT_EQ(services({"ps"})["dashboard"].at("state"), "died");
  EXPECT_TRUE(services({"down"}).empty());
  EXPECT_TRUE(identity_of(stranger).has_value());
  EXPECT_FALSE(read_service_record(paths, "dashboard").has_value());
  ::kill(stranger, SIGKILL);
  ::waitpid(stranger, nullptr, 0);
}

TEST_F(Platform, WhatAKilledServiceLeavesIsEndedToo) {
  const json up = start_dashboard();
  // A run of the dashboard is a process of its own group.
  const HttpAnswer run = post_json(static_cast<std::uint16_t>(up.at("port").get<int>()), "/api/v1/runs",
                                   R"({"set": ["stability.resamples=100000"]})");
  ASSERT_EQ(run.status, 202) << run.body;
  ASSERT_TRUE(soon([&] { return n_processes("dashboard") == 2; }));
  // And one that has left family and session, as a service's own children may.
  const pid_t left = ::fork();
  if (left == 0) {
    ::setsid();
    const std::string platform = mark("dashboard").platform_variable();
    const std::string service = mark("dashboard").service_variable();
    const char* const environment[] = {platform.c_str(), service.c_str(), nullptr};
    ::execle("/bin/sleep", "sleep", "1000", nullptr, environment);
    ::_exit(1);
  }
  ASSERT_TRUE(soon([&] { return n_processes("dashboard") == 3; }));
  ::kill(up.at("process").get<pid_t>(), SIGKILL);
  ASSERT_TRUE(soon([&] { return services({"ps"})["dashboard"].at("state") == "died"; }));
  EXPECT_GE(services({"down"})["dashboard"].at("n_processes"), 1);
  EXPECT_EQ(n_processes("dashboard"), 0U);
  ::waitpid(left, nullptr, 0);

  // And one whose record is lost as well.
  EXPECT_EQ(start_dashboard().at("state"), "running");
  fs::remove_all(project_ / ".aisle/platform/dashboard.json");
  EXPECT_EQ(services({"down"})["dashboard"].at("n_processes"), 1);
  EXPECT_EQ(n_processes("dashboard"), 0U);
}

TEST_F(Platform, AFailedStartEndsWhatItHadStarted) {
  // An environment whose MLflow cannot be started: its folder is empty.
  TemporaryFolder environment("environment");
  for (const char* package : {"mlflow", "dagster", "dagster_webserver"}) {
    fs::create_directories(environment / "lib/python3/site-packages" / package);
  }
  fs::create_directories(environment / "bin");
  fs::create_symlink("/usr/bin/env", environment / "bin/python");
  const ProgramResult result = call({"up", "mlflow", "dashboard", "--mlflow-port", "0", "--dashboard-port",
                                     "0", "--environment", environment.path().string()});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_TRUE(holds(result.err, "mlflow: ended while it started; its last lines:\n")) << result.err;
  EXPECT_TRUE(holds(result.err, "invalid option -- 'm'")) << result.err;
  EXPECT_TRUE(holds(result.err, "all of them are in .aisle/logs/mlflow.log")) << result.err;
  EXPECT_EQ(n_processes("dashboard"), 0U);
  for (const auto& [name, status] : services({"ps"})) EXPECT_EQ(status.at("state"), "stopped") << name;
}

TEST_F(Platform, WithoutPythonItIsSaid) {
  const Variable path("PATH", "/nowhere");
  const ProgramResult result = call({"up", "mlflow", "--mlflow-port", "0"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(result.err,
            "aisle: the Python environment: python3 is not here; expected Python 3.11 or newer; install "
            "python3 and python3-venv (Debian: apt-get install python3-venv)\n");
}

TEST_F(Platform, WithoutItsModuleVenvItIsSaid) {
  // What Debian's python3 says where python3-venv is not installed.
  TemporaryFolder folder("python");
  std::ofstream(folder / "python3")
      << "#!/bin/sh\necho 'The virtual environment was not created successfully "
         "because ensurepip is not available.'\nexit 1\n";
  fs::permissions(folder / "python3", fs::perms::owner_all);
  const Variable path("PATH", folder.path().string() + ":/usr/bin:/bin");
  const ProgramResult result = call({"up", "mlflow", "--mlflow-port", "0"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_TRUE(holds(result.err,
                    "python3 has no module venv; install python3 and python3-venv (Debian: "
                    "apt-get install python3-venv)\n"))
      << result.err;
}

TEST_F(Platform, WithoutANetworkItIsSaid) {
  if (std::system("python3 -c 'import ensurepip, venv' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3 with its module venv is not here";
  }
  const Variable index("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
  const Variable cache("PIP_NO_CACHE_DIR", "1");
  const Variable links("PIP_FIND_LINKS", "");
  const ProgramResult result = call({"up", "mlflow", "--mlflow-port", "0"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_TRUE(
      holds(result.err, "the Python environment: the packages of MLflow and Dagster could not be fetched: "))
      << result.err;
  EXPECT_TRUE(holds(result.err,
                    "expected a network that reaches a Python package index (pip's own settings say "
                    "which); `aisle up dashboard` needs none; all that pip said is in "
                    ".aisle/logs/platform-install.log"))
      << result.err;
  EXPECT_FALSE(fs::exists(project_ / ".aisle/platform/venv/complete"));
}

TEST_F(Platform, TwoAtOnceAreRefused) {
  // A start that waits: nothing ever answers at its port.
  TemporaryFolder environment("environment");
  for (const char* package : {"mlflow", "dagster", "dagster_webserver"}) {
    fs::create_directories(environment / "lib/python3/site-packages" / package);
  }
  fs::create_directories(environment / "bin");
  std::ofstream(environment / "bin/python") << "#!/bin/sh\nexec sleep 1000\n";
  fs::permissions(environment / "bin/python", fs::perms::owner_all);
  RunningProgram first({"up", "mlflow", "--mlflow-port", "0", "--environment", environment.path().string(),
                        "--project", project_.path().string()});
  ASSERT_TRUE(soon([&] { return n_processes("mlflow") == 1; }));
  const ProgramResult second = call({"down"});
  EXPECT_EQ(second.exit_code, 4);
  EXPECT_TRUE(
      holds(second.err, "another `aisle up` or `aisle down` is at work here; wait until it has ended"))
      << second.err;
  // Ctrl-C ends what was started.
  first.send(SIGINT);
  EXPECT_EQ(first.wait().exit_code, 130);
  EXPECT_EQ(n_processes("mlflow"), 0U);
}

// MLflow is said to run as this very process: the page goes by its record.
TEST_F(Platform, ThePageKnowsWhatIsUp) {
  const ProjectPaths paths(project_.path());
  write_service_record(paths, {.name = "mlflow",
                               .identity = *identity_of(::getpid()),
                               .port = 9,
                               .url = "http://127.0.0.1:9",
                               .started = ""});
  const auto port = static_cast<std::uint16_t>(start_dashboard().at("port").get<int>());
  const json page = json::parse(ask(port, "GET", "/api/v1/project").body);
  EXPECT_EQ(page.at("platform"), (json{{"mlflow", "http://127.0.0.1:9"}}));
  remove_service_record(paths, "mlflow");
  EXPECT_EQ(json::parse(ask(port, "GET", "/api/v1/project").body).at("platform"), json::object());
}

TEST_F(Platform, ADagsterThatDoesNotAnswerIsAWarning) {
  write_service_record(ProjectPaths(project_.path()), {.name = "dagster",
                                                       .identity = *identity_of(::getpid()),
                                                       .port = 9,
                                                       .url = "http://127.0.0.1:9",
                                                       .started = ""});
  const ProgramResult run = call({"run"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(holds(run.err, "Dagster at port 9 was not told of this run (no answer)")) << run.err;
  remove_service_record(ProjectPaths(project_.path()), "dagster");
}

TEST_F(Platform, LogsShowsTheEndAndFollows) {
  const fs::path log = project_ / ".aisle/logs/mlflow.log";
  fs::create_directories(log.parent_path());
  std::ofstream(log) << "one\ntwo\nthree\n";
  EXPECT_EQ(call({"logs", "mlflow", "--lines", "2"}).out, "two\nthree\n");
  EXPECT_EQ(call({"logs", "--lines", "1"}).out, "mlflow    | three\n");
  RunningProgram follower(
      {"logs", "mlflow", "--lines", "1", "--follow", "--project", project_.path().string()});
  ASSERT_TRUE(soon([&] { return follower.output() == "three\n"; }));
  std::ofstream(log, std::ios::app) << "four\nfi" << std::flush;
  EXPECT_TRUE(soon([&] { return follower.output() == "three\nfour\n"; })) << follower.output();
  std::ofstream(log, std::ios::app) << "ve\n" << std::flush;
  EXPECT_TRUE(soon([&] { return follower.output() == "three\nfour\nfive\n"; })) << follower.output();
  follower.send(SIGINT);
  EXPECT_EQ(follower.wait().exit_code, 0);
}

}  // namespace
}  // namespace aisle::testing
