#include "aisle/engine/session_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <sstream>
#include <system_error>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/project/file_error.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kForgottenAfter{24};

// Holds the lock of a session's file; false where its process still does.
class Lock {
 public:
  explicit Lock(const fs::path& file) : descriptor_(::open(file.c_str(), O_RDWR | O_CLOEXEC)) {
    taken_ = descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  }
  ~Lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  bool taken() const { return taken_; }

 private:
  int descriptor_;
  bool taken_ = false;
};

SessionRecord read_record(const fs::path& file) {
  std::istringstream lines(read_file(file));
  SessionRecord record;
  std::getline(lines, record.url);
  std::getline(lines, record.user);
  record.id = file.filename().string();
  return record;
}

}  // namespace

SessionFile::SessionFile(const fs::path& folder, const SessionRecord& record) : file_(folder / record.id) {
  fs::create_directories(folder);
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const std::string text = fmt::format("{}\n{}\n", record.url, record.user);
  const bool locked = descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  const auto size = static_cast<ssize_t>(text.size());
  if (locked && ::write(descriptor_, text.data(), text.size()) == size) return;
  const int fault = errno;
  if (descriptor_ >= 0) {
    ::unlink(file_.c_str());
    ::close(descriptor_);
  }
  throw file_error(file_, fault, FileUse::kWrite);
}

SessionFile::~SessionFile() {
  if (!file_.empty()) ::unlink(file_.c_str());
  ::close(descriptor_);
}

void release_left_sessions(const fs::path& folder, const std::function<bool(const SessionRecord&)>& release) {
  std::error_code error;
  std::vector<fs::path> files;
  for (auto at = fs::directory_iterator(folder, error); at != fs::directory_iterator(); at.increment(error)) {
    files.push_back(at->path());
  }
  for (const fs::path& file : files) {
    const Lock lock(file);
    if (!lock.taken()) continue;
    const auto age = fs::file_time_type::clock::now() - fs::last_write_time(file, error);
    if (release(read_record(file)) || age > kForgottenAfter) fs::remove(file, error);
  }
}

}  // namespace aisle
