#include "aisle/cli/platform/process_family.h"

#include <dirent.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr std::chrono::milliseconds kLook{50};

std::vector<ProcessEntry> read_all_processes() {
  std::vector<ProcessEntry> all;
  DIR* folder = ::opendir("/proc");
  if (folder == nullptr) return all;
  while (const dirent* file = ::readdir(folder)) {
    pid_t process = 0;
    const char* end = file->d_name + std::strlen(file->d_name);
    const auto [at, error] = std::from_chars(file->d_name, end, process);
    if (error != std::errc() || at != end) continue;
    if (const auto entry = read_process(process); entry && !entry->has_ended) all.push_back(*entry);
  }
  ::closedir(folder);
  return all;
}

// Whether the environment that the process was started with has both variables. Another user's cannot be
// read, and is not ours.
bool has_mark(pid_t process, const ServiceMark& mark) {
  std::ifstream file("/proc/" + std::to_string(process) + "/environ", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string all = std::string(1, '\0') + text;
  const auto holds = [&](const std::string& variable) {
    return all.find(std::string(1, '\0') + variable + std::string(1, '\0')) != std::string::npos;
  };
  return holds(mark.platform_variable()) && holds(mark.service_variable());
}

// This process and those it stands under: who calls `aisle down` from within a service's own shell is spared.
std::set<pid_t> own_line() {
  std::set<pid_t> line;
  for (pid_t process = ::getpid(); process > 0 && line.insert(process).second;) {
    const auto entry = read_process(process);
    process = entry ? entry->parent : 0;
  }
  return line;
}

// Sends a signal to that very process: between the look at /proc and the signal its id may have become
// another's.
void send(const ProcessEntry& entry, int signal_number) {
  const long handle = ::syscall(SYS_pidfd_open, entry.process, 0);
  if (handle < 0 && errno != ENOSYS) return;
  const auto now = read_process(entry.process);
  if (now && now->start_ticks == entry.start_ticks) {
    if (handle < 0) {
      ::kill(entry.process, signal_number);
    } else {
      ::syscall(SYS_pidfd_send_signal, handle, signal_number, nullptr, 0);
    }
  }
  if (handle >= 0) ::close(static_cast<int>(handle));
}

// A family while it ends: who was seen of it once and still runs stays part of it, whatever became of its
// parent.
class EndingFamily {
 public:
  EndingFamily(const ProcessIdentity& first, const ServiceMark& mark) : first_(first), mark_(mark) { look(); }

  const std::vector<ProcessEntry>& members() const { return members_; }

  // Waits until none is left; false where some are after that time.
  bool ends_within(std::chrono::milliseconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    for (look(); !members_.empty(); look()) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(kLook);
    }
    return true;
  }

  void send_all(int signal_number) const {
    for (const ProcessEntry& member : members_) send(member, signal_number);
  }

 private:
  void look() {
    std::vector<ProcessEntry> now = family_of(first_, mark_);
    for (const ProcessEntry& before : members_) {
      const auto same = [&](const ProcessEntry& entry) { return entry.process == before.process; };
      if (std::any_of(now.begin(), now.end(), same)) continue;
      const auto entry = read_process(before.process);
      if (entry && !entry->has_ended && entry->start_ticks == before.start_ticks) now.push_back(*entry);
    }
    members_ = std::move(now);
  }

  ProcessIdentity first_;
  ServiceMark mark_;
  std::vector<ProcessEntry> members_;
};

}  // namespace

std::string ServiceMark::platform_variable() const {
  return "AISLE_PLATFORM=" + platform;
}

std::string ServiceMark::service_variable() const {
  return "AISLE_SERVICE=" + service;
}

std::vector<ProcessEntry> family_of(const ProcessIdentity& first, const ServiceMark& mark) {
  const std::vector<ProcessEntry> all = read_all_processes();
  const std::set<pid_t> spared = own_line();
  const bool first_runs = still_runs(first);
  std::set<pid_t> family;
  for (const ProcessEntry& entry : all) {
    // A session's number is not given away while its first process lives, so it means this session then.
    const bool in_session = first_runs && (entry.process == first.process || entry.session == first.process);
    if (in_session || has_mark(entry.process, mark)) family.insert(entry.process);
  }
  for (std::size_t before = 0; before != family.size();) {
    before = family.size();
    for (const ProcessEntry& entry : all) {
      if (family.contains(entry.parent) && !spared.contains(entry.parent)) family.insert(entry.process);
    }
  }
  std::vector<ProcessEntry> members;
  for (const ProcessEntry& entry : all) {
    if (family.contains(entry.process) && !spared.contains(entry.process)) members.push_back(entry);
  }
  std::stable_partition(members.begin(), members.end(), [&](const ProcessEntry& entry) {
    return first_runs && entry.process == first.process;
  });
  return members;
}

int stop_family(const ProcessIdentity& first, const ServiceMark& mark, StopPatience patience) {
  EndingFamily family(first, mark);
  const int n_members = static_cast<int>(family.members().size());
  if (n_members == 0) return 0;
  if (still_runs(first)) {
    send(family.members().front(), SIGTERM);
    if (family.ends_within(patience.by_itself)) return n_members;
  }
  family.send_all(SIGTERM);
  if (family.ends_within(patience.each)) return n_members;
  const auto deadline = std::chrono::steady_clock::now() + patience.killed;
  do {
    family.send_all(SIGKILL);
    if (family.ends_within(kLook * 4)) return n_members;
  } while (std::chrono::steady_clock::now() < deadline);
  throw EnvironmentError({.where = mark.service,
                          .what = fmt::format("process {} cannot be ended", family.members().front().process),
                          .expected = "",
                          .remedy = "end it as the user that it belongs to, then call `aisle down` again"});
}

}  // namespace aisle
