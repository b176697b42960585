// `aisle up | down` where something is wrong: one clear message, and nothing is left running.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aisle/base/errors.h"
#include "aisle/cli/platform/platform.h"
#include "tests/integration/platform_fixture.h"

namespace aisle::testing {
namespace {

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

TEST_F(Platform, AServiceThatRunsAndDoesNotAnswerIsWaitedFor) {
  const json up = start_dashboard();
  const pid_t process = up.at("process").get<pid_t>();
  ::kill(process, SIGSTOP);
  const ProgramResult hung = call({"up", "dashboard", "--wait", "1"});
  ::kill(process, SIGCONT);
  EXPECT_EQ(hung.exit_code, 4);
  EXPECT_TRUE(holds(hung.err, "dashboard: did not answer within 1 s")) << hung.err;
  EXPECT_TRUE(holds(hung.err, "`aisle down dashboard` ends it")) << hung.err;
  // It is left: this call had not started it.
  EXPECT_EQ(services({"up", "dashboard"})["dashboard"].at("process"), process);
}

// Who may not end one of two ends the other, and is told.
TEST_F(Platform, OneThatCannotBeEndedDoesNotKeepTheOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "two users are needed (it needs root)";
  constexpr uid_t kNobody = 65534;
  const json up = start_dashboard();
  const ProjectPaths paths(project_.path());
  const pid_t other = ::fork();
  if (other == 0) {
    if (::setuid(kNobody) != 0) ::_exit(1);
    ::setsid();
    ::execl("/bin/sleep", "sleep", "1000", nullptr);
    ::_exit(1);
  }
  ASSERT_TRUE(soon([&] { return read_process(other)->session == other; }));
  write_service_record(paths, {.name = "mlflow", .identity = *identity_of(other), .port = 9, .url = ""});
  for (const fs::path& folder : {project_.path(), paths.state, platform_folder(paths)}) {
    fs::permissions(folder, fs::perms::all);
  }
  fs::permissions(platform_folder(paths) / "lock", fs::perms::all);
  const pid_t nobody = ::fork();
  if (nobody == 0) {
    if (::setuid(kNobody) != 0) ::_exit(1);
    try {
      stop_platform(paths, {}, [](const RunEvent&) {},
                    {.by_itself = milliseconds(200), .each = milliseconds(200), .killed = milliseconds(200)});
    } catch (const EnvironmentError& error) {
      ::_exit(holds(error.what(), "dashboard: process ") ? 0 : 3);
    }
    ::_exit(2);
  }
  // The other's parent is this process, so it is gone only once it was waited for.
  ::waitpid(other, nullptr, 0);
  int status = 0;
  ::waitpid(nobody, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(read_service_record(paths, "mlflow").has_value());
  EXPECT_EQ(services({"ps"})["dashboard"].at("process"), up.at("process"));
}

TEST_F(Platform, CtrlCEndsTheMakingOfAnEnvironment) {
  TemporaryFolder folder("python");
  std::ofstream(folder / "python3") << "#!/bin/sh\ntouch " << (folder / "begun") << "\nexec sleep 1000\n";
  fs::permissions(folder / "python3", fs::perms::owner_all);
  const Variable path("PATH", folder.path().string() + ":/usr/bin:/bin");
  RunningProgram up({"up", "mlflow", "--mlflow-port", "0", "--project", project_.path().string()});
  ASSERT_TRUE(soon([&] { return fs::exists(folder / "begun"); }));
  const auto begin = std::chrono::steady_clock::now();
  up.send(SIGINT);
  EXPECT_EQ(up.wait().exit_code, 130);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(5));
}

// Each time one file more can be made, so that each of those that `up` makes is the first that cannot.
TEST_F(Platform, AFullOrReadOnlyDiskIsSaidAndNothingIsLeft) {
  TemporaryFolder environment("environment");
  make_environment(environment.path(), "exec sleep 1000");
  const fs::path state = project_ / ".aisle";
  fs::create_directories(state);
  const auto up = [&](const char* expected) {
    const ProgramResult result = call({"up", "mlflow", "dashboard", "--mlflow-port", "0", "--dashboard-port",
                                       "0", "--environment", environment.path().string(), "--wait", "1"});
    EXPECT_EQ(result.exit_code, 4) << result.err;
    for (const char* service : {"mlflow", "dashboard"}) EXPECT_EQ(n_processes(service), 0U) << service;
    return holds(result.err, expected);
  };
  int n_full = 0;
  for (int n_files = 2; n_files <= 14; ++n_files) {
    const std::string limit = "size=1m,nr_inodes=" + std::to_string(n_files);
    if (::mount("tmpfs", state.c_str(), "tmpfs", 0, limit.c_str()) != 0) {
      GTEST_SKIP() << "a tmpfs cannot be mounted here (it needs root)";
    }
    n_full += up("the disk is full") ? 1 : 0;
    ::umount2(state.c_str(), MNT_DETACH);
  }
  EXPECT_GE(n_full, 5);
  ASSERT_EQ(::mount("tmpfs", state.c_str(), "tmpfs", MS_RDONLY, "size=1m"), 0);
  EXPECT_TRUE(up("the file system is read-only"));
  ::umount2(state.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace aisle::testing
