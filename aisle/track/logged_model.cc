#include "aisle/track/logged_model.h"

#include <nlohmann/json.hpp>

namespace aisle {

std::string logged_model_text(const std::string& mlflow_run, const std::string& model, const RunRecord& run) {
  std::string made_at = run.finished_at;  // "2024-12-31T09:30:00.123Z"
  if (made_at.ends_with('Z')) made_at.pop_back();
  if (const std::size_t middle = made_at.find('T'); middle != std::string::npos) made_at[middle] = ' ';
  const nlohmann::ordered_json document = {
      {"artifact_path", "model"},
      {"flavors",
       {{"python_function", {{"loader_module", "aisle.mlflow_model"}, {"data", kLoggedModelData}}},
        {"aisle", {{"data", kLoggedModelData}, {"version", AISLE_VERSION}, {"run", run.id}}}}},
      {"model_id", model},
      {"run_id", mlflow_run},
      {"utc_time_created", made_at}};
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace aisle
