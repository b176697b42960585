// `aisle up`, `aisle down` and `aisle ps`: the platform of a project.
#include "aisle/cli/platform/platform.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/platform/services.h"
#include "aisle/cli/terminal_sink.h"
#include "aisle/cli/verbs/verbs.h"

namespace aisle {
namespace {

void print_json(const char* event, const ServiceStatus& status) {
  nlohmann::ordered_json line = {{"event", event},
                                 {"service", status.name},
                                 {"state", service_state_name(status.state)},
                                 {"n_processes", status.n_processes}};
  if (status.port != 0) line.update({{"port", status.port}, {"url", status.url}});
  if (status.process != 0) {
    line.update({{"process", status.process},
                 {"memory_bytes", status.memory_bytes},
                 {"started", status.started},
                 {"is_new", status.is_new}});
  }
  std::puts(line.dump().c_str());
}

void print_table(const std::vector<ServiceStatus>& all) {
  for (const ServiceStatus& status : all) {
    std::string line = fmt::format("{:<10} {:<14} {:<24}", status.name, service_state_name(status.state),
                                   status.state == ServiceState::kStopped ? "" : status.url);
    if (status.n_processes > 0) {
      line += fmt::format(" {} {}, {}", status.n_processes, status.n_processes == 1 ? "process" : "processes",
                          human_bytes(status.memory_bytes));
    }
    if (status.process != 0) line += ", since " + status.started;
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  }
}

void up(CommandContext& context, UpRequest request) {
  context.load_options();  // a folder that is no project is told so
  request.program = std::filesystem::read_symlink("/proc/self/exe");
  request.overrides = context.shared().sets;
  const auto all = start_platform(context.paths(), request, context.sink(), context.cancel());
  if (context.json()) {
    for (const ServiceStatus& status : all) print_json("service", status);
    return;
  }
  print_table(all);
  if (!context.shared().quiet) fmt::print("`aisle logs` shows what they say, `aisle down` ends them\n");
}

void down(CommandContext& context, const std::vector<std::string>& services) {
  const auto stopped = stop_platform(context.paths(), services, context.sink());
  if (context.json()) {
    for (const ServiceStatus& status : stopped) print_json("service_ended", status);
  } else if (stopped.empty() && !context.shared().quiet) {
    fmt::print("Nothing was running\n");
  }
}

void ps(CommandContext& context) {
  const auto all = platform_status(context.paths());
  if (!context.json()) return print_table(all);
  for (const ServiceStatus& status : all) print_json("service", status);
}

void add_port_option(CLI::App& verb, const std::shared_ptr<UpRequest>& request,
                     const ServiceDefinition& service) {
  verb.add_option_function<int>(
          fmt::format("--{}-port", service.name),
          [request, &service](int port) { request->ports[service.name] = port; },
          fmt::format("Port of {} (default: {}); 0: a free one", service.name, service.port))
      ->type_name("PORT")
      ->check(CLI::Range(0, 65535));
}

}  // namespace

void add_platform_verbs(CLI::App& app, CommandContext& context) {
  CLI::App* up_verb =
      app.add_subcommand("up", "Start the platform: the page, Dagster and MLflow, for this machine alone");
  add_shared_options(*up_verb, context,
                     "aisle up --project shop\n  aisle up dashboard mlflow --mlflow-port 5001");
  const auto request = std::make_shared<UpRequest>();
  up_verb->add_option("services", request->services, "dashboard, dagster, mlflow (default: all)")
      ->type_name("SERVICE");
  for (const ServiceDefinition& service : kServices) add_port_option(*up_verb, request, service);
  up_verb
      ->add_option("--environment", request->environment,
                   "A virtual environment with mlflow and dagster to use; without it, one is made in "
                   ".aisle/platform")
      ->type_name("DIR")
      ->envname("AISLE_PLATFORM_ENVIRONMENT");
  up_verb->callback([&context, request] { up(context, *request); });

  CLI::App* down_verb = app.add_subcommand("down", "End the platform and everything that it started");
  add_shared_options(*down_verb, context, "aisle down --project shop\n  aisle down mlflow");
  const auto services = std::make_shared<std::vector<std::string>>();
  down_verb->add_option("services", *services, "dashboard, dagster, mlflow (default: all)")
      ->type_name("SERVICE");
  down_verb->callback([&context, services] { down(context, *services); });

  CLI::App* ps_verb = app.add_subcommand("ps", "What of the platform runs, where, and its memory");
  add_shared_options(*ps_verb, context, "aisle ps --project shop");
  ps_verb->callback([&context] { ps(context); });
}

}  // namespace aisle
