// Starts a process that outlives this one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/project/process_identity.h"

namespace aisle {

struct DetachedCommand {
  std::vector<std::string> arguments;  // the first is the program's path
  std::vector<std::string> variables;  // "NAME=VALUE", before those of this process
  std::filesystem::path folder;        // where it works
  std::filesystem::path log;           // its output and errors are added there
};

// Starts it in a session and process group of its own, without a terminal, without this process's open files
// and with every signal as at a program's first start: a shell that ignores Ctrl-C would hand that down, and
// Dagster could not be ended. Throws EnvironmentError.
ProcessIdentity start_detached(const DetachedCommand& command);

}  // namespace aisle
