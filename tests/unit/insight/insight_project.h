// A trained project of planted groups, as the insight documents read it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "aisle/insight/insight_data.h"
#include "aisle/segment/train.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {

class InsightProject {
 public:
  explicit InsightProject(const Table& features, const std::string& preset = "original",
                          const std::vector<std::string>& overrides = {})
      : options(preset_options(preset, overrides)) {
    project_.put_features(features);
    train(*project_.engine, project_.paths, options, ignore_events);
    data = read_insight_data(*project_.engine, options, project_.paths);
  }

  const ProjectPaths& paths() const { return project_.paths; }
  Engine& engine() { return *project_.engine; }

 private:
  TemporaryProject project_;

 public:
  Options options;
  InsightData data;
};

inline nlohmann::json parsed(const std::string& text) {
  return nlohmann::json::parse(text);
}

}  // namespace aisle
