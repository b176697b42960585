// The tables of the run store's file, their version, and how an older version becomes today's. Stays inside
// this room.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace aisle {

class Sqlite;

enum class StoreAccess { kWrite, kRead };

struct OpenedRunStore {
  std::unique_ptr<Sqlite> database;  // null: there is none to read, or its tables are still to come
  std::int64_t version = 0;

  // A reader may find a file as an older aisle left it.
  bool has_outbox() const { return version >= 2; }
};

// kWrite makes the file, its folder and its tables when absent, and migrates older ones. Throws
// EnvironmentError for a file that is no run store or is made by a newer aisle.
OpenedRunStore open_run_store(const std::filesystem::path& file, StoreAccess access);

}  // namespace aisle
