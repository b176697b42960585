#include "aisle/cli/event_json.h"

#include <nlohmann/json.hpp>

namespace aisle {
namespace {

using nlohmann::ordered_json;

const char* severity_name(CheckSeverity severity) {
  switch (severity) {
    case CheckSeverity::kInfo:
      return "info";
    case CheckSeverity::kWarning:
      return "warning";
    case CheckSeverity::kCritical:
      return "critical";
  }
  return "unknown";
}

// What an asset holds, of one that was made or left.
template <typename Asset>
void add_contents(ordered_json& line, const Asset& e) {
  ordered_json figures = ordered_json::object();
  for (const Figure& figure : e.figures) {
    std::visit([&](const auto& value) { figures[figure.name] = value; }, figure.value);
  }
  line["path"] = e.path;
  line["digest"] = e.digest;
  if (e.n_rows >= 0) line["n_rows"] = e.n_rows;
  line["n_bytes"] = e.n_bytes;
  line["figures"] = figures;
}

struct ToJson {
  ordered_json operator()(const RunStarted& e) const {
    return {{"event", "run_started"}, {"run", e.run}, {"verb", e.verb}};
  }
  ordered_json operator()(const StageStarted& e) const {
    return {{"event", "stage_started"}, {"asset", e.asset}, {"title", e.title}, {"why", e.why}};
  }
  ordered_json operator()(const Progress& e) const {
    return {
        {"event", "progress"}, {"asset", e.asset}, {"done", e.done}, {"total", e.total}, {"unit", e.unit}};
  }
  ordered_json operator()(const CheckReported& e) const {
    return {{"event", "check"},
            {"asset", e.asset},
            {"name", e.name},
            {"passed", e.passed},
            {"severity", severity_name(e.severity)},
            {"n_failed", e.n_failed},
            {"message", e.message}};
  }
  ordered_json operator()(const AssetMade& e) const {
    ordered_json line = {{"event", "asset_made"}, {"asset", e.asset}};
    add_contents(line, e);
    return line;
  }
  ordered_json operator()(const AssetLeft& e) const {
    ordered_json line = {{"event", "asset_left"}, {"asset", e.asset}, {"why", e.why}};
    add_contents(line, e);
    return line;
  }
  ordered_json operator()(const WarningRaised& e) const {
    return {{"event", "warning"}, {"asset", e.asset}, {"message", e.message}};
  }
  ordered_json operator()(const NoteMade& e) const {
    return {{"event", "note"}, {"asset", e.asset}, {"message", e.message}};
  }
  ordered_json operator()(const StageFinished& e) const {
    return {{"event", "stage_finished"},
            {"asset", e.asset},
            {"seconds", e.seconds},
            {"peak_bytes", e.peak_bytes}};
  }
  ordered_json operator()(const StageFailed& e) const {
    return {{"event", "stage_failed"}, {"asset", e.asset}, {"kind", e.error_kind}, {"message", e.message}};
  }
  ordered_json operator()(const RunTracked& e) const {
    return {{"event", "run_tracked"}, {"run", e.run}, {"url", e.url}};
  }
  ordered_json operator()(const RunFinished& e) const {
    return {{"event", "run_finished"}, {"succeeded", e.succeeded}, {"seconds", e.seconds}};
  }
};

}  // namespace

std::string event_to_json(const RunEvent& event) {
  return std::visit(ToJson{}, event).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace aisle
