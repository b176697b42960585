// What the clusters were made by: data/artifacts/insight/drivers.json (shape: docs/insight.md).
//
// A group is one entry of model.context or model.behaviour, with all the columns that it stands for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/insight/insight_data.h"

namespace aisle {

inline constexpr int kDriversFormat = 1;
// Beyond this many stores no fit without a group is made: each costs as much as the training.
inline constexpr std::size_t kMostStoresRefitted = 5000;

// A fit without one group, beside the one with all.
struct Refit {
  std::int32_t n_clusters = 0;
  std::int64_t n_noise = 0;
  double adjusted_rand_index = 0;
};

struct Driver {
  std::string entry;  // as the option says it
  std::string label;
  std::vector<std::string> columns;
  std::string role;  // "context" or "behaviour"
  double share = 0;  // of the mean distance between two stores
  std::optional<Refit> without;
};

struct Drivers {
  std::string fit;
  Metric metric = Metric::kEuclidean;
  std::size_t n_stores = 0;
  std::vector<Driver> groups;  // largest share first
};

// Mean over all pairs of rows of |x - y|, or of (x - y)^2 for the euclidean metric; 0 for fewer than two.
double mean_pair_distance(std::vector<double> values, Metric metric);

Drivers find_drivers(const InsightData& data, const CancelFlag* cancel = nullptr);
std::string drivers_json(const Drivers& drivers);

}  // namespace aisle
