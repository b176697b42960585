#include "aisle/track/run_recorder.h"

#include <variant>

namespace aisle {
namespace {

const char* severity_name(CheckSeverity severity) {
  switch (severity) {
    case CheckSeverity::kInfo:
      return "info";
    case CheckSeverity::kWarning:
      return "warning";
    case CheckSeverity::kCritical:
      return "critical";
  }
  return "critical";
}

}  // namespace

void RunRecorder::operator()(const RunEvent& event) {
  std::visit([this](const auto& known) { record(known); }, event);
}

void RunRecorder::record(const StageStarted& event) {
  RunAsset& asset = assets_[event.asset];
  asset.key = event.asset;
  asset.why = event.why;
}

void RunRecorder::record(const CheckReported& event) {
  store_.record_check(run_, {.asset = event.asset,
                             .name = event.name,
                             .passed = event.passed,
                             .severity = severity_name(event.severity),
                             .n_failed = event.n_failed,
                             .message = event.message});
}

void RunRecorder::record(const AssetMade& event) {
  RunAsset& asset = assets_[event.asset];
  asset.key = event.asset;
  asset.status = "made";
  asset.path = event.path;
  asset.digest = event.digest;
  asset.n_rows = event.n_rows;
  asset.n_bytes = event.n_bytes;
  store_.record_asset(run_, asset);
  for (const Figure& figure : event.figures) {
    RunMetric metric{.asset = event.asset, .name = figure.name, .value = 0};
    if (const auto* whole = std::get_if<std::int64_t>(&figure.value)) {
      metric.value = static_cast<double>(*whole);
    } else if (const auto* real = std::get_if<double>(&figure.value)) {
      metric.value = *real;
    } else {
      continue;  // words are no metric
    }
    store_.record_metric(run_, metric);
  }
}

void RunRecorder::record(const AssetLeft& event) {
  RunAsset asset;
  asset.key = event.asset;
  asset.status = "left";
  asset.why = event.why;
  store_.record_asset(run_, asset);
}

void RunRecorder::record(const StageFinished& event) {
  RunAsset& asset = assets_[event.asset];
  asset.key = event.asset;
  asset.seconds = event.seconds;
  asset.peak_bytes = event.peak_bytes;
  if (asset.status.empty()) asset.status = "made";
  store_.record_asset(run_, asset);
}

void RunRecorder::record(const StageFailed& event) {
  RunAsset& asset = assets_[event.asset];
  asset.key = event.asset;
  asset.status = "failed";
  asset.why = event.message;
  store_.record_asset(run_, asset);
}

}  // namespace aisle
