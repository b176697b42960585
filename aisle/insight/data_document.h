// What the result rests on: checks, missing values, freshness, options, versions:
// data/artifacts/insight/data.json (shape: docs/insight.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "aisle/insight/insight_data.h"

namespace aisle {

inline constexpr int kDataFormat = 1;

// How the store features were made (store_features.json), as far as documents need it.
struct FeatureOrigin {
  std::string document;  // the whole text, "" where there is none
  std::string from;      // YYYY-MM-DD, "" where not known
  std::string until;
};

// Throws DataError naming the file for one that is not whole JSON.
FeatureOrigin read_feature_origin(const ProjectPaths& paths);

// `checks` is the text of data/validation/checks.json, "" where there is none. Throws DataError naming the
// file for text that is not whole JSON.
std::string data_json(const InsightData& data, const FeatureOrigin& origin, const std::string& checks);

}  // namespace aisle
