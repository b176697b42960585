#include "aisle/flow/materialise.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <optional>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/flow/asset_inputs.h"
#include "aisle/flow/run_tracking.h"
#include "aisle/flow/selection.h"
#include "aisle/flow/stages.h"
#include "aisle/project/run_lock.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/train.h"
#include "aisle/track/kept_runs.h"
#include "aisle/track/run_recorder.h"
#include "aisle/track/run_store.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

const std::vector<std::string> kRecordedSections = {
    "project", "tables",           "scope",  "engine", "quality",   "features", "model",    "famd",
    "hdbscan", "gaussian_mixture", "kmeans", "forest", "stability", "tracking", "identity", "limits"};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string now_utc() {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::time(nullptr)));
}

// The largest memory this process has had, as the kernel counts it; 0 where it does not say.
std::int64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

std::int64_t bytes_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    const auto size = fs::file_size(path, error);
    return error ? 0 : static_cast<std::int64_t>(size);
  }
  std::int64_t total = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
    if (entry.is_regular_file(error)) total += static_cast<std::int64_t>(entry.file_size(error));
  }
  return total;
}

// One run over the selected assets.
class Run {
 public:
  Run(const Options& options, const ProjectPaths& paths, const RunRequest& request, const EventSink& sink,
      const CancelFlag* cancel)
      : options_(options),
        paths_(paths),
        tracking_(options, paths),
        lock_(paths, request.verb),
        state_(paths),
        runs_(paths.run_store),
        verb_(request.verb),
        run_id_(runs_.start_run(request.verb, canonical_options(options, kRecordedSections))),
        recorder_(runs_, run_id_),
        sink_([this, &sink](const RunEvent& event) {
          recorder_(event);
          sink(event);
        }),
        cancel_(cancel),
        stages_(options, paths, runs_, sink_, cancel) {}

  RunReport go(const AssetSelection& selection) {
    const auto start = Clock::now();
    report_.run_id = run_id_;
    tracking_.begin(run_id_);
    sink_(RunStarted{run_id_, verb_});
    for (const fs::path& folder :
         {paths_.validation, paths_.quarantine, paths_.processed, paths_.artifacts}) {
      clear_leftovers_below(folder);
    }
    try {
      for (const AssetDefinition& asset : asset_graph()) {
        if (cancel_ != nullptr) cancel_->check();
        if (asset.kind == AssetKind::kDerived && selection.keys.contains(asset.key)) {
          look_at(asset, selection);
        }
      }
    } catch (const Cancelled& cancelled) {
      finish(RunStatus::kCancelled, cancelled.what(), seconds_since(start));
      throw;
    } catch (const std::exception& error) {
      finish(RunStatus::kFailed, error.what(), seconds_since(start));
      throw;
    }
    keep_result(selection);
    finish(RunStatus::kSucceeded, "", seconds_since(start));
    return report_;
  }

 private:
  void look_at(const AssetDefinition& asset, const AssetSelection& selection) {
    require_upstream(asset, selection);
    const AssetInputs inputs = current_inputs(asset, options_, paths_, state_);
    const AssetStatus status = asset_status(asset, inputs, state_, paths_);
    if (status.freshness == Freshness::kFresh && !selection.forced.contains(asset.key)) {
      report_.outcomes.push_back({asset.key, false, "fresh"});
      leave(asset, "fresh");
      return;
    }
    const std::string why = status.freshness == Freshness::kFresh ? "asked for" : status.why;
    make(asset, inputs, why);
    report_.outcomes.push_back({asset.key, true, why});
  }

  // An upstream that was never made, or fails as things stand, has nothing to give; a stale one that the
  // request leaves out is used as it is, and that is said.
  void require_upstream(const AssetDefinition& asset, const AssetSelection& selection) {
    for (const std::string& key : asset.depends_on) {
      const AssetDefinition& upstream = find_asset(key);
      if (upstream.kind == AssetKind::kSource || selection.keys.contains(key)) continue;
      const AssetInputs inputs = current_inputs(upstream, options_, paths_, state_);
      const AssetStatus status = asset_status(upstream, inputs, state_, paths_);
      if (status.freshness == Freshness::kStale) {
        sink_(
            WarningRaised{asset.key, fmt::format("{} is stale ({}) and is used as it is", key, status.why)});
      } else if (status.freshness != Freshness::kFresh) {
        throw InvalidInput({.where = "",
                            .what = fmt::format("{} is made from {}, which is {} ({})", asset.key, key,
                                                freshness_name(status.freshness), status.why),
                            .expected = "",
                            .remedy = "run without --only or --from, or name both"});
      }
    }
  }

  void leave(const AssetDefinition& asset, const std::string& why) {
    const AssetRecord& record = *state_.find(asset.key);
    sink_(AssetLeft{.asset = asset.key,
                    .why = why,
                    .path = asset.outputs.front(),
                    .digest = content_digest(asset, options_, paths_, state_),
                    .n_rows = record.n_rows,
                    .n_bytes = record.n_bytes,
                    .figures = record.figures});
  }

  void make(const AssetDefinition& asset, const AssetInputs& inputs, const std::string& why) {
    const auto start = Clock::now();
    sink_(StageStarted{asset.key, asset.title, why});
    try {
      const StageOutput output = stages_.make(asset.key);
      keep(asset, inputs, output);
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      fail(asset, inputs, error.kind(), error.what());
      throw;
    } catch (const std::exception& error) {
      fail(asset, inputs, "InternalError", error.what());
      throw;
    }
    sink_(StageFinished{asset.key, seconds_since(start), peak_memory_bytes()});
  }

  void keep(const AssetDefinition& asset, const AssetInputs& inputs, const StageOutput& output) {
    AssetRecord record;
    record.inputs = inputs;
    for (const std::string& path : asset.outputs) {
      const std::string digest = state_.digest(paths_.root / path);
      if (digest.empty()) continue;
      record.outputs[path] = digest;
      record.n_bytes += bytes_of(paths_.root / path);
    }
    record.n_rows = output.n_rows;
    record.figures = output.figures;
    record.run_id = run_id_;
    record.made_at = now_utc();
    const std::string content = content_digest(asset, options_, paths_, state_);
    sink_(
        AssetMade{asset.key, asset.outputs.front(), content, record.n_rows, record.n_bytes, record.figures});
    state_.set(asset.key, std::move(record));
    state_.save();
  }

  // The result is kept under the run that made its model: that may be an earlier one, which failed later on.
  // A disk that has no room for it is a warning, since the outputs are written.
  void keep_result(const AssetSelection& selection) {
    const AssetRecord* model = state_.find(kModelAsset);
    if (model == nullptr || !model->was_made() || !selection.keys.contains(kModelAsset)) return;
    const std::vector<std::string> kept = kept_runs(paths_);
    if (std::find(kept.begin(), kept.end(), model->run_id) != kept.end()) return;
    try {
      clear_leftovers_below(paths_.kept_runs);
      keep_run(paths_, model->run_id, canonical_options(options_, kRecordedSections));
      drop_old_runs(paths_, options_.tracking.keep_runs, {options_.identity.baseline});
    } catch (const EnvironmentError& error) {
      sink_(WarningRaised{kModelAsset, fmt::format("the run's result is not kept: {}", error.what())});
    }
  }

  void fail(const AssetDefinition& asset, const AssetInputs& inputs, const char* kind, const char* message) {
    AssetRecord record;
    if (const AssetRecord* last = state_.find(asset.key); last != nullptr) record = *last;
    record.failed_inputs = inputs;
    record.failure = message;
    state_.set(asset.key, std::move(record));
    sink_(StageFailed{asset.key, kind, message});
    try {
      state_.save();
    } catch (const EnvironmentError&) {
      // A full disk may have been the failure itself; the error that matters is on its way.
    }
  }

  void finish(RunStatus status, const std::string& message, double seconds) {
    report_.seconds = seconds;
    tracking_.keep(runs_, state_, run_id_, sink_);
    try {
      runs_.finish_run(run_id_, status, message);
    } catch (const EnvironmentError&) {
      if (status == RunStatus::kSucceeded) throw;  // else the error that matters is on its way
    }
    // Who cancels wants an end: the next run sends this one.
    if (status != RunStatus::kCancelled) tracking_.send(sink_, cancel_);
    sink_(RunFinished{status == RunStatus::kSucceeded, seconds});
  }

  const Options& options_;
  const ProjectPaths& paths_;
  RunTracking tracking_;
  RunLock lock_;
  AssetState state_;
  RunStore runs_;
  std::string verb_;
  std::string run_id_;
  RunRecorder recorder_;
  EventSink sink_;
  const CancelFlag* cancel_;
  Stages stages_;
  RunReport report_;
};

}  // namespace

RunReport materialise(const Options& options, const ProjectPaths& paths, const RunRequest& request,
                      const EventSink& sink, const CancelFlag* cancel) {
  const AssetSelection selection = select_assets(request);
  Run run(options, paths, request, sink, cancel);
  return run.go(selection);
}

std::vector<AssetStatus> project_status(const Options& options, const ProjectPaths& paths) {
  AssetState state(paths);
  std::vector<AssetStatus> statuses;
  std::map<std::string, Freshness> freshness;
  for (const AssetDefinition& asset : asset_graph()) {
    AssetStatus status{asset.key, Freshness::kFresh, ""};
    if (asset.kind == AssetKind::kSource) {
      const std::string fault = source_fault(asset, options, paths);
      if (!fault.empty()) {
        status = {asset.key, Freshness::kFailed, fault};
      } else {
        status.digest = content_digest(asset, options, paths, state);
        if (status.digest.empty()) status.freshness = Freshness::kMissing;
      }
    } else {
      status = asset_status(asset, current_inputs(asset, options, paths, state), state, paths);
      for (const std::string& upstream : asset.depends_on) {
        const bool below =
            find_asset(upstream).kind == AssetKind::kDerived && freshness[upstream] != Freshness::kFresh;
        if (status.freshness == Freshness::kFresh && below) {
          status = {asset.key, Freshness::kStale,
                    fmt::format("{} is {}", upstream, freshness_name(freshness[upstream]))};
        }
      }
    }
    freshness[asset.key] = status.freshness;
    statuses.push_back(std::move(status));
  }
  return statuses;
}

std::vector<AssetOutcome> plan(const Options& options, const ProjectPaths& paths, const RunRequest& request) {
  const AssetSelection selection = select_assets(request);
  std::vector<AssetOutcome> outcomes;
  for (const AssetStatus& status : project_status(options, paths)) {
    if (find_asset(status.key).kind == AssetKind::kSource || !selection.keys.contains(status.key)) continue;
    if (status.freshness != Freshness::kFresh) {
      outcomes.push_back({status.key, true, status.why});
    } else if (selection.forced.contains(status.key)) {
      outcomes.push_back({status.key, true, "asked for"});
    } else {
      outcomes.push_back({status.key, false, "fresh"});
    }
  }
  return outcomes;
}

}  // namespace aisle
