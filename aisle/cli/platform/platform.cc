#include "aisle/cli/platform/platform.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/cli/platform/local_port.h"
#include "aisle/cli/platform/platform_start.h"
#include "aisle/cli/platform/process_family.h"
#include "aisle/cli/platform/services.h"
#include "aisle/project/file_error.h"
#include "aisle/project/platform_state.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::milliseconds kAnswer{1500};

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
  const bool answers = http_status(record->port, {.path = service.health_path}, kAnswer) == 200;
  status.state = answers ? ServiceState::kRunning : ServiceState::kNotAnswering;
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
                                          const EventSink& sink, const CancelFlag* cancel) {
  const std::vector<std::string> wanted = service_names(request.services);
  const PlatformLock lock(paths);
  PlatformStart start(paths, request, sink, cancel);
  start.start(wanted);
  std::vector<ServiceStatus> all = platform_status(paths);
  for (ServiceStatus& status : all) status.is_new = start.has_started(status.name);
  return all;
}

std::vector<ServiceStatus> stop_platform(const ProjectPaths& paths, const std::vector<std::string>& services,
                                         const EventSink& sink) {
  const std::vector<std::string> wanted = service_names(services);
  std::vector<ServiceStatus> stopped;
  // What depends on another is ended before it. Nothing was ever up where there is no folder.
  if (!fs::exists(platform_folder(paths))) return stopped;
  const PlatformLock lock(paths);
  for (auto name = wanted.rbegin(); name != wanted.rend(); ++name) {
    const auto record = read_service_record(paths, *name);
    sink(StageStarted{.asset = *name, .title = "Ending " + *name, .why = ""});
    const auto begin = std::chrono::steady_clock::now();
    const ProcessIdentity first = record ? record->identity : ProcessIdentity{};
    const int n_ended = stop_family(first, {.platform = paths.root.string(), .service = *name});
    remove_service_record(paths, *name);
    if (n_ended == 0) continue;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    sink(StageFinished{.asset = *name, .seconds = took.count(), .peak_bytes = 0});
    stopped.push_back({.name = *name,
                       .port = record ? record->port : 0,
                       .url = record ? record->url : "",
                       .n_processes = n_ended});
  }
  return stopped;
}

}  // namespace aisle
