#include "aisle/track/run_store_schema.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/track/sqlite_database.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// What makes version N + 1 of version N, in order. Only ever added to; SQLite's user_version tells where a
// file stands.
constexpr std::array kMigrations = {
    R"sql(
CREATE TABLE runs (
  id TEXT PRIMARY KEY, verb TEXT NOT NULL, status TEXT NOT NULL, started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL DEFAULT '', options TEXT NOT NULL, options_digest TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT '');
CREATE TABLE run_assets (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, key TEXT NOT NULL, status TEXT NOT NULL,
  why TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL, n_rows INTEGER NOT NULL,
  n_bytes INTEGER NOT NULL, seconds REAL NOT NULL, peak_bytes INTEGER NOT NULL, PRIMARY KEY (run, key));
CREATE TABLE run_metrics (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, asset TEXT NOT NULL, name TEXT NOT NULL,
  value REAL NOT NULL, PRIMARY KEY (run, asset, name));
CREATE TABLE run_checks (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, asset TEXT NOT NULL, name TEXT NOT NULL,
  passed INTEGER NOT NULL, severity TEXT NOT NULL, n_failed INTEGER NOT NULL, message TEXT NOT NULL,
  PRIMARY KEY (run, asset, name));
CREATE TABLE daily_volumes (
  source TEXT NOT NULL, day INTEGER NOT NULL, n_rows INTEGER NOT NULL, n_stores INTEGER NOT NULL,
  PRIMARY KEY (source, day)) WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE run_inputs (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, name TEXT NOT NULL, path TEXT NOT NULL,
  digest TEXT NOT NULL, n_rows INTEGER NOT NULL, context TEXT NOT NULL, PRIMARY KEY (run, name));
CREATE TABLE outbox (
  run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE, experiment TEXT NOT NULL,
  registered_model TEXT NOT NULL, server TEXT NOT NULL DEFAULT '', url TEXT NOT NULL DEFAULT '',
  is_sent INTEGER NOT NULL DEFAULT 0, failure TEXT NOT NULL DEFAULT '');
CREATE TABLE outbox_steps (
  run TEXT NOT NULL REFERENCES outbox(run) ON DELETE CASCADE, step TEXT NOT NULL, result TEXT NOT NULL,
  PRIMARY KEY (run, step)) WITHOUT ROWID;
)sql"};

constexpr std::int64_t kVersion = kMigrations.size();

void make_folder(const fs::path& file) {
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (!error) return;
  throw EnvironmentError({.where = file.parent_path().string(),
                          .what = fmt::format("cannot be made ({})", error.message()),
                          .expected = "",
                          .remedy = ""});
}

// Returns the version that the tables have then.
std::int64_t bring_up_to_date(Sqlite& database) {
  Transaction transaction(database);
  // Another writer may have made the tables while this one waited.
  std::int64_t version = database.whole_number("PRAGMA user_version");
  if (version == 0 && database.whole_number("SELECT count(*) FROM sqlite_master") > 0) {
    throw EnvironmentError({.where = database.where(),
                            .what = "is a database, but no run store",
                            .expected = "",
                            .remedy = "move it away and run again: a new one is made"});
  }
  for (; version < kVersion; ++version) database.execute(kMigrations.at(static_cast<std::size_t>(version)));
  database.execute(fmt::format("PRAGMA user_version = {}", version).c_str());
  transaction.commit();
  return version;
}

}  // namespace

OpenedRunStore open_run_store(const fs::path& file, StoreAccess access) {
  std::error_code error;
  const bool may_write = access == StoreAccess::kWrite;
  if (may_write) {
    make_folder(file);
  } else if (!fs::exists(file, error)) {
    return {};
  }
  auto database = std::make_unique<Sqlite>(file, may_write ? Sqlite::Access::kWrite : Sqlite::Access::kRead);
  if (may_write) {
    database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  }
  std::int64_t version = database->whole_number("PRAGMA user_version");
  if (version < kVersion && may_write) version = bring_up_to_date(*database);
  if (version > kVersion) {
    throw EnvironmentError({.where = database->where(),
                            .what = fmt::format("has format {}, made by a newer aisle", version),
                            .expected = fmt::format("at most {}", kVersion),
                            .remedy = "update aisle"});
  }
  // A reader may come between the file and its tables.
  if (version == 0) return {};
  return {.database = std::move(database), .version = version};
}

}  // namespace aisle
