// The writer's lock of a project: flock on .aisle/lock, which holds who has it. Readers take none. It goes
// with the process, so a killed run leaves no stale lock.
#pragma once

#include <string>

#include "aisle/project/project_paths.h"

namespace aisle {

class RunLock {
 public:
  // Takes the lock or throws EnvironmentError that says who holds it (process id, verb, since when).
  RunLock(const ProjectPaths& paths, const std::string& verb);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace aisle
