// What `aisle up` started for a project: a small file a service in .aisle/platform, by which other commands
// find MLflow, Dagster and the dashboard, and know whether they still run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "aisle/project/process_identity.h"
#include "aisle/project/project_paths.h"

namespace aisle {

struct ServiceRecord {
  std::string name;  // "dashboard", "dagster", "mlflow"
  ProcessIdentity identity;
  int port = 0;
  std::string url = {};      // where people open it, "http://127.0.0.1:5000"
  std::string started = {};  // local time, for people
};

// .aisle/platform: the services' records and data, and the environment that they run in.
std::filesystem::path platform_folder(const ProjectPaths& paths);

// What was noted of a service, whether or not it still runs. A file that cannot be understood is none.
std::optional<ServiceRecord> read_service_record(const ProjectPaths& paths, const std::string& name);
void write_service_record(const ProjectPaths& paths, const ServiceRecord& record);
void remove_service_record(const ProjectPaths& paths, const std::string& name);

// The address of a service whose process runs; nothing where it was not started or has ended.
std::optional<std::string> running_service_url(const ProjectPaths& paths, const std::string& name);

}  // namespace aisle
