// One `aisle up`: which services have to start, their ports, the start itself, and its undoing where it
// fails.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/cli/platform/platform.h"
#include "aisle/cli/platform/services.h"
#include "aisle/project/platform_state.h"

namespace aisle {

class PlatformStart {
 public:
  PlatformStart(const ProjectPaths& paths, const UpRequest& request, const EventSink& sink,
                const CancelFlag* cancel);
  // Ends what it started, unless all of it came up.
  ~PlatformStart();
  PlatformStart(const PlatformStart&) = delete;
  PlatformStart& operator=(const PlatformStart&) = delete;

  void start(const std::vector<std::string>& wanted);
  bool has_started(const std::string& name) const;

 private:
  struct Starting {
    const ServiceDefinition* service = nullptr;
    ServiceRecord record;
    std::uintmax_t log_begin = 0;  // the log's length before this start
  };

  void choose(const std::vector<std::string>& wanted);
  void choose_port(const ServiceDefinition& service);
  void launch(const ServiceDefinition& service);
  void wait_for(const Starting& starting);
  [[noreturn]] void fail(const Starting& starting, const std::string& what) const;

  const ProjectPaths& paths_;
  const UpRequest& request_;
  const EventSink& sink_;
  const CancelFlag* cancel_;
  PlatformPlan plan_;
  std::vector<const ServiceDefinition*> to_start_;
  std::vector<Starting> started_;
  bool is_up_ = false;
};

}  // namespace aisle
