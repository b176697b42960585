// The local run store: .aisle/runs.db, SQLite in WAL mode. Who ran what, when, with which options, what came
// out. Times and durations live here and nowhere else, so that the outputs' bytes do not hang on the clock.
//
// One writer and any number of readers may have it open at once: readers see the last finished write and
// never wait; a second writer waits up to kBusySeconds. Losing the file loses history only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aisle {

class Sqlite;

inline constexpr int kBusySeconds = 10;

enum class RunStatus { kRunning, kSucceeded, kFailed, kCancelled, kInterrupted };
// "running", "succeeded", "failed", "cancelled", "interrupted".
const char* run_status_name(RunStatus status);

struct RunRecord {
  std::string id;
  std::string verb;
  RunStatus status = RunStatus::kRunning;
  std::string started_at;   // UTC, "2024-12-31T09:30:00.123Z"
  std::string finished_at;  // "" while it runs
  double seconds = 0;
  std::string options;  // canonical "key = value" lines
  std::string options_digest;
  std::string message;       // why it failed; "" else
  std::string tracking_url;  // where a tracking server shows it; "" where none has it
};

// The run's options by key, in their order.
std::vector<std::pair<std::string, std::string>> recorded_options(const RunRecord& run);

// What became of one asset in a run.
struct RunAsset {
  std::string key;
  std::string status;  // "made", "left" or "failed"
  std::string why;
  std::string path;
  std::string digest;
  std::int64_t n_rows = -1;  // -1 when it is no table
  std::int64_t n_bytes = 0;
  double seconds = 0;
  std::int64_t peak_bytes = 0;
};

struct RunMetric {
  std::string asset;
  std::string name;
  double value = 0;
};

struct RunCheck {
  std::string asset;
  std::string name;
  bool passed = true;
  std::string severity;  // "info", "warning" or "critical"
  std::int64_t n_failed = 0;
  std::string message;
};

// What a run read, as it was at the end of it.
struct RunInput {
  std::string name;  // "store_features", "fact_sales", ..
  std::string path;  // relative to the project
  std::string digest;
  std::int64_t n_rows = -1;  // -1: not counted
  std::string context;       // "training" or "raw"
};

// Rows and stores of one day of a table, as a good run saw them.
struct DailyVolume {
  std::int64_t day = 0;  // days since 1970-01-01
  std::int64_t n_rows = 0;
  std::int64_t n_stores = -1;  // -1: not counted
};

// For use by one thread at a time. Every call throws EnvironmentError naming the file: for one that is
// damaged or no run store (with what to do), made by a newer aisle, locked for too long, or on a full disk.
class RunStore {
 public:
  enum class Access { kWrite, kRead };
  // kWrite makes the file and its folder when absent. kRead of an absent file is an empty store.
  explicit RunStore(const std::filesystem::path& file, Access access = Access::kWrite);
  ~RunStore();
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  // Starts a run and returns its id. Runs that are still "running" become "interrupted": the caller holds
  // the project's lock, so their processes are gone.
  std::string start_run(const std::string& verb, const std::string& options);
  void finish_run(const std::string& run, RunStatus status, const std::string& message = "");

  // A second record of the same asset, metric or check of a run replaces the first. Metrics that are not
  // finite are left out.
  void record_asset(const std::string& run, const RunAsset& asset);
  void record_metric(const std::string& run, const RunMetric& metric);
  void record_check(const std::string& run, const RunCheck& check);
  void record_input(const std::string& run, const RunInput& input);

  // Newest first.
  std::vector<RunRecord> last_runs(int count) const;
  std::optional<RunRecord> find(const std::string& run) const;
  // In the order in which they were last recorded; empty for an unknown run.
  std::vector<RunAsset> assets(const std::string& run) const;
  std::vector<RunMetric> metrics(const std::string& run) const;
  std::vector<RunCheck> checks(const std::string& run) const;
  std::vector<RunInput> inputs(const std::string& run) const;

  // The recorded days of a raw table, in order; the setter replaces them all, in one transaction.
  std::vector<DailyVolume> volumes(const std::string& table) const;
  void set_volumes(const std::string& table, const std::vector<DailyVolume>& days);

 private:
  // The runs that an SQL clause with one parameter chooses.
  template <typename Value>
  std::vector<RunRecord> runs(const char* which, const Value& value) const;

  bool has_outbox_ = false;           // false: read as an older aisle left it
  std::unique_ptr<Sqlite> database_;  // null for kRead of an absent file
};

}  // namespace aisle
