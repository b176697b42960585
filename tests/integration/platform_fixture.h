// A project whose platform is started and ended, for the tests of `aisle up | down | ps | logs`.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "aisle/cli/platform/process_family.h"
#include "aisle/project/platform_state.h"
#include "tests/support/program.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline bool holds(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

inline bool soon(const std::function<bool()>& holds_now, milliseconds longest = seconds(20)) {
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

// An environment for `up` whose MLflow and Dagster are this shell script.
inline void make_environment(const fs::path& folder, const std::string& script) {
  for (const char* package : {"mlflow", "dagster", "dagster_webserver"}) {
    fs::create_directories(folder / "lib/python3/site-packages" / package);
  }
  fs::create_directories(folder / "bin");
  std::ofstream(folder / "bin/python") << "#!/bin/sh\n" << script << "\n";
  fs::permissions(folder / "bin/python", fs::perms::owner_all);
}

inline std::string environment_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/environ", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace aisle::testing
