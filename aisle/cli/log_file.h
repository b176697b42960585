// The log of one command in .aisle/logs: every event with its time and the memory in use.
#pragma once

#include <filesystem>
#include <memory>

#include "aisle/base/events.h"

namespace spdlog {
class logger;
}

namespace aisle {

class LogFile {
 public:
  // Opens folder/aisle-YYYYmmdd-HHMMSS-PID.log and removes the oldest beyond the last 50. A folder that
  // cannot be written means no log: a log never stops the work.
  explicit LogFile(const std::filesystem::path& folder);
  void write(const RunEvent& event);

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace aisle
