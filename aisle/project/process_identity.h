// Which process was meant: a process id alone is given to another process once its own has ended.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace aisle {

struct ProcessIdentity {
  pid_t process = 0;
  std::uint64_t start_ticks = 0;  // since boot, as /proc tells
  std::string boot = {};          // the boot's id: ticks begin again with each

  bool operator==(const ProcessIdentity&) const = default;
};

// What /proc says of a process.
struct ProcessEntry {
  pid_t process = 0;
  pid_t parent = 0;
  pid_t session = 0;
  std::uint64_t start_ticks = 0;
  bool has_ended = false;         // a zombie that waits for its parent
  std::int64_t memory_bytes = 0;  // resident
};

// Nothing where there is no such process.
std::optional<ProcessEntry> read_process(pid_t process);

// Nothing where it does not run (or only waits to be collected).
std::optional<ProcessIdentity> identity_of(pid_t process);

// Whether that very process still runs.
bool still_runs(const ProcessIdentity& identity);

}  // namespace aisle
