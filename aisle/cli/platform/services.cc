#include "aisle/cli/platform/services.h"

#include <fmt/format.h>

#include <cstdlib>

#include "aisle/cli/platform/process_family.h"
#include "aisle/project/platform_state.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

void add_dashboard(DetachedCommand& command, const PlatformPlan& plan) {
  command.arguments = {plan.program.string(),    "serve",  "--project",
                       plan.paths.root.string(), "--port", std::to_string(plan.ports.at("dashboard"))};
  for (const std::string& override_text : plan.overrides) {
    command.arguments.insert(command.arguments.end(), {"--set", override_text});
  }
}

// Its job runner, for the evaluation of language models, would be eight more processes.
void add_mlflow(DetachedCommand& command, const PlatformPlan& plan) {
  const fs::path folder = platform_folder(plan.paths) / "mlflow";
  fs::create_directories(folder / "artifacts");
  command.arguments = {plan.python.string(),
                       "-m",
                       "mlflow",
                       "server",
                       "--host",
                       "127.0.0.1",
                       "--port",
                       std::to_string(plan.ports.at("mlflow")),
                       "--backend-store-uri",
                       "sqlite:///" + (folder / "mlflow.db").string(),
                       "--artifacts-destination",
                       (folder / "artifacts").string(),
                       "--serve-artifacts",
                       "--workers",
                       "1"};
  command.variables.emplace_back("MLFLOW_DISABLE_TELEMETRY=true");
  command.variables.emplace_back("MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false");
}

void add_dagster(DetachedCommand& command, const PlatformPlan& plan) {
  const fs::path home = platform_folder(plan.paths) / "dagster";
  fs::create_directories(home);
  fs::copy_file(plan.python_packages / "aisle_dagster" / "dagster.yaml", home / "dagster.yaml",
                fs::copy_options::overwrite_existing);
  command.arguments = {plan.python.string(),
                       "-m",
                       "dagster",
                       "dev",
                       "-h",
                       "127.0.0.1",
                       "-p",
                       std::to_string(plan.ports.at("dagster")),
                       "-m",
                       "aisle_dagster.definitions"};
  command.variables.emplace_back("DAGSTER_HOME=" + home.string());
}

// What tells the services of each other, and a run of theirs which program and project are meant.
void add_shared_variables(DetachedCommand& command, const ServiceDefinition& service,
                          const PlatformPlan& plan) {
  const ServiceMark mark{.platform = plan.paths.root.string(), .service = service.name};
  command.variables.push_back(mark.platform_variable());
  command.variables.push_back(mark.service_variable());
  command.variables.push_back("AISLE_PROJECT=" + plan.paths.root.string());
  command.variables.push_back("AISLE_PROGRAM=" + plan.program.string());
  const auto mlflow = plan.urls.find("mlflow");
  if (mlflow != plan.urls.end() && std::string_view(service.name) != "mlflow") {
    command.variables.push_back("MLFLOW_TRACKING_URI=" + mlflow->second);
  }
  if (!service.needs_python) return;
  command.variables.emplace_back("PYTHONUNBUFFERED=1");
  command.variables.emplace_back("PYTHONNOUSERSITE=1");
  const char* path = std::getenv("PATH");
  command.variables.push_back(fmt::format("PATH={}:{}", plan.python.parent_path().string(),
                                          path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path));
}

}  // namespace

fs::path service_log(const ProjectPaths& paths, const std::string& name) {
  return paths.logs / (name + ".log");
}

DetachedCommand service_command(const ServiceDefinition& service, const PlatformPlan& plan) {
  DetachedCommand command;
  command.folder = plan.paths.root;
  command.log = service_log(plan.paths, service.name);
  const std::string_view name = service.name;
  if (name == "dashboard") add_dashboard(command, plan);
  if (name == "mlflow") add_mlflow(command, plan);
  if (name == "dagster") add_dagster(command, plan);
  add_shared_variables(command, service, plan);
  return command;
}

}  // namespace aisle
