// The platform of a project: dashboard, Dagster and MLflow as processes of this machine. `aisle up`, `down`
// and `ps` are this.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/project/project_paths.h"

namespace aisle {

struct UpRequest {
  std::vector<std::string> services;        // empty: all
  std::map<std::string, int> ports;         // those that were asked for, by name; 0: a free one
  std::filesystem::path environment;        // a virtual environment to use; empty: the project's own
  std::filesystem::path program;            // this program
  std::vector<std::string> overrides;       // "SECTION.KEY=VALUE"
  std::chrono::seconds longest_start{180};  // until each must answer
};

enum class ServiceState { kStopped, kRunning, kNotAnswering, kDied };
const char* service_state_name(ServiceState state);

struct ServiceStatus {
  std::string name;
  ServiceState state = ServiceState::kStopped;
  int port = 0;
  std::string url = {};
  int process = 0;
  int n_processes = 0;
  std::int64_t memory_bytes = 0;
  std::string started = {};
  bool is_new = false;  // this call started it
};

// Starts what does not run and waits until it answers. What runs is left, so a second call changes nothing.
// Where one does not come up, all that this call started is ended again. Throws InvalidInput (an unknown
// service, a port given twice), EnvironmentError (a port that is taken, no Python, no network, a service that
// ended), Cancelled.
std::vector<ServiceStatus> start_platform(const ProjectPaths& paths, const UpRequest& request,
                                          const EventSink& sink, const CancelFlag* cancel);

// Ends the services (empty: all) and everything that they started. What it found running.
std::vector<ServiceStatus> stop_platform(const ProjectPaths& paths, const std::vector<std::string>& services,
                                         const EventSink& sink);

std::vector<ServiceStatus> platform_status(const ProjectPaths& paths);

// The names in the order of a start; `wanted` empty means all. Throws InvalidInput for an unknown one.
std::vector<std::string> service_names(const std::vector<std::string>& wanted);

}  // namespace aisle
