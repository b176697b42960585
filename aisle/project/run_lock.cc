#include "aisle/project/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>

#include "aisle/project/file_error.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

std::string local_time_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

// The lock file holds three lines: process id, verb, local time. A holder that has not written them yet
// (or a file that cannot be read) is said without details.
std::string holder_of(const std::filesystem::path& lock) {
  std::string process, verb, since;
  try {
    std::istringstream lines(read_file(lock));
    std::getline(lines, process);
    std::getline(lines, verb);
    std::getline(lines, since);
  } catch (const EnvironmentError&) {
    since.clear();
  }
  if (since.empty()) return "another aisle is writing to this project";
  return "`aisle " + verb + "` (process " + process + ") has been writing to this project since " + since;
}

}  // namespace

RunLock::RunLock(const ProjectPaths& paths, const std::string& verb) {
  std::error_code error;
  std::filesystem::create_directories(paths.state, error);
  if (error) throw file_error(paths.state, error.value(), FileUse::kWrite);
  const int descriptor = ::open(paths.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) throw file_error(paths.lock, errno, FileUse::kWrite);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int error_number = errno;
    ::close(descriptor);
    if (error_number != EWOULDBLOCK) throw file_error(paths.lock, error_number, FileUse::kWrite);
    throw EnvironmentError(
        {paths.root.string(), holder_of(paths.lock), "", "wait until it has ended, or end it"});
  }
  descriptor_ = descriptor;
  const std::string holder = std::to_string(::getpid()) + "\n" + verb + "\n" + local_time_now() + "\n";
  if (::ftruncate(descriptor_, 0) != 0 ||
      ::pwrite(descriptor_, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
    const int error_number = errno;
    ::close(descriptor_);
    throw file_error(paths.lock, error_number, FileUse::kWrite);
  }
}

// The file stays: removing it would let a third process lock a new file while a second waits on the old.
RunLock::~RunLock() {
  if (::ftruncate(descriptor_, 0) != 0) {
    // The words of a lock that nobody holds are never read.
  }
  ::close(descriptor_);
}

}  // namespace aisle
