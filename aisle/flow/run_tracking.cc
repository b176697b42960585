#include "aisle/flow/run_tracking.h"

#include <fmt/format.h>

#include <exception>
#include <utility>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/flow/asset_graph.h"
#include "aisle/flow/asset_inputs.h"
#include "aisle/segment/train.h"
#include "aisle/track/outbox.h"
#include "aisle/track/outbox_files.h"

namespace aisle {
namespace {

constexpr const char* kTracking = "tracking";
constexpr const char* kFeatures = "store_features";
constexpr const char* kChecks = "data_checks";

bool is_made_by(const AssetState& state, const std::string& asset, const std::string& run) {
  const AssetRecord* record = state.find(asset);
  return record != nullptr && record->was_made() && record->run_id == run;
}

// Why the action failed; "" when it did not.
template <typename Action>
std::string failure_of(Action action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace

RunTracking::RunTracking(const Options& options, const ProjectPaths& paths)
    : options_(options), paths_(paths), target_(tracking_target(options)) {}

void RunTracking::begin(const std::string& run) {
  if (target_) Outbox(paths_.run_store).owe(run, target_->experiment, target_->registered_model);
}

void RunTracking::keep(RunStore& runs, AssetState& state, const std::string& run, const std::string& asset) {
  if (!target_) return;
  // One may fail without the other: they lie on the same disk, but take room of their own.
  const std::string inputs = failure_of([&] { keep_inputs(runs, state, run, asset); });
  const std::string files = failure_of([&] { keep_files(run, asset); });
  if (!inputs.empty() || !files.empty()) not_kept_.push_back(asset);
}

void RunTracking::keep_rest(RunStore& runs, AssetState& state, const std::string& run,
                            const EventSink& sink) {
  std::vector<std::string> missing;
  std::string why;
  for (const std::string& asset : not_kept_) {
    const std::string inputs = failure_of([&] { keep_inputs(runs, state, run, asset); });
    const std::string files = failure_of([&] { keep_files(run, asset); });
    if (!inputs.empty()) missing.push_back("inputs of " + asset);
    if (!files.empty()) missing.push_back("files of " + asset);
    if (why.empty()) why = files.empty() ? inputs : files;
  }
  if (!missing.empty()) {
    sink(WarningRaised{kTracking, fmt::format("not kept for {}, which gets the run without: {} ({})",
                                              target_->server.uri, fmt::join(missing, ", "), why)});
  }
  not_kept_.clear();
}

void RunTracking::keep_inputs(RunStore& runs, AssetState& state, const std::string& run,
                              const std::string& asset) const {
  const bool is_known = asset == kFeatures && is_made_by(state, kChecks, run);
  if ((asset == kChecks || asset == kFeatures) && !is_known) keep_raw_inputs(runs, state, run);
  const AssetRecord* features = state.find(kFeatures);
  if (features == nullptr || asset != kModelAsset) return;
  const std::string path = find_asset(kFeatures).outputs.front();
  const auto digest = features->outputs.find(path);
  if (digest == features->outputs.end()) return;
  runs.record_input(run, {.name = kFeatures,
                          .path = path,
                          .digest = digest->second,
                          .n_rows = features->n_rows,
                          .context = "training"});
}

void RunTracking::keep_raw_inputs(RunStore& runs, AssetState& state, const std::string& run) const {
  for (const AssetDefinition& asset : asset_graph()) {
    if (asset.kind != AssetKind::kSource) continue;
    const std::string digest = content_digest(asset, options_, paths_, state);
    if (digest.empty()) continue;
    const auto table = options_.tables.find(asset.key);
    const bool is_mapped = table != options_.tables.end() && !table->second.path.empty();
    runs.record_input(run, {.name = asset.key,
                            .path = is_mapped ? table->second.path : "data/raw/" + asset.key,
                            .digest = digest,
                            .n_rows = -1,
                            .context = "raw"});
  }
}

void RunTracking::keep_files(const std::string& run, const std::string& asset) const {
  std::vector<OutboxFile> files;
  for (const std::string& output : find_asset(asset).outputs) {
    const std::string name = outbox_name(output);
    if (!name.empty()) files.push_back({paths_.root / output, name});
  }
  if (!files.empty()) keep_outbox_files(paths_, run, files);
}

void RunTracking::send(const EventSink& sink, const CancelFlag* cancel) const {
  if (!target_) return;
  Delivery delivery{.sent = {}, .n_owed = 1, .n_refused = 0, .why = ""};
  try {
    delivery = send_owed(target_->server, paths_, patience_of_a_run(), sink, cancel);
  } catch (const Cancelled&) {
    delivery.why = "the sending was cancelled";
  } catch (const std::exception& error) {
    delivery.why = error.what();
  }
  if (delivery.why.empty()) return;
  std::string said = delivery.why;
  if (const int n = delivery.n_owed - delivery.n_refused; n > 0) {
    said += fmt::format("; {} kept here, and the next run or `aisle track sync` sends {}",
                        n > 1 ? fmt::format("{} runs are", n) : "this run is", n > 1 ? "them" : "it");
  }
  if (const int n = delivery.n_refused; n > 0) {
    said += fmt::format("; {} that the server did not take {} for `aisle track sync`",
                        n > 1 ? fmt::format("{} runs", n) : "one run", n > 1 ? "wait" : "waits");
  }
  sink(WarningRaised{kTracking, said});
}

}  // namespace aisle
