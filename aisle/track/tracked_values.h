// A run of the run store in MLflow's terms: parameters, metrics and tags that fit MLflow's limits. MLflow
// cuts longer values in silence; here they are cut with a mark, and said.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "aisle/track/mlflow_client.h"
#include "aisle/track/run_store.h"

namespace aisle {

inline constexpr std::size_t kLongestParam = 6000;
inline constexpr std::size_t kLongestTag = 8000;
inline constexpr std::size_t kLongestKey = 250;

// The tag that says which run of aisle a run of MLflow is.
inline constexpr const char* kRunTag = "aisle.run";

struct TrackedValues {
  std::vector<KeyValue> params;            // the options, as the run store has them
  std::vector<MetricPoint> metrics;        // of data and stages: "ASSET/NAME", "seconds/ASSET"
  std::vector<MetricPoint> model_metrics;  // of the model, by their own names: "dbcv_score"
  std::vector<KeyValue> tags;
  std::vector<std::string> cut;  // keys whose name or value did not fit
};

// `files` has metrics.json and insight/segments.json where the run made them; the run's verdict and its
// segments in words come from these.
TrackedValues tracked_values(const RunRecord& run, const RunStore& store, const std::filesystem::path& files);

// `text` cut to `most` bytes, whole letters, with its length said at the end; as it is where it fits.
std::string cut_text(const std::string& text, std::size_t most);

// Letters that MLflow takes in a key: others become '_'; cut to kLongestKey.
std::string fitting_key(const std::string& key);

// Milliseconds since 1970 of the run store's times; 0 for "".
std::int64_t milliseconds_of(const std::string& time);

}  // namespace aisle
