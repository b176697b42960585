#include "aisle/track/adoption_store.h"

#include <system_error>

#include "aisle/track/run_store.h"
#include "aisle/track/sqlite_database.h"

namespace aisle {
namespace {

constexpr const char* kTable = R"sql(
CREATE TABLE IF NOT EXISTS adoptions (
  number INTEGER PRIMARY KEY AUTOINCREMENT, adopted_at TEXT NOT NULL, tuning TEXT NOT NULL,
  trial INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0);
)sql";

}  // namespace

std::int64_t AdoptionStore::add(const Adoption& adoption) const {
  // Makes the file where there is none, and refuses one that is no run store.
  const RunStore run_store(file_);
  Sqlite database(file_, Sqlite::Access::kWrite);
  database.execute(kTable);
  Statement insert(database,
                   "INSERT INTO adoptions (adopted_at, tuning, trial, before, after) "
                   "VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?, ?)");
  insert.bind(adoption.tuning).bind(adoption.trial).bind(adoption.before).bind(adoption.after).run();
  return database.whole_number("SELECT last_insert_rowid()");
}

std::optional<Adoption> AdoptionStore::last(const std::string& options) const {
  std::error_code error;
  if (!std::filesystem::exists(file_, error)) return std::nullopt;
  Sqlite database(file_, Sqlite::Access::kRead);
  if (database.whole_number("SELECT count(*) FROM sqlite_master WHERE name = 'adoptions'") == 0) return {};
  Statement query(database,
                  "SELECT number, adopted_at, tuning, trial, before, after FROM adoptions WHERE undone = 0 "
                  "AND (before <> ?1 OR after = ?1) ORDER BY number DESC LIMIT 1");
  query.bind(options);
  if (!query.step()) return std::nullopt;
  return Adoption{.number = query.integer(0),
                  .adopted_at = query.text(1),
                  .tuning = query.text(2),
                  .trial = query.integer(3),
                  .before = query.text(4),
                  .after = query.text(5)};
}

void AdoptionStore::mark_undone(std::int64_t number) const {
  Sqlite database(file_, Sqlite::Access::kWrite);
  Statement(database, "UPDATE adoptions SET undone = 1 WHERE number = ?").bind(number).run();
}

}  // namespace aisle
