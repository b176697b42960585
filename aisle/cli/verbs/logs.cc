// `aisle logs`: what the services of the platform say.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "aisle/cli/command_context.h"
#include "aisle/cli/platform/log_lines.h"
#include "aisle/cli/platform/platform.h"
#include "aisle/cli/platform/services.h"
#include "aisle/cli/verbs/verbs.h"

namespace aisle {
namespace {

constexpr std::chrono::milliseconds kFollowLook{200};

struct WantedLogs {
  std::vector<std::string> services;
  int n_lines = 100;
  bool follow = false;
};

// Each line with its service before it, where there are several.
void print_lines(const CommandContext& context, const std::string& service, const std::string& text,
                 bool names) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (context.json()) {
      const nlohmann::ordered_json said = {{"event", "log"}, {"service", service}, {"line", line}};
      line = said.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    } else if (names) {
      line = fmt::format("{:<9} | {}", service, line);
    }
    std::puts(line.c_str());
  }
  std::fflush(stdout);
}

void logs(CommandContext& context, const WantedLogs& wanted) {
  const std::vector<std::string> services = service_names(wanted.services);
  const ProjectPaths paths = context.paths();
  const CancelFlag* signalled = context.cancel();
  std::vector<LogFollower> followers;
  for (const std::string& service : services) {
    followers.emplace_back(service_log(paths, service));
    print_lines(context, service, last_lines(service_log(paths, service), wanted.n_lines),
                services.size() > 1);
  }
  while (wanted.follow && !signalled->requested()) {
    for (std::size_t at = 0; at < services.size(); ++at) {
      print_lines(context, services[at], followers[at].new_lines(), services.size() > 1);
    }
    std::this_thread::sleep_for(kFollowLook);
  }
}

}  // namespace

void add_logs_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("logs", "What the services of the platform say");
  add_shared_options(*verb, context, "aisle logs --project shop --follow\n  aisle logs dagster --lines 20");
  const auto wanted = std::make_shared<WantedLogs>();
  verb->add_option("services", wanted->services, "dashboard, dagster, mlflow (default: all)")
      ->type_name("SERVICE");
  verb->add_option("--lines", wanted->n_lines, "Lines of each to begin with (default: 100)")
      ->type_name("N")
      ->check(CLI::Range(0, 1000000));
  verb->add_flag("--follow", wanted->follow, "Go on with what is added, until Ctrl-C");
  verb->callback([&context, wanted] { logs(context, *wanted); });
}

}  // namespace aisle
