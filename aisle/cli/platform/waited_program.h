// A program of another's that is run to its end while its output is heard.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aisle/serve/child_process.h"

namespace aisle {

class WaitedProgram {
 public:
  // `on_line` may be empty; it is called from another thread. The first argument is the program's path.
  WaitedProgram(const std::vector<std::string>& arguments, std::function<void(const std::string&)> on_line);

  // True once it has ended.
  bool ended_within(std::chrono::milliseconds longest);
  void wait();
  void cancel();

  // The following are for after its end.
  bool succeeded() const { return exit_->exit_code == 0; }
  const std::string& errors() const { return exit_->error_output; }
  // All that it said, its errors behind the rest.
  std::string said() const { return said_ + exit_->error_output; }
  std::string last_line() const;

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<ChildExit> exit_;
  std::string said_;
  ChildProcess child_;  // the last: it calls back from its first moment on
};

}  // namespace aisle
