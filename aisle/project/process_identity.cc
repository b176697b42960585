#include "aisle/project/process_identity.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace aisle {
namespace {

std::string this_boot() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

}  // namespace

std::optional<ProcessEntry> read_process(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  // The name stands in parentheses and may hold anything, a parenthesis too.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  ProcessEntry entry{.process = process};
  char state = ' ';
  pid_t group = 0;
  fields >> state >> entry.parent >> group >> entry.session;
  constexpr int kFieldsToStart = 15;  // from the terminal to "itrealvalue"
  std::string skipped;
  for (int field = 0; field < kFieldsToStart; ++field) fields >> skipped;
  std::uint64_t virtual_bytes = 0;
  std::int64_t resident_pages = 0;
  fields >> entry.start_ticks >> virtual_bytes >> resident_pages;
  if (!fields) return std::nullopt;
  entry.has_ended = state == 'Z' || state == 'X';
  entry.memory_bytes = resident_pages * ::sysconf(_SC_PAGESIZE);
  return entry;
}

std::optional<ProcessIdentity> identity_of(pid_t process) {
  const auto entry = read_process(process);
  if (!entry || entry->has_ended) return std::nullopt;
  return ProcessIdentity{.process = process, .start_ticks = entry->start_ticks, .boot = this_boot()};
}

bool still_runs(const ProcessIdentity& identity) {
  return identity.process > 0 && identity_of(identity.process) == identity;
}

}  // namespace aisle
