#include "aisle/track/run_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aisle/base/digest.h"
#include "aisle/track/run_store_schema.h"
#include "aisle/track/sqlite_database.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

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

std::vector<std::pair<std::string, std::string>> recorded_options(const RunRecord& run) {
  std::vector<std::pair<std::string, std::string>> options;
  for (std::size_t at = 0; at < run.options.size();) {
    const std::size_t end = std::min(run.options.find('\n', at), run.options.size());
    const std::string line = run.options.substr(at, end - at);
    const std::size_t equals = line.find(" = ");
    if (equals != std::string::npos) options.emplace_back(line.substr(0, equals), line.substr(equals + 3));
    at = end + 1;
  }
  return options;
}

RunStore::RunStore(const fs::path& file, Access access) {
  auto opened = open_run_store(file, access == Access::kWrite ? StoreAccess::kWrite : StoreAccess::kRead);
  has_outbox_ = opened.has_outbox();
  database_ = std::move(opened.database);
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
  return runs("ORDER BY runs.started_at DESC, runs.rowid DESC LIMIT ?", std::int64_t{count});
}

std::optional<RunRecord> RunStore::find(const std::string& run) const {
  const auto found = runs("WHERE runs.id = ?", run);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

template <typename Value>
std::vector<RunRecord> RunStore::runs(const char* which, const Value& value) const {
  std::vector<RunRecord> runs;
  if (!database_) return runs;
  const std::string sql = fmt::format(
      "SELECT id, verb, status, started_at, finished_at, options, options_digest, message, "
      "CASE WHEN finished_at = '' THEN 0.0 "
      "ELSE (julianday(finished_at) - julianday(started_at)) * 86400.0 END, {} FROM runs {} {}",
      has_outbox_ ? "ifnull(outbox.url, '')" : "''",
      has_outbox_ ? "LEFT JOIN outbox ON outbox.run = runs.id" : "", which);
  Statement query(*database_, sql.c_str());
  query.bind(value);
  while (query.step()) {
    runs.push_back({.id = query.text(0),
                    .verb = query.text(1),
                    .status = parse_status(query.text(2)),
                    .started_at = query.text(3),
                    .finished_at = query.text(4),
                    .seconds = query.real(8),
                    .options = query.text(5),
                    .options_digest = query.text(6),
                    .message = query.text(7),
                    .tracking_url = query.text(9)});
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

void RunStore::record_input(const std::string& run, const RunInput& input) {
  Statement insert(*database_, "INSERT OR REPLACE INTO run_inputs VALUES (?, ?, ?, ?, ?, ?)");
  insert.bind(run).bind(input.name).bind(input.path).bind(input.digest).bind(input.n_rows);
  insert.bind(input.context).run();
}

std::vector<RunInput> RunStore::inputs(const std::string& run) const {
  std::vector<RunInput> inputs;
  if (!database_ || !has_outbox_) return inputs;
  Statement query(*database_,
                  "SELECT name, path, digest, n_rows, context FROM run_inputs WHERE run = ? ORDER BY rowid");
  query.bind(run);
  while (query.step()) {
    inputs.push_back({query.text(0), query.text(1), query.text(2), query.integer(3), query.text(4)});
  }
  return inputs;
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
