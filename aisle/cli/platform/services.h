// The services of the platform: what each is called, where it listens, and how it is started.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/cli/platform/detached_process.h"
#include "aisle/project/project_paths.h"

namespace aisle {

struct ServiceDefinition {
  const char* name;         // as in `aisle up NAME`
  int port;                 // where nothing else is asked for; the original's
  const char* health_path;  // answers 200 once the service does
  bool needs_python;
};

// In the order in which they are started.
inline constexpr std::array<ServiceDefinition, 3> kServices = {
    {{.name = "mlflow", .port = 5000, .health_path = "/health", .needs_python = true},
     {.name = "dagster", .port = 3000, .health_path = "/server_info", .needs_python = true},
     {.name = "dashboard", .port = 8501, .health_path = "/health", .needs_python = false}}};

// What a start needs to know.
struct PlatformPlan {
  ProjectPaths paths;
  std::filesystem::path program;            // this program
  std::filesystem::path python;             // of the environment; empty where no service needs it
  std::filesystem::path python_packages;    // aisle's own for Dagster; empty likewise
  std::vector<std::string> overrides;       // "SECTION.KEY=VALUE", for the dashboard
  std::map<std::string, std::string> urls;  // of the services that run or are about to, by name
  std::map<std::string, int> ports;         // by name
};

// Where a service's output goes.
std::filesystem::path service_log(const ProjectPaths& paths, const std::string& name);

// How the service is started; writes the folders and settings that it needs.
DetachedCommand service_command(const ServiceDefinition& service, const PlatformPlan& plan);

}  // namespace aisle
