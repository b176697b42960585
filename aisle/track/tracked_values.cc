#include "aisle/track/tracked_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <set>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "aisle/track/mlflow_exchange_json.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// Assets whose figures describe the model; they keep their own names, which are the original's.
constexpr std::array kModelAssets = {"cluster_model", "cluster_stability"};

bool is_of_model(const std::string& asset) {
  return std::find(kModelAssets.begin(), kModelAssets.end(), asset) != kModelAssets.end();
}

// An empty object where the document is not there or is none.
Json document_at(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return Json::object();
  try {
    Json document = Json::parse(read_file(file), nullptr, false);
    return document.is_object() ? document : Json::object();
  } catch (const EnvironmentError&) {
    return Json::object();
  }
}

// The verdict in words and a row a segment, as MLflow's page shows it above a run.
std::string note_of(const Json& metrics, const Json& segments) {
  const Json verdict = segments.value("verdict", metrics.value("verdict", Json::object()));
  std::string note = verdict.value("sentence", "");
  const Json rows = segments.value("segments", Json::array());
  if (rows.empty()) return note;
  note += "\n\n| cluster | stores | share of revenue |\n|---|---|---|\n";
  for (const Json& row : rows) {
    const Json share = row.value("share_of_revenue", Json());
    note += fmt::format("| {} | {} | {} |\n", row.value("cluster", -1), row.value("n_stores", 0),
                        share.is_number() ? fmt::format("{:.0f} %", 100 * share.get<double>()) : "");
  }
  return note;
}

class Collector {
 public:
  void add(std::vector<KeyValue>& list, const std::string& key, const std::string& value, std::size_t most) {
    const std::string fitted = own_key(key);
    // MLflow's page shows nothing of an empty value; the run store's options have none that is not "".
    if (fitted != key || value.size() > most) cut_.push_back(key);
    list.push_back({fitted, cut_text(value, most)});
  }

  void add(std::vector<MetricPoint>& list, const std::string& key, double value) {
    const std::string fitted = own_key(key);
    if (fitted != key) cut_.push_back(key);
    list.push_back({fitted, value});
  }

  std::vector<std::string> cut() const { return cut_; }

 private:
  // Two keys that were cut to the same stay apart.
  std::string own_key(const std::string& key) {
    std::string fitted = fitting_key(key);
    for (int n = 2; !taken_.insert(fitted).second; ++n) {
      const std::string tail = fmt::format("_{}", n);
      fitted = fitting_key(key).substr(0, kLongestKey - tail.size()) + tail;
    }
    return fitted;
  }

  std::set<std::string> taken_;
  std::vector<std::string> cut_;
};

void add_tags(TrackedValues& values, Collector& collector, const RunRecord& run, const fs::path& files) {
  const Json metrics = document_at(files / "metrics.json");
  const Json segments = document_at(files / "insight" / "segments.json");
  collector.add(values.tags, "aisle.verb", run.verb, kLongestTag);
  collector.add(values.tags, "aisle.status", run_status_name(run.status), kLongestTag);
  collector.add(values.tags, "aisle.options_digest", run.options_digest, kLongestTag);
  if (!run.message.empty()) collector.add(values.tags, "aisle.message", run.message, kLongestTag);
  const Json verdict = segments.value("verdict", metrics.value("verdict", Json::object()));
  if (verdict.contains("grade")) {
    collector.add(values.tags, "aisle.verdict", verdict.value("grade", ""), kLongestTag);
  }
  const std::string note = run.message.empty() ? note_of(metrics, segments) : run.message;
  if (!note.empty()) collector.add(values.tags, "mlflow.note.content", note, kLongestTag);
}

}  // namespace

TrackedValues tracked_values(const RunRecord& run, const RunStore& store, const fs::path& files) {
  TrackedValues values;
  Collector params, metrics, tags;
  for (const auto& [key, value] : recorded_options(run)) {
    params.add(values.params, key, value, kLongestParam);
  }
  for (const RunMetric& metric : store.metrics(run.id)) {
    if (is_of_model(metric.asset)) {
      metrics.add(values.model_metrics, metric.name, metric.value);
    } else {
      metrics.add(values.metrics, metric.asset + "/" + metric.name, metric.value);
    }
  }
  for (const RunAsset& asset : store.assets(run.id)) {
    if (asset.status == "made") metrics.add(values.metrics, "seconds/" + asset.key, asset.seconds);
  }
  metrics.add(values.metrics, "seconds/run", run.seconds);
  add_tags(values, tags, run, files);
  for (const Collector& collector : {params, metrics, tags}) {
    for (const std::string& key : collector.cut()) values.cut.push_back(key);
  }
  if (!values.cut.empty()) {
    tags.add(values.tags, "aisle.cut", fmt::format("{}", fmt::join(values.cut, ", ")), kLongestTag);
  }
  return values;
}

std::string cut_text(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  const std::string mark = fmt::format(" .. (cut; {} bytes in all)", text.size());
  std::size_t end = most - mark.size();
  // Not in the middle of a letter of UTF-8.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + mark;
}

std::string fitting_key(const std::string& key) {
  std::string fitted;
  for (const char letter : key) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool is_fine =
        std::isalnum(byte) != 0 || std::string_view("_-. /").find(letter) != std::string::npos;
    fitted += is_fine ? letter : '_';
  }
  // MLflow takes keys for paths and refuses those that are not the shortest form of one, or lead upwards.
  if (fs::path(fitted).lexically_normal().generic_string() != fitted || fitted.ends_with('/')) {
    std::replace(fitted.begin(), fitted.end(), '/', '_');
  }
  if (fitted.starts_with('/') || fitted.starts_with('.')) fitted.insert(0, 1, '_');
  return fitted.substr(0, kLongestKey);
}

std::int64_t milliseconds_of(const std::string& time) {
  std::tm parts{};
  int milliseconds = 0;
  if (std::sscanf(time.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                  &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &milliseconds) != 7) {
    return 0;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return static_cast<std::int64_t>(::timegm(&parts)) * 1000 + milliseconds;
}

}  // namespace aisle
