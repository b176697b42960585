#include "aisle/track/tuning_delivery.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "aisle/track/http_transfer.h"
#include "aisle/track/mlflow_client.h"
#include "aisle/track/retries.h"
#include "aisle/track/run_store.h"
#include "aisle/track/tracked_values.h"

namespace aisle {
namespace {

constexpr const char* kTuningTag = "aisle.tuning";

std::vector<KeyValue> params_of(const Tuning& tuning) {
  RunRecord options;
  options.options = tuning.options;
  std::vector<KeyValue> params;
  for (const auto& [key, value] : recorded_options(options)) {
    params.push_back({fitting_key(key), cut_text(value, kLongestParam)});
  }
  return params;
}

// The recommended trial's figures by the names that a run's have.
std::vector<MetricPoint> metrics_of(const Tuning& tuning, const std::vector<Trial>& trials) {
  const auto n_front =
      std::count_if(trials.begin(), trials.end(), [](const Trial& one) { return one.on_front; });
  std::vector<MetricPoint> metrics = {{"n_trials", static_cast<double>(trials.size())},
                                      {"n_front", static_cast<double>(n_front)},
                                      {"n_stores", static_cast<double>(tuning.n_stores)}};
  if (tuning.recommended == 0) return metrics;
  const Trial& trial = trials.at(static_cast<std::size_t>(tuning.recommended - 1));
  metrics.push_back({"recommended", static_cast<double>(trial.number)});
  metrics.push_back({"n_clusters", static_cast<double>(trial.n_clusters)});
  metrics.push_back({"noise_ratio", trial.noise_share});
  for (const auto& [name, value] : {std::pair<const char*, double>{"dbcv_score", trial.dbcv},
                                    {"silhouette_score", trial.silhouette},
                                    {"mean_jaccard", trial.stability}}) {
    if (std::isfinite(value)) metrics.push_back({name, value});
  }
  return metrics;
}

}  // namespace

std::string log_tuning(const TrackingTarget& target, const Tuning& tuning, const std::vector<Trial>& trials,
                       const std::vector<NamedText>& artifacts, const CancelFlag* cancel) {
  const Patience patience = patience_of_a_run();
  HttpTransfer transfer(target.server, cancel);
  MlflowClient client(transfer, patience.first);
  Retries retries(patience, cancel);
  const std::string experiment = retries([&] { return client.experiment(target.experiment); });
  client.set_limits(patience.limits);
  const KeyValue tag = {kTuningTag, tuning.id};
  // A try whose answer was lost may have made the run.
  const std::string run = retries([&] {
    const auto known = client.runs_with_tag(experiment, tag);
    if (!known.empty()) return known.front();
    return client.create_run(experiment,
                             {.name = "tune " + tuning.id,
                              .user = "",
                              .started_ms = milliseconds_of(tuning.started_at),
                              .tags = {tag,
                                       {"mlflow.source.name", "aisle tune"},
                                       {"mlflow.source.type", "LOCAL"},
                                       {"mlflow.note.content", cut_text(tuning.reason, kLongestTag)},
                                       {"aisle.version", AISLE_VERSION}}});
  });
  retries([&] { client.log_params(run, params_of(tuning)); });
  retries([&] { client.log_metrics(run, metrics_of(tuning, trials), milliseconds_of(tuning.finished_at)); });
  retries([&] {
    client.log_inputs(run, {{.name = "store_features",
                             .digest = tuning.features,
                             .path = "data/processed/store_features.parquet",
                             .n_rows = -1,
                             .context = "training"}});
  });
  const std::string root = retries([&] { return client.run_artifacts(run); });
  for (const NamedText& artifact : artifacts)
    retries([&] { client.put_artifact_text(root, artifact.name, artifact.text); });
  retries([&] { client.end_run(run, "FINISHED", milliseconds_of(tuning.finished_at)); });
  return client.run_url(experiment, run);
}

}  // namespace aisle
