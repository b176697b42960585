#include "aisle/cli/platform/platform_start.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <thread>

#include "aisle/base/errors.h"
#include "aisle/cli/platform/dagster_package.h"
#include "aisle/cli/platform/local_port.h"
#include "aisle/cli/platform/log_lines.h"
#include "aisle/cli/platform/process_family.h"
#include "aisle/cli/platform/python_environment.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::milliseconds kLook{100};
constexpr std::chrono::milliseconds kAnswer{2000};
constexpr int kLinesOfFailure = 12;

std::string local_time_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

std::string url_of(int port) {
  return fmt::format("http://127.0.0.1:{}", port);
}

[[noreturn]] void refuse_port(const ServiceDefinition& service, int port, PortState state) {
  std::string what = fmt::format("port {} of 127.0.0.1 is not allowed for this user", port);
  if (state == PortState::kTaken) {
    const std::string listener = listener_of(port);
    what = fmt::format("port {} of 127.0.0.1 is taken{}", port, listener.empty() ? "" : " by " + listener);
  }
  throw EnvironmentError(
      {.where = service.name,
       .what = what,
       .expected = "a free port",
       .remedy = fmt::format("choose another with --{}-port, or end what listens there", service.name)});
}

}  // namespace

PlatformStart::PlatformStart(const ProjectPaths& paths, const UpRequest& request, const EventSink& sink,
                             const CancelFlag* cancel)
    : paths_(paths),
      request_(request),
      sink_(sink),
      cancel_(cancel),
      plan_{.paths = paths,
            .program = request.program,
            .python = {},
            .python_packages = {},
            .overrides = request.overrides,
            .urls = {},
            .ports = {}} {}

PlatformStart::~PlatformStart() {
  if (is_up_) return;
  for (auto starting = started_.rbegin(); starting != started_.rend(); ++starting) {
    try {
      stop_family(starting->record.identity,
                  {.platform = paths_.root.string(), .service = starting->service->name});
      remove_service_record(paths_, starting->service->name);
    } catch (const Error&) {
      // The record stays, so `aisle down` can say what is left.
    }
  }
}

bool PlatformStart::has_started(const std::string& name) const {
  return std::any_of(started_.begin(), started_.end(),
                     [&](const Starting& starting) { return name == starting.service->name; });
}

void PlatformStart::start(const std::vector<std::string>& wanted) {
  choose(wanted);
  const bool needs_python =
      std::any_of(to_start_.begin(), to_start_.end(),
                  [](const ServiceDefinition* service) { return service->needs_python; });
  if (needs_python) {
    plan_.python = request_.environment.empty() ? make_python_environment(paths_, sink_, cancel_)
                                                : given_python_environment(request_.environment);
  }
  if (std::any_of(to_start_.begin(), to_start_.end(), [](const ServiceDefinition* service) {
        return std::string_view(service->name) == "dagster";
      })) {
    plan_.python_packages = unpack_dagster_package(paths_, plan_.python);
  }
  fs::create_directories(paths_.logs);
  for (const ServiceDefinition* service : to_start_) launch(*service);
  for (const Starting& starting : started_) wait_for(starting);
  is_up_ = true;
}

// All is checked before anything is started.
void PlatformStart::choose(const std::vector<std::string>& wanted) {
  for (const ServiceDefinition& service : kServices) {
    const bool is_wanted = std::find(wanted.begin(), wanted.end(), service.name) != wanted.end();
    const auto record = read_service_record(paths_, service.name);
    const auto asked = request_.ports.find(service.name);
    if (record && still_runs(record->identity)) {
      if (is_wanted && asked != request_.ports.end() && asked->second != 0 && asked->second != record->port) {
        throw InvalidInput({.where = fmt::format("--{}-port {}", service.name, asked->second),
                            .what = fmt::format("{} runs on port {} already", service.name, record->port),
                            .expected = "",
                            .remedy = fmt::format("end it first: aisle down {}", service.name)});
      }
      plan_.ports[service.name] = record->port;
      plan_.urls[service.name] = record->url;
    } else if (is_wanted) {
      // What a service that died has left is ended before it starts again.
      stop_family(record ? record->identity : ProcessIdentity{},
                  {.platform = paths_.root.string(), .service = service.name});
      to_start_.push_back(&service);
    }
  }
  for (const ServiceDefinition* service : to_start_) choose_port(*service);
}

void PlatformStart::choose_port(const ServiceDefinition& service) {
  const auto asked = request_.ports.find(service.name);
  int port = asked == request_.ports.end() ? service.port : asked->second;
  for (const auto& [other, taken] : plan_.ports) {
    if (port != 0 && port == taken) {
      throw InvalidInput({.where = fmt::format("--{}-port {}", service.name, port),
                          .what = "is the port of " + other + " too",
                          .expected = "a port for each service",
                          .remedy = ""});
    }
  }
  if (port == 0) port = free_port();
  if (const PortState state = port_state(port); state != PortState::kFree) refuse_port(service, port, state);
  plan_.ports[service.name] = port;
  plan_.urls[service.name] = url_of(port);
}

void PlatformStart::launch(const ServiceDefinition& service) {
  const DetachedCommand command = service_command(service, plan_);
  std::error_code absent;
  const std::uintmax_t log_begin = fs::file_size(command.log, absent);
  Starting starting{.service = &service,
                    .record = {.name = service.name,
                               .identity = start_detached(command),
                               .port = plan_.ports.at(service.name),
                               .url = plan_.urls.at(service.name),
                               .started = local_time_now()},
                    .log_begin = absent ? 0 : log_begin};
  started_.push_back(starting);
  write_service_record(paths_, starting.record);
}

void PlatformStart::wait_for(const Starting& starting) {
  const char* name = starting.service->name;
  sink_(
      StageStarted{.asset = name, .title = fmt::format("Waiting for {}", name), .why = starting.record.url});
  const auto begin = std::chrono::steady_clock::now();
  while (http_status(starting.record.port, {.path = starting.service->health_path}, kAnswer) != 200) {
    if (cancel_ != nullptr) cancel_->check();
    if (!still_runs(starting.record.identity)) fail(starting, "ended while it started");
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begin;
    if (waited > request_.longest_start) {
      fail(starting, fmt::format("did not answer within {} s", request_.longest_start.count()));
    }
    sink_(Progress{.asset = name, .done = waited.count(), .total = 0, .unit = "s"});
    std::this_thread::sleep_for(kLook);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  sink_(StageFinished{.asset = name, .seconds = took.count(), .peak_bytes = 0});
}

void PlatformStart::fail(const Starting& starting, const std::string& what) const {
  const fs::path log = service_log(paths_, starting.service->name);
  throw EnvironmentError(
      {.where = starting.service->name,
       .what = what + "; its last lines:\n" + last_lines(log, kLinesOfFailure, starting.log_begin),
       .expected = "",
       .remedy = "all of them are in " + paths_.relative(log)});
}

}  // namespace aisle
