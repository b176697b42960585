#include "aisle/cli/platform/python_environment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include "aisle/base/digest.h"
#include "aisle/base/embedded_file.h"
#include "aisle/base/errors.h"
#include "aisle/cli/platform/waited_program.h"
#include "aisle/project/platform_state.h"
#include "aisle/project/staged_output.h"

AISLE_EMBED_FILE(aisle_platform_requirements, AISLE_PLATFORM_REQUIREMENTS_FILE)

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAsset = "environment";
constexpr std::chrono::milliseconds kLook{200};
constexpr const char* kDebianPackages =
    "install python3 and python3-venv (Debian: apt-get install python3-venv)";

std::string_view requirements() {
  return {aisle_platform_requirements_begin,
          static_cast<std::size_t>(aisle_platform_requirements_end - aisle_platform_requirements_begin)};
}

int n_requirements() {
  int count = 0;
  std::istringstream lines{std::string(requirements())};
  for (std::string line; std::getline(lines, line);) count += !line.empty() && line.front() != '#' ? 1 : 0;
  return count;
}

fs::path find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path file = fs::path(folder) / name;
    if (!folder.empty() && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

[[noreturn]] void fail(const std::string& what, const std::string& expected, const std::string& remedy) {
  throw EnvironmentError(
      {.where = "the Python environment", .what = what, .expected = expected, .remedy = remedy});
}

int n_installed(const fs::path& venv) {
  int count = 0;
  std::error_code error;
  for (fs::directory_iterator version(venv / "lib", error), end; !error && version != end;
       version.increment(error)) {
    std::error_code gone;
    for (fs::directory_iterator entry(version->path() / "site-packages", gone), last; !gone && entry != last;
         entry.increment(gone)) {
      count += entry->path().extension() == ".dist-info" ? 1 : 0;
    }
  }
  return count;
}

void make_venv(const fs::path& python, const fs::path& venv, std::ofstream& log,
               const std::string& log_name) {
  WaitedProgram step({python.string(), "-I", "-m", "venv", "--clear", venv.string()}, {});
  step.wait();
  log << step.said() << std::flush;
  if (step.succeeded()) return;
  const std::string said = step.said();
  if (said.find("ensurepip") != std::string::npos || said.find("No module named venv") != std::string::npos) {
    fail(python.string() + " has no module venv", "", kDebianPackages);
  }
  fail("python3 -m venv failed: " + step.last_line(), "", "see " + log_name);
}

// What a failed pip says of the network, in one word's look.
bool tells_of_no_network(const std::string& said) {
  for (const char* sign :
       {"NewConnectionError", "name resolution", "ConnectTimeout", "Network is unreachable", "ProxyError",
        "Connection refused", "Could not find a version"}) {
    if (said.find(sign) != std::string::npos) return true;
  }
  return false;
}

void install(const fs::path& venv, const fs::path& list, std::ofstream& log, const std::string& log_name,
             const EventSink& sink, const CancelFlag* cancel) {
  const int n_packages = n_requirements();
  const int n_before = n_installed(venv);
  std::atomic<int> n_collected{0};
  WaitedProgram step(
      {(venv / "bin" / "python").string(), "-I", "-m", "pip", "install", "--disable-pip-version-check",
       "--no-input", "--no-deps", "--retries", "2", "--progress-bar", "off", "-r", list.string()},
      [&](const std::string& line) {
        log << line << '\n' << std::flush;
        if (line.starts_with("Collecting ") || line.starts_with("Processing ")) ++n_collected;
      });
  while (!step.ended_within(kLook)) {
    if (cancel != nullptr && cancel->requested()) {
      step.cancel();
      throw Cancelled();
    }
    // Each package is fetched, then unpacked.
    const int done = n_collected + n_installed(venv) - n_before;
    sink(Progress{.asset = kAsset, .done = 1.0 * done, .total = 2.0 * n_packages, .unit = "packages"});
  }
  log << step.errors() << std::flush;
  if (step.succeeded()) return;
  const std::string said = step.said();
  if (tells_of_no_network(said)) {
    fail("the packages of MLflow and Dagster could not be fetched: " + step.last_line(),
         "a network that reaches a Python package index (pip's own settings say which)",
         "`aisle up dashboard` needs none; all that pip said is in " + log_name);
  }
  fail("pip failed: " + step.last_line(), "", "see " + log_name);
}

}  // namespace

fs::path make_python_environment(const ProjectPaths& paths, const EventSink& sink, const CancelFlag* cancel) {
  const fs::path venv = platform_folder(paths) / "venv";
  const fs::path complete = venv / "complete";
  const std::string digest = digest_of(requirements());
  if (fs::exists(complete) && read_file(complete) == digest) return venv / "bin" / "python";
  const fs::path python = find_program("python3");
  if (python.empty()) fail("python3 is not here", "Python 3.11 or newer", kDebianPackages);
  sink(StageStarted{.asset = kAsset,
                    .title = "Installing MLflow and Dagster",
                    .why = "once for this project; about 1.1 GB"});
  const auto begin = std::chrono::steady_clock::now();
  fs::create_directories(paths.logs);
  const fs::path list = platform_folder(paths) / "requirements.txt";
  write_file(list, requirements());
  const fs::path log_file = paths.logs / "platform-install.log";
  std::ofstream log(log_file);
  make_venv(python, venv, log, paths.relative(log_file));
  install(venv, list, log, paths.relative(log_file), sink, cancel);
  write_file(complete, digest);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  sink(StageFinished{.asset = kAsset, .seconds = took.count(), .peak_bytes = 0});
  return venv / "bin" / "python";
}

fs::path given_python_environment(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  const fs::path python = whole / "bin" / "python";
  std::vector<std::string> missing;
  for (const char* package : {"mlflow", "dagster", "dagster_webserver"}) {
    bool found = false;
    std::error_code error;
    for (fs::directory_iterator version(whole / "lib", error), end; !error && version != end;
         version.increment(error)) {
      found = found || fs::exists(version->path() / "site-packages" / package);
    }
    if (!found) missing.emplace_back(package);
  }
  if (::access(python.c_str(), X_OK) == 0 && missing.empty()) return python;
  throw InvalidInput({.where = "--environment " + folder.string(),
                      .what = ::access(python.c_str(), X_OK) != 0
                                  ? std::string("is no virtual environment")
                                  : fmt::format("lacks {}", fmt::join(missing, ", ")),
                      .expected = "a virtual environment with mlflow, dagster and dagster-webserver",
                      .remedy = "leave it out to have one made in .aisle/platform"});
}

}  // namespace aisle
