// Today's labels against the clusters: data/artifacts/insight/change.json (shape: docs/insight.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/insight/insight_data.h"

namespace aisle {

inline constexpr int kChangeFormat = 1;
inline constexpr const char* kLabelToday = "current_cluster_label";

struct Change {
  std::string fit;
  std::string absent;               // why there is nothing to compare; else ""
  std::vector<std::string> labels;  // most stores first, then by name
  std::vector<std::int64_t> cluster_ids;
  std::vector<std::vector<std::int64_t>> stores;  // by label, then by cluster
  std::vector<std::vector<double>> revenue;
  std::vector<std::int64_t> unassigned;  // by label: in no cluster
  std::vector<std::int32_t> match;       // by label: the cluster that continues it, -1 for none
  std::int64_t n_stay = 0;
  std::int64_t n_move = 0;
  double revenue_stay = 0;
  double revenue_move = 0;
  std::int64_t n_without_label = 0;
  double adjusted_rand_index = 0;  // NaN without a store to compare
};

Change compare_with_today(const InsightData& data);
std::string change_json(const Change& change);

}  // namespace aisle
