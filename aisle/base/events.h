// The one stream of run events. Every verb that works emits these into a sink that is passed in; the
// terminal's progress, `--json`, the page's live view and Dagster Pipes are adapters of the stream.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace aisle {

// A run began: it holds the project's lock and stands in the run store.
struct RunStarted {
  std::string run;   // its id there
  std::string verb;  // "run", "train", ..
};

// A stage began. `asset` is the asset's key, e.g. "store_features"; `title` is for people.
struct StageStarted {
  std::string asset;
  std::string title;
  std::string why;  // why it runs, e.g. "hdbscan.min_samples changed"
};

// How far a stage is. total 0 means unknown.
struct Progress {
  std::string asset;
  double done = 0;
  double total = 0;
  std::string unit;  // "rows", "trees", "%"
};

enum class CheckSeverity { kInfo, kWarning, kCritical };

// One expectation of the data checks was evaluated.
struct CheckReported {
  std::string asset;  // the checked table, e.g. "fact_sales"
  std::string name;   // the expectation's own name
  bool passed = true;
  CheckSeverity severity = CheckSeverity::kCritical;
  std::int64_t n_failed = 0;
  std::string message;
};

// One figure of an asset, for metadata and metrics.
struct Figure {
  std::string name;
  std::variant<std::int64_t, double, std::string> value;
};

// An asset was written.
struct AssetMade {
  std::string asset;
  std::string path;  // relative to the project
  std::string digest;
  std::int64_t n_rows = -1;  // -1 when it is not a table
  std::int64_t n_bytes = 0;
  std::vector<Figure> figures;
};

// An asset was left as it is; what it holds stands as it did when it was made.
struct AssetLeft {
  std::string asset;
  std::string why;
  std::string path;
  std::string digest;
  std::int64_t n_rows = -1;
  std::int64_t n_bytes = 0;
  std::vector<Figure> figures;
};

// Something the reader should know; the work goes on.
struct WarningRaised {
  std::string asset;
  std::string message;
};

// Something for who wants to know more; shown with --verbose and kept in the log.
struct NoteMade {
  std::string asset;
  std::string message;
};

struct StageFinished {
  std::string asset;
  double seconds = 0;
  std::int64_t peak_bytes = 0;
};

struct StageFailed {
  std::string asset;
  std::string error_kind;
  std::string message;
};

// The run stands on a tracking server.
struct RunTracked {
  std::string run;
  std::string url;  // where a browser shows it
};

struct RunFinished {
  bool succeeded = true;
  double seconds = 0;
};

using RunEvent = std::variant<RunStarted, StageStarted, Progress, CheckReported, AssetMade, AssetLeft,
                              WarningRaised, NoteMade, StageFinished, StageFailed, RunTracked, RunFinished>;

// Receives events; may be called from one thread at a time only.
using EventSink = std::function<void(const RunEvent&)>;

// A sink that drops everything, for callers that do not listen.
inline void ignore_events(const RunEvent&) {}

}  // namespace aisle
