// Puts the store features on disk: store_features.parquet and, beside it, how they were made and the sales by
// month.
#pragma once

#include <string>

#include "aisle/engine/engine.h"
#include "aisle/features/build_features.h"
#include "aisle/project/project_paths.h"

namespace aisle {

inline constexpr int kFeaturesFormat = 1;

// store_features.json: windows and day of ages, groups made or left out and why, what was lost, the
// imputation's fit, the categories of the mix. The same features give the same bytes.
std::string features_json(const FeatureResult& result);

// Writes data/processed/store_features.parquet, store_features.json and store_months.parquet; all are written
// whole before the first takes its place. Throws EnvironmentError.
void write_features(Engine& engine, const FeatureResult& result, const ProjectPaths& paths);

}  // namespace aisle
