// A child process whose standard output is read line by line.
#pragma once

#include <sys/types.h>

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace aisle {

struct ChildExit {
  int exit_code = -1;        // -1 when a signal ended it
  int signal_number = 0;     // 0 unless one did
  std::string error_output;  // the end of what it wrote to standard error
};

class ChildProcess {
 public:
  // Both are called from a thread of this object's own: on_line for each line, then on_exit once.
  using LineSink = std::function<void(std::string line)>;
  using ExitSink = std::function<void(const ChildExit&)>;

  // Starts `arguments[0]`, a path, in a process group of its own, so that a Ctrl-C on the server's terminal
  // is the server's to pass on. It has none of this process's open files. Throws EnvironmentError.
  ChildProcess(const std::vector<std::string>& arguments, LineSink on_line, ExitSink on_exit);
  // Kills it where it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Sends a signal; nothing where it has ended.
  void send(int signal_number);

 private:
  void read(int output, int errors);

  LineSink on_line_;
  ExitSink on_exit_;
  std::mutex mutex_;  // a process id is only used while the process was not waited for
  pid_t process_ = -1;
  std::thread reader_;
};

}  // namespace aisle
