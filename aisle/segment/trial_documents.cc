#include "aisle/segment/trial_documents.h"

#include <fmt/format.h>

#include "aisle/segment/json_fields.h"

namespace aisle {
namespace {

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return quoted + "\"";
}

// Empty where the figure does not exist.
std::string csv_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "";
}

std::string counts_csv(const Trial& trial) {
  if (!trial.problem.empty()) return ",,,,";
  return fmt::format(",{},{},{},{}", trial.n_clusters, trial.n_noise, csv_number(trial.noise_share),
                     trial.smallest);
}

Json trial_to_json(const Trial& trial) {
  Json values = Json::object();
  for (const auto& [name, text] : trial.values) values[name] = text;
  const bool is_there = trial.problem.empty();
  const auto count = [&](std::int64_t value) { return is_there ? Json(value) : Json(nullptr); };
  return {{"trial", trial.number},
          {"values", values},
          {"settings", trial.settings},
          {"problem", text_or_null(trial.problem)},
          {"n_clusters", count(trial.n_clusters)},
          {"n_noise", count(trial.n_noise)},
          {"noise_share", is_there ? Json(trial.noise_share) : Json(nullptr)},
          {"smallest", count(trial.smallest)},
          {"dbcv", number_or_null(trial.dbcv)},
          {"silhouette", number_or_null(trial.silhouette)},
          {"stability", number_or_null(trial.stability)},
          {"on_front", trial.on_front}};
}

}  // namespace

std::string tuning_json(const Tuning& tuning, const std::vector<Trial>& trials) {
  Json searched = Json::array();
  if (!trials.empty()) {
    for (const auto& [name, text] : trials.front().values) searched.push_back(name);
  }
  Json list = Json::array();
  for (const Trial& trial : trials) list.push_back(trial_to_json(trial));
  const Json document = {{"kind", "aisle-tuning"},
                         {"format", kTuningFormat},
                         {"tuning", tuning.id},
                         {"started_at", tuning.started_at},
                         {"finished_at", tuning.finished_at},
                         {"n_stores", tuning.n_stores},
                         {"recommended", tuning.recommended > 0 ? Json(tuning.recommended) : Json(nullptr)},
                         {"reason", tuning.reason},
                         {"searched", searched},
                         {"trials", list}};
  return document.dump();
}

std::string trials_csv(const Tuning& tuning, const std::vector<Trial>& trials) {
  std::string text = "trial";
  if (!trials.empty()) {
    for (const auto& [name, value] : trials.front().values) text += "," + csv_text(name);
  }
  text += ",n_clusters,n_noise,noise_share,smallest,dbcv,silhouette,stability,on_front,recommended,problem\n";
  for (const Trial& trial : trials) {
    text += fmt::format("{}", trial.number);
    for (const auto& [name, value] : trial.values) text += "," + csv_text(value);
    text += counts_csv(trial);
    text += fmt::format(",{},{},{},{},{},{}\n", csv_number(trial.dbcv), csv_number(trial.silhouette),
                        csv_number(trial.stability), trial.on_front, trial.number == tuning.recommended,
                        csv_text(trial.problem));
  }
  return text;
}

}  // namespace aisle
