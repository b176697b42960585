#include "aisle/cli/verbs/tracked_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/cli/terminal_sink.h"

namespace aisle {
namespace {

using nlohmann::ordered_json;

std::string line_of(const ordered_json& document) {
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

ordered_json nullable(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

// "2024-12-31 09:30:00", as the run store's UTC times are read best.
std::string short_time(const std::string& time) {
  std::string text = time.substr(0, 19);
  if (const std::size_t middle = text.find('T'); middle != std::string::npos) text[middle] = ' ';
  return text;
}

ordered_json head_of(const RunRecord& run, const std::string& state) {
  return {{"event", "run"},
          {"id", run.id},
          {"verb", run.verb},
          {"status", run_status_name(run.status)},
          {"started_at", run.started_at},
          {"finished_at", nullable(run.finished_at)},
          {"seconds", run.seconds},
          {"message", nullable(run.message)},
          {"tracking", state},
          {"tracking_url", nullable(run.tracking_url)}};
}

using NamedValues = std::vector<std::pair<std::string, double>>;

NamedValues metrics_of(const RunStore& store, const std::string& run) {
  NamedValues metrics;
  for (const RunMetric& metric : store.metrics(run)) {
    metrics.emplace_back(metric.asset + "/" + metric.name, metric.value);
  }
  return metrics;
}

// The keys of both in the order of `a`, those that only `b` has at the end; an absent value is nothing.
template <typename Value>
std::vector<std::tuple<std::string, std::optional<Value>, std::optional<Value>>> side_by_side(
    const std::vector<std::pair<std::string, Value>>& a,
    const std::vector<std::pair<std::string, Value>>& b) {
  std::map<std::string, Value> rest(b.begin(), b.end());
  std::vector<std::tuple<std::string, std::optional<Value>, std::optional<Value>>> rows;
  for (const auto& [key, value] : a) {
    const auto other = rest.find(key);
    rows.emplace_back(key, value, other == rest.end() ? std::nullopt : std::optional(other->second));
    if (other != rest.end()) rest.erase(other);
  }
  for (const auto& [key, value] : b) {
    if (rest.contains(key)) rows.emplace_back(key, std::nullopt, value);
  }
  return rows;
}

std::string number_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : "-";
}

template <typename Value>
ordered_json value_or_null(const std::optional<Value>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

// Options that say how the run was tracked change nothing of what it found.
bool is_about_result(const std::string& option) {
  return !option.starts_with("tracking.");
}

}  // namespace

TrackedRuns::TrackedRuns(const ProjectPaths& paths)
    : runs_(paths.run_store, RunStore::Access::kRead), outbox_(paths.run_store, Outbox::Access::kRead) {}

RunRecord TrackedRuns::named(const std::string& name) const {
  const bool is_word = name == "latest" || name == "previous";
  if (!is_word) {
    if (auto run = runs_.find(name)) return *run;
  }
  const auto all = runs_.last_runs(is_word ? 2 : std::numeric_limits<int>::max());
  const std::size_t place = name == "latest" ? 0 : 1;
  if (is_word && place < all.size()) return all[place];
  std::vector<std::string> ids;
  for (const RunRecord& run : all) ids.push_back(run.id);
  const std::string nearest = is_word ? "" : nearest_name(name, ids);
  std::string remedy = "`aisle track list` shows them";
  if (!nearest.empty()) remedy = fmt::format("did you mean '{}'?", nearest);
  if (all.empty()) remedy = "run `aisle run` first";
  throw InvalidInput(
      {.where = "track",
       .what = is_word ? fmt::format("there is no {} run", name) : fmt::format("there is no run '{}'", name),
       .expected = "",
       .remedy = remedy});
}

std::string TrackedRuns::state_of(const std::string& run) const {
  const auto entry = outbox_.find(run);
  if (!entry) return "here";
  return entry->is_sent ? "sent" : "owed";
}

std::string TrackedRuns::list(int count, bool as_json) const {
  std::string text;
  const auto runs = runs_.last_runs(count);
  if (runs.empty() && !as_json) return "no run yet: `aisle run` makes one\n";
  if (!as_json) {
    text = fmt::format("{:<24} {:<10} {:<12} {:<20} {:>10}  {}\n", "run", "verb", "status", "started (UTC)",
                       "took", "tracking");
  }
  for (const RunRecord& run : runs) {
    const std::string state = state_of(run.id);
    if (as_json) {
      text += line_of(head_of(run, state));
      continue;
    }
    text +=
        fmt::format("{:<24} {:<10} {:<12} {:<20} {:>10}  {}\n", run.id, run.verb, run_status_name(run.status),
                    short_time(run.started_at), run.finished_at.empty() ? "" : human_seconds(run.seconds),
                    run.tracking_url.empty() ? state : state + " " + run.tracking_url);
  }
  return text;
}

std::string TrackedRuns::show(const RunRecord& run, bool as_json) const {
  const auto entry = outbox_.find(run.id);
  const std::string state = state_of(run.id);
  if (as_json) {
    ordered_json document = head_of(run, state);
    document["tracking_failure"] = entry ? nullable(entry->failure) : ordered_json(nullptr);
    for (const auto& [key, value] : recorded_options(run)) document["options"][key] = value;
    for (const auto& [key, value] : metrics_of(runs_, run.id)) document["metrics"][key] = value;
    document["assets"] = ordered_json::array();
    for (const RunAsset& asset : runs_.assets(run.id)) {
      document["assets"].push_back({{"asset", asset.key},
                                    {"status", asset.status},
                                    {"why", asset.why},
                                    {"path", asset.path},
                                    {"digest", asset.digest},
                                    {"seconds", asset.seconds}});
    }
    return line_of(document);
  }
  std::string text = fmt::format("{}  aisle {}, {}\nstarted  {} UTC{}\n", run.id, run.verb,
                                 run_status_name(run.status), short_time(run.started_at),
                                 run.finished_at.empty() ? "" : ", took " + human_seconds(run.seconds));
  if (!run.message.empty()) text += fmt::format("message  {}\n", run.message);
  text += fmt::format("tracking {}{}\n", state, run.tracking_url.empty() ? "" : " " + run.tracking_url);
  if (entry && !entry->failure.empty()) text += fmt::format("         {}\n", entry->failure);
  text += "\nassets\n";
  for (const RunAsset& asset : runs_.assets(run.id)) {
    text += fmt::format("  {:<20} {:<7} {}\n", asset.key, asset.status,
                        asset.status == "made" ? human_seconds(asset.seconds) : asset.why);
  }
  text += "\nmetrics\n";
  for (const auto& [key, value] : metrics_of(runs_, run.id)) {
    text += fmt::format("  {:<40} {}\n", key, number_text(value));
  }
  text += "\noptions\n";
  for (const auto& [key, value] : recorded_options(run)) text += fmt::format("  {} = {}\n", key, value);
  return text;
}

std::string TrackedRuns::compare(const RunRecord& a, const RunRecord& b, bool as_json) const {
  ordered_json options = ordered_json::array();
  ordered_json metrics = ordered_json::array();
  std::string option_lines;
  std::string metric_lines;
  for (const auto& [key, left, right] : side_by_side(recorded_options(a), recorded_options(b))) {
    if (left == right || !is_about_result(key)) continue;
    options.push_back({{"option", key}, {"a", value_or_null(left)}, {"b", value_or_null(right)}});
    option_lines += fmt::format("  {:<40} {} -> {}\n", key, left.value_or("-"), right.value_or("-"));
  }
  for (const auto& [key, left, right] : side_by_side(metrics_of(runs_, a.id), metrics_of(runs_, b.id))) {
    metrics.push_back({{"metric", key}, {"a", value_or_null(left)}, {"b", value_or_null(right)}});
    const std::string change = left && right ? fmt::format("{:+.6g}", *right - *left) : "";
    metric_lines +=
        fmt::format("  {:<40} {:>12} {:>12} {:>12}\n", key, number_text(left), number_text(right), change);
  }
  if (as_json) {
    return line_of(
        {{"event", "runs_compared"}, {"a", a.id}, {"b", b.id}, {"options", options}, {"metrics", metrics}});
  }
  if (option_lines.empty()) option_lines = "  none\n";
  return fmt::format("{} -> {}\n\noptions that differ\n{}\n  {:<40} {:>12} {:>12} {:>12}\n{}", a.id, b.id,
                     option_lines, "metric", "a", "b", "change", metric_lines);
}

}  // namespace aisle
