// Runs the aisle program as a user would, and keeps what it said.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace aisle::testing {

struct ProgramResult {
  int exit_code = -1;  // 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

// Runs `aisle ARGUMENTS...` to its end.
ProgramResult run_aisle(const std::vector<std::string>& arguments);

// A program that is running; its output goes to files in the temporary folder. Killed when it goes.
class RunningProgram {
 public:
  explicit RunningProgram(const std::vector<std::string>& arguments);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  // What it has written to standard output so far.
  std::string output() const;
  void send(int signal_number);
  ProgramResult wait();

 private:
  pid_t process_ = -1;
  std::string output_;
};

}  // namespace aisle::testing
