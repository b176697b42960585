#include "aisle/flow/run_tracking.h"

#include <fmt/format.h>

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

bool is_made_by(const AssetState& state, const std::string& asset, const std::string& run) {
  const AssetRecord* record = state.find(asset);
  return record != nullptr && record->was_made() && record->run_id == run;
}

// Where an output of the project lies among a run's artifacts; "" for one that stays here: stores' features
// and quarantined rows are the retailer's data, and the model goes with its own description.
std::string artifact_name(const std::string& output) {
  for (const std::string kept : {"data/processed", "data/quarantine", "data/artifacts/model"}) {
    if (output.starts_with(kept)) return "";
  }
  for (const std::string folder : {"data/artifacts/", "data/"}) {
    if (output.starts_with(folder)) return "artifacts/" + output.substr(folder.size());
  }
  return "";
}

}  // namespace

RunTracking::RunTracking(const Options& options, const ProjectPaths& paths)
    : options_(options), paths_(paths), target_(tracking_target(options)) {}

void RunTracking::begin(const std::string& run) {
  if (target_) Outbox(paths_.run_store).owe(run, target_->experiment, target_->registered_model);
}

void RunTracking::keep(RunStore& runs, AssetState& state, const std::string& run,
                       const EventSink& sink) const {
  if (!target_) return;
  try {
    keep_inputs(runs, state, run);
    keep_files(state, run);
  } catch (const std::exception& error) {
    sink(WarningRaised{kTracking, fmt::format("the run's files are not kept for {}: {}", target_->server.uri,
                                              error.what())});
  }
}

void RunTracking::keep_inputs(RunStore& runs, AssetState& state, const std::string& run) const {
  const bool reads_raw = is_made_by(state, "data_checks", run) || is_made_by(state, kFeatures, run);
  for (const AssetDefinition& asset : asset_graph()) {
    if (asset.kind != AssetKind::kSource || !reads_raw) continue;
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
  const AssetRecord* features = state.find(kFeatures);
  if (features == nullptr || !is_made_by(state, kModelAsset, run)) return;
  const std::string path = find_asset(kFeatures).outputs.front();
  const auto digest = features->outputs.find(path);
  if (digest == features->outputs.end()) return;
  runs.record_input(run, {.name = kFeatures,
                          .path = path,
                          .digest = digest->second,
                          .n_rows = features->n_rows,
                          .context = "training"});
}

void RunTracking::keep_files(AssetState& state, const std::string& run) const {
  std::vector<OutboxFile> files;
  for (const AssetDefinition& asset : asset_graph()) {
    if (asset.kind == AssetKind::kSource || !is_made_by(state, asset.key, run)) continue;
    for (const std::string& output : asset.outputs) {
      const std::string name = artifact_name(output);
      if (!name.empty()) files.push_back({paths_.root / output, name});
    }
  }
  if (is_made_by(state, kModelAsset, run)) files.push_back({paths_.model, "model"});
  if (!files.empty()) keep_outbox_files(paths_, run, files);
}

void RunTracking::send(const EventSink& sink, const CancelFlag* cancel) const {
  if (!target_) return;
  std::string why;
  int n_owed = 0;
  try {
    const Delivery delivery = send_owed(target_->server, paths_, patience_of_a_run(), sink, cancel);
    why = delivery.why;
    n_owed = delivery.n_owed;
  } catch (const Cancelled&) {
    why = "the sending was cancelled";
  } catch (const std::exception& error) {
    why = error.what();
  }
  if (why.empty()) return;
  const std::string runs = n_owed > 1 ? fmt::format("{} runs are", n_owed) : "this run is";
  sink(WarningRaised{
      kTracking, fmt::format("{}; {} kept here, and the next run or `aisle track sync` sends {}", why, runs,
                             n_owed > 1 ? "them" : "it")});
}

}  // namespace aisle
