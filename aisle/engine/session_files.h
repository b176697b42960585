// The ids of open Spark sessions on disk, so that what a killed process left running can be stopped by the
// next.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace aisle {

struct SessionRecord {
  std::string url;
  std::string user;
  std::string id;
};

// A file that says a session is open, locked for as long as this lives; it goes away then.
class SessionFile {
 public:
  // Throws EnvironmentError when it cannot be written.
  SessionFile(const std::filesystem::path& folder, const SessionRecord& record);
  ~SessionFile();
  SessionFile(const SessionFile&) = delete;
  SessionFile& operator=(const SessionFile&) = delete;

  // Leaves the file where it is, for the next process: the session could not be released.
  void leave() { file_.clear(); }

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

// Calls `release` with each session whose process is gone, and forgets those for which it returns true, and
// any that are older than a day (by then the server has let them go).
void release_left_sessions(const std::filesystem::path& folder,
                           const std::function<bool(const SessionRecord&)>& release);

}  // namespace aisle
