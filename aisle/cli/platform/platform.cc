#include "aisle/cli/platform/platform.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <optional>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/cli/platform/platform_start.h"
#include "aisle/cli/platform/process_family.h"
#include "aisle/cli/platform/service_health.h"
#include "aisle/cli/platform/services.h"
#include "aisle/project/file_error.h"
#include "aisle/project/platform_state.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::milliseconds kAnswer{5000};

// One `up` or `down` of a project at a time. It goes with the process.
class PlatformLock {
 public:
  explicit PlatformLock(const ProjectPaths& paths) {
    std::error_code error;
    fs::create_directories(platform_folder(paths), error);
    if (error) throw file_error(platform_folder(paths), error.value(), FileUse::kWrite);
    const fs::path file = platform_folder(paths) / "lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw file_error(file, errno, FileUse::kWrite);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(descriptor_);
    throw EnvironmentError({.where = paths.root.string(),
                            .what = "another `aisle up` or `aisle down` is at work here",
                            .expected = "",
                            .remedy = "wait until it has ended"});
  }
  ~PlatformLock() { ::close(descriptor_); }
  PlatformLock(const PlatformLock&) = delete;
  PlatformLock& operator=(const PlatformLock&) = delete;

 private:
  int descriptor_ = -1;
};

ServiceState state_of(ServiceHealth health) {
  switch (health) {
    case ServiceHealth::kWell:
      return ServiceState::kRunning;
    case ServiceHealth::kFaulty:
      return ServiceState::kFaulty;
    case ServiceHealth::kNotAnswering:
      break;
  }
  return ServiceState::kNotAnswering;
}

ServiceStatus status_of(const ProjectPaths& paths, const ServiceDefinition& service) {
  ServiceStatus status{.name = service.name};
  const auto record = read_service_record(paths, service.name);
  const ServiceMark mark{.platform = paths.root.string(), .service = service.name};
  const ProcessIdentity first = record ? record->identity : ProcessIdentity{};
  for (const ProcessEntry& member : family_of(first, mark)) {
    ++status.n_processes;
    status.memory_bytes += member.memory_bytes;
  }
  if (!record) return status;
  status.port = record->port;
  status.url = record->url;
  status.started = record->started;
  if (!still_runs(first)) {
    status.state = ServiceState::kDied;
    return status;
  }
  status.process = first.process;
  HealthReport report = health_of(service, record->port, kAnswer);
  status.state = state_of(report.health);
  status.fault = std::move(report.fault);
  return status;
}

}  // namespace

const char* service_state_name(ServiceState state) {
  switch (state) {
    case ServiceState::kStopped:
      return "stopped";
    case ServiceState::kRunning:
      return "running";
    case ServiceState::kNotAnswering:
      return "not answering";
    case ServiceState::kFaulty:
      return "faulty";
    case ServiceState::kDied:
      return "died";
  }
  return "unknown";
}

std::vector<std::string> service_names(const std::vector<std::string>& wanted) {
  std::vector<std::string> known;
  for (const ServiceDefinition& service : kServices) known.emplace_back(service.name);
  for (const std::string& name : wanted) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string nearest = nearest_name(name, known);
    throw InvalidInput({.where = "service '" + name + "'",
                        .what = "is not part of the platform",
                        .expected = fmt::format("{}", fmt::join(known, ", ")),
                        .remedy = nearest.empty() ? "" : "did you mean '" + nearest + "'?"});
  }
  if (wanted.empty()) return known;
  std::erase_if(known, [&](const std::string& name) {
    return std::find(wanted.begin(), wanted.end(), name) == wanted.end();
  });
  return known;
}

std::vector<ServiceStatus> platform_status(const ProjectPaths& paths) {
  std::vector<ServiceStatus> all;
  for (const ServiceDefinition& service : kServices) all.push_back(status_of(paths, service));
  return all;
}

std::vector<ServiceStatus> start_platform(const ProjectPaths& paths, const UpRequest& request,
                                          const EventSink& sink, const CancelFlag* cancel) try {
  const std::vector<std::string> wanted = service_names(request.services);
  const PlatformLock lock(paths);
  PlatformStart start(paths, request, sink, cancel);
  start.start(wanted);
  std::vector<ServiceStatus> all = platform_status(paths);
  for (ServiceStatus& status : all) status.is_new = start.has_started(status.name);
  return all;
} catch (const fs::filesystem_error& error) {
  throw file_error(error.path1(), error.code().value(), FileUse::kWrite);
}

std::vector<ServiceStatus> stop_platform(const ProjectPaths& paths, const std::vector<std::string>& services,
                                         const EventSink& sink, StopPatience patience) try {
  const std::vector<std::string> wanted = service_names(services);
  // Where the folder was deleted nothing can be at work on it, and it is not made again: processes are known
  // by their mark.
  std::optional<PlatformLock> lock;
  if (fs::exists(platform_folder(paths))) lock.emplace(paths);
  std::vector<ServiceStatus> stopped;
  std::vector<std::string> left;
  std::optional<ErrorParts> first_fault;
  // What depends on another is ended before it.
  for (auto name = wanted.rbegin(); name != wanted.rend(); ++name) {
    const auto record = read_service_record(paths, *name);
    const ProcessIdentity first = record ? record->identity : ProcessIdentity{};
    sink(StageStarted{.asset = *name, .title = "Ending " + *name, .why = ""});
    const auto begin = std::chrono::steady_clock::now();
    int n_ended = 0;
    try {
      n_ended = stop_family(first, {.platform = paths.root.string(), .service = *name}, patience);
    } catch (const EnvironmentError& error) {
      left.push_back(*name);
      if (!first_fault) first_fault = error.parts();
      continue;
    }
    remove_service_record(paths, *name);
    if (n_ended == 0) continue;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    sink(StageFinished{.asset = *name, .seconds = took.count(), .peak_bytes = 0});
    stopped.push_back({.name = *name,
                       .port = record ? record->port : 0,
                       .url = record ? record->url : "",
                       .n_processes = n_ended});
  }
  if (first_fault) {
    first_fault->where = fmt::format("{}", fmt::join(left, ", "));
    throw EnvironmentError(*first_fault);
  }
  return stopped;
} catch (const fs::filesystem_error& error) {
  throw file_error(error.path1(), error.code().value(), FileUse::kRead);
}

}  // namespace aisle
