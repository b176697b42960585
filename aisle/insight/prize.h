// The size of the prize: what stores would take at their cluster's median and upper quartile of sales per m2
// (per week where there are no sizes): data/artifacts/insight/prize.json (shape: docs/insight.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/insight/insight_data.h"

namespace aisle {

inline constexpr int kPrizeFormat = 1;

// One aim for all clusters: the rate to reach, and the money that stores below it would take more.
struct PrizeAim {
  std::vector<double> rate;            // by cluster; NaN for one without a store that has the measure
  std::vector<std::int64_t> n_below;   // by cluster
  std::vector<double> cluster_amount;  // by cluster, money
  std::vector<double> store_amount;    // by store; 0 at or above, NaN without measure or cluster
  double total = 0;
};

struct Prize {
  std::string fit;
  std::string absent;   // why there is no prize; else ""
  std::string measure;  // revenue_per_sqm or revenue_per_week
  std::string label;
  std::vector<std::int64_t> cluster_ids;
  PrizeAim median;
  PrizeAim upper_quartile;
};

Prize size_the_prize(const InsightData& data);
// `from` and `until`: the days that revenue is counted over, "" where not known.
std::string prize_json(const Prize& prize, const std::string& from, const std::string& until);

}  // namespace aisle
