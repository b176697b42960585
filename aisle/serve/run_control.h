// The one run that the server may have under way: `aisle run --json` as a child process, so that a crash of
// it cannot take the page down, and cancelling is a signal.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aisle/project/project_paths.h"
#include "aisle/serve/child_process.h"
#include "aisle/serve/event_log.h"

namespace aisle {

struct RunOrder {
  std::vector<std::string> only;
  std::string from;
  bool force = false;
  std::vector<std::string> set;
};

struct CurrentRun {
  std::string id;
  std::string started_at;  // UTC, ISO 8601
  bool is_cancelling = false;
  RunOrder order;
};

class RunControl {
 public:
  // `command` is the program and what comes before a run's own options. The log must outlive it.
  RunControl(std::vector<std::string> command, ProjectPaths paths, EventLog& log)
      : command_(std::move(command)), paths_(std::move(paths)), log_(log) {}
  // Asks a run to stop, and kills it after `kStopSeconds`.
  ~RunControl();
  RunControl(const RunControl&) = delete;
  RunControl& operator=(const RunControl&) = delete;
  static constexpr int kStopSeconds = 10;

  // Starts a run and waits until it has its id. Throws HttpError: 409 where one is under way here or
  // elsewhere, 422 for what the run itself refuses, 503 where it does not begin in time.
  CurrentRun start(const RunOrder& order);
  std::optional<CurrentRun> current() const;
  // Asked again within `kStopSeconds` it says the same once more. Throws HttpError 404 where none is under
  // way.
  CurrentRun cancel();
  // Asks a run to stop where there is one.
  void interrupt();
  // How many runs ended how: "succeeded", "failed", "cancelled", "interrupted".
  std::map<std::string, std::int64_t> ended() const;

 private:
  enum class State { kIdle, kStarting, kRunning };

  std::vector<std::string> arguments(const RunOrder& order) const;
  void take_line(const std::string& line);
  void take_exit(const ChildExit& exit);
  void mark_interrupted(const std::string& run, const std::string& message) const;

  std::vector<std::string> command_;
  ProjectPaths paths_;
  EventLog& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kIdle;
  CurrentRun run_;
  std::chrono::steady_clock::time_point cancelled_at_;
  std::string error_kind_;  // of what the run said before it ended
  std::string error_message_;
  std::map<std::string, std::int64_t> ended_;
  std::unique_ptr<ChildProcess> child_;  // the last one
};

}  // namespace aisle
