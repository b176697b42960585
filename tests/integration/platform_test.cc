// `aisle up | down | ps | logs`: processes that outlive the command, known again and ended whole. MLflow and
// Dagster themselves are in scripts/test_platform.sh.
#include "aisle/cli/platform/platform.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aisle/cli/platform/local_port.h"
#include "tests/integration/platform_fixture.h"
#include "tests/support/http_client.h"

namespace aisle::testing {
namespace {

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

TEST_F(Platform, DownEndsWhatRunsWhereTheFolderWasDeleted) {
  EXPECT_EQ(start_dashboard().at("state"), "running");
  fs::remove_all(project_ / ".aisle");
  EXPECT_EQ(services({"down"})["dashboard"].at("n_processes"), 1);
  EXPECT_EQ(n_processes("dashboard"), 0U);
  TemporaryFolder other("no_platform");
  EXPECT_EQ(run_aisle({"down", "--project", (other / "nowhere").string()}).exit_code, 0);
  EXPECT_FALSE(fs::exists(other / "nowhere"));
}

// MLflow moves; what a service was told of it at its start would send its runs to where nobody listens.
TEST_F(Platform, TheEnvironmentsTrackingServerIsTheUsersOwn) {
  const ProjectPaths paths(project_.path());
  write_service_record(
      paths,
      {.name = "mlflow", .identity = *identity_of(::getpid()), .port = 9, .url = "http://127.0.0.1:9"});
  const auto told = [&] {
    const std::string all = environment_of(start_dashboard().at("process").get<pid_t>());
    call({"down", "dashboard"});
    return all;
  };
  EXPECT_FALSE(holds(told(), "MLFLOW_TRACKING_URI="));
  const Variable own("MLFLOW_TRACKING_URI", "https://mlflow.example");
  EXPECT_TRUE(holds(told(), "MLFLOW_TRACKING_URI=https://mlflow.example"));
  remove_service_record(paths, "mlflow");
}

TEST_F(Platform, LinksLeadWherePeopleReachTheServices) {
  const Variable dagster("AISLE_DAGSTER_URL", "https://dagster.example/");
  const Variable mlflow("AISLE_MLFLOW_URL", "javascript:alert(1)");
  const auto port = static_cast<std::uint16_t>(start_dashboard().at("port").get<int>());
  const json page = json::parse(ask(port, "GET", "/api/v1/project").body);
  EXPECT_EQ(page.at("platform"), (json{{"dagster", "https://dagster.example"}}));
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
