// The one run that the server may have under way: `aisle run --json` (or `aisle adopt`) as a child process,
// so that a crash of it cannot take the page down, and cancelling is a signal.
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
  std::string adopt;  // a trial whose options become the project's first; then all that is stale is run
};

struct CurrentRun {
  std::string id;
  std::string started_at;  // UTC, ISO 8601
  bool is_cancelling = false;
  RunOrder order;
};

class RunControl {
 public:
  // `arguments` are those of every run; an adoption, which takes no options but the trial's, is given
  // only the threads of `sets`. The log must outlive it.
  RunControl(std::string program, std::vector<std::string> arguments, std::vector<std::string> sets,
             ProjectPaths paths, EventLog& log)
      : program_(std::move(program)),
        arguments_(std::move(arguments)),
        sets_(std::move(sets)),
        paths_(std::move(paths)),
        log_(log) {}
  // Asks a run to stop, and kills it after `kStopSeconds`.
  ~RunControl();
  RunControl(const RunControl&) = delete;
  RunControl& operator=(const RunControl&) = delete;
  static constexpr int kStopSeconds = 10;

  // Starts a run and waits until it has its id; none for an adoption of options that the project has already,
  // which ends without a run. Throws HttpError: 409 where one is under way here or
  // elsewhere, 422 for what the run itself refuses, 503 where it does not begin in time.
  std::optional<CurrentRun> start(const RunOrder& order);
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

  std::vector<std::string> command(const RunOrder& order) const;
  void take_line(const std::string& line);
  void take_exit(const ChildExit& exit);
  void mark_interrupted(const std::string& run, const std::string& message) const;

  std::string program_;
  std::vector<std::string> arguments_;
  std::vector<std::string> sets_;  // "section.key=value"
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
