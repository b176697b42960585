#include "aisle/track/run_store.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <system_error>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/track/sqlite_database.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// The store's own version, in SQLite's user_version. Raise it with a migration from the one before.
constexpr std::int64_t kSchemaVersion = 1;

constexpr const char* kSchema = R"sql(
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
PRAGMA user_version = 1;
)sql";

constexpr const char* kNow = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

RunStatus parse_status(const std::string& name) {
  for (const RunStatus status : {RunStatus::kRunning, RunStatus::kSucceeded, RunStatus::kFailed,
                                 RunStatus::kCancelled, RunStatus::kInterrupted}) {
    if (name == run_status_name(status)) return status;
  }
  return RunStatus::kInterrupted;
}

}  // namespace

const char* run_status_name(RunStatus status) {
  switch (status) {
    case RunStatus::kRunning:
      return "running";
    case RunStatus::kSucceeded:
      return "succeeded";
    case RunStatus::kFailed:
      return "failed";
    case RunStatus::kCancelled:
      return "cancelled";
    case RunStatus::kInterrupted:
      return "interrupted";
  }
  return "interrupted";
}

class RunStore::Database : public Sqlite {
 public:
  Database(const fs::path& file, Sqlite::Access access) : Sqlite(file, access) {
    if (access == Sqlite::Access::kWrite) {
      execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
    }
    std::int64_t version = whole_number("PRAGMA user_version");
    if (version == 0 && access == Sqlite::Access::kWrite) {
      Transaction transaction(*this);
      // Another writer may have made the tables while this one waited.
      if (whole_number("PRAGMA user_version") == 0) make_tables();
      transaction.commit();
      version = kSchemaVersion;
    }
    if (version > kSchemaVersion) {
      throw EnvironmentError({.where = where(),
                              .what = fmt::format("has format {}, made by a newer aisle", version),
                              .expected = fmt::format("at most {}", kSchemaVersion),
                              .remedy = "update aisle"});
    }
    is_empty_ = version == 0;
  }

  // A reader came between the file and its tables.
  bool is_empty() const { return is_empty_; }

 private:
  void make_tables() {
    if (whole_number("SELECT count(*) FROM sqlite_master") > 0) {
      throw EnvironmentError({.where = where(),
                              .what = "is a database, but no run store",
                              .expected = "",
                              .remedy = "move it away and run again: a new one is made"});
    }
    execute(kSchema);
  }

  bool is_empty_ = false;
};

RunStore::RunStore(const fs::path& file, Access access) {
  std::error_code error;
  if (access == Access::kRead) {
    if (!fs::exists(file, error)) return;
    database_ = std::make_unique<Database>(file, Sqlite::Access::kRead);
    if (database_->is_empty()) database_.reset();
    return;
  }
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error) {
    throw EnvironmentError({.where = file.parent_path().string(),
                            .what = fmt::format("cannot be made ({})", error.message()),
                            .expected = "",
                            .remedy = ""});
  }
  database_ = std::make_unique<Database>(file, Sqlite::Access::kWrite);
}

RunStore::~RunStore() = default;

std::string RunStore::start_run(const std::string& verb, const std::string& options) {
  Transaction transaction(*database_);
  database_->execute(
      fmt::format("UPDATE runs SET status = 'interrupted', finished_at = {} WHERE status = 'running'", kNow)
          .c_str());
  // Sorts by time, to milliseconds; the random tail keeps the runs of two projects apart.
  Statement name(*database_,
                 "SELECT strftime('%Y%m%d-%H%M%S-', 'now') || substr(strftime('%f', 'now'), 4) || "
                 "lower(hex(randomblob(2)))");
  name.step();
  std::string run = name.text(0);
  Statement insert(*database_,
                   fmt::format("INSERT INTO runs (id, verb, status, started_at, options, options_digest) "
                               "VALUES (?, ?, 'running', {}, ?, ?)",
                               kNow)
                       .c_str());
  insert.bind(run).bind(verb).bind(options).bind(digest_of(options)).run();
  transaction.commit();
  return run;
}

void RunStore::finish_run(const std::string& run, RunStatus status, const std::string& message) {
  Statement update(
      *database_,
      fmt::format("UPDATE runs SET status = ?, finished_at = {}, message = ? WHERE id = ?", kNow).c_str());
  update.bind(std::string(run_status_name(status))).bind(message).bind(run).run();
}

void RunStore::record_asset(const std::string& run, const RunAsset& asset) {
  Statement insert(*database_, "INSERT OR REPLACE INTO run_assets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(run).bind(asset.key).bind(asset.status).bind(asset.why).bind(asset.path).bind(asset.digest);
  insert.bind(asset.n_rows).bind(asset.n_bytes).bind(asset.seconds).bind(asset.peak_bytes).run();
}

void RunStore::record_metric(const std::string& run, const RunMetric& metric) {
  if (!std::isfinite(metric.value)) return;
  Statement insert(*database_, "INSERT OR REPLACE INTO run_metrics VALUES (?, ?, ?, ?)");
  insert.bind(run).bind(metric.asset).bind(metric.name).bind(metric.value).run();
}

void RunStore::record_check(const std::string& run, const RunCheck& check) {
  Statement insert(*database_, "INSERT OR REPLACE INTO run_checks VALUES (?, ?, ?, ?, ?, ?, ?)");
  insert.bind(run).bind(check.asset).bind(check.name).bind(std::int64_t{check.passed ? 1 : 0});
  insert.bind(check.severity).bind(check.n_failed).bind(check.message).run();
}

std::vector<RunRecord> RunStore::last_runs(int count) const {
  std::vector<RunRecord> runs;
  if (!database_) return runs;
  Statement query(*database_,
                  "SELECT id, verb, status, started_at, finished_at, options, options_digest, message, "
                  "CASE WHEN finished_at = '' THEN 0.0 "
                  "ELSE (julianday(finished_at) - julianday(started_at)) * 86400.0 END "
                  "FROM runs ORDER BY started_at DESC, rowid DESC LIMIT ?");
  query.bind(std::int64_t{count});
  while (query.step()) {
    runs.push_back({.id = query.text(0),
                    .verb = query.text(1),
                    .status = parse_status(query.text(2)),
                    .started_at = query.text(3),
                    .finished_at = query.text(4),
                    .seconds = query.real(8),
                    .options = query.text(5),
                    .options_digest = query.text(6),
                    .message = query.text(7)});
  }
  return runs;
}

std::vector<RunAsset> RunStore::assets(const std::string& run) const {
  std::vector<RunAsset> assets;
  if (!database_) return assets;
  Statement query(
      *database_,
      "SELECT key, status, why, path, digest, n_rows, n_bytes, seconds, peak_bytes FROM run_assets "
      "WHERE run = ? ORDER BY rowid");
  query.bind(run);
  while (query.step()) {
    assets.push_back({.key = query.text(0),
                      .status = query.text(1),
                      .why = query.text(2),
                      .path = query.text(3),
                      .digest = query.text(4),
                      .n_rows = query.integer(5),
                      .n_bytes = query.integer(6),
                      .seconds = query.real(7),
                      .peak_bytes = query.integer(8)});
  }
  return assets;
}

std::vector<RunMetric> RunStore::metrics(const std::string& run) const {
  std::vector<RunMetric> metrics;
  if (!database_) return metrics;
  Statement query(*database_, "SELECT asset, name, value FROM run_metrics WHERE run = ? ORDER BY rowid");
  query.bind(run);
  while (query.step()) metrics.push_back({query.text(0), query.text(1), query.real(2)});
  return metrics;
}

std::vector<RunCheck> RunStore::checks(const std::string& run) const {
  std::vector<RunCheck> checks;
  if (!database_) return checks;
  Statement query(*database_,
                  "SELECT asset, name, passed, severity, n_failed, message FROM run_checks WHERE run = ? "
                  "ORDER BY rowid");
  query.bind(run);
  while (query.step()) {
    checks.push_back({.asset = query.text(0),
                      .name = query.text(1),
                      .passed = query.integer(2) != 0,
                      .severity = query.text(3),
                      .n_failed = query.integer(4),
                      .message = query.text(5)});
  }
  return checks;
}

std::vector<DailyVolume> RunStore::volumes(const std::string& table) const {
  std::vector<DailyVolume> days;
  if (!database_) return days;
  Statement query(*database_,
                  "SELECT day, n_rows, n_stores FROM daily_volumes WHERE source = ? ORDER BY day");
  query.bind(table);
  while (query.step()) days.push_back({query.integer(0), query.integer(1), query.integer(2)});
  return days;
}

void RunStore::set_volumes(const std::string& table, const std::vector<DailyVolume>& days) {
  Transaction transaction(*database_);
  Statement(*database_, "DELETE FROM daily_volumes WHERE source = ?").bind(table).run();
  Statement insert(*database_, "INSERT OR REPLACE INTO daily_volumes VALUES (?, ?, ?, ?)");
  for (const DailyVolume& day : days) {
    insert.reset();
    insert.bind(table).bind(day.day).bind(day.n_rows).bind(day.n_stores).run();
  }
  transaction.commit();
}

}  // namespace aisle
