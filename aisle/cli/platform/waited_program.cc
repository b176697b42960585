#include "aisle/cli/platform/waited_program.h"

#include <signal.h>

#include <sstream>
#include <utility>

namespace aisle {

WaitedProgram::WaitedProgram(const std::vector<std::string>& arguments,
                             std::function<void(const std::string&)> on_line)
    : child_(
          arguments,
          [this, on_line = std::move(on_line)](const std::string& line) {
            if (on_line) on_line(line);
            const std::lock_guard lock(mutex_);
            said_ += line + "\n";
          },
          [this](const ChildExit& exit) {
            const std::lock_guard lock(mutex_);
            exit_ = exit;
            ended_.notify_all();
          }) {}

bool WaitedProgram::ended_within(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, longest, [this] { return exit_.has_value(); });
}

void WaitedProgram::wait() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return exit_.has_value(); });
}

void WaitedProgram::cancel() {
  child_.send(SIGTERM);
}

std::string WaitedProgram::last_line() const {
  std::istringstream lines(said());
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace aisle
