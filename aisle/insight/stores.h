// Every store: its values, its cluster, how sure that is, why, and what else it could be:
// data/artifacts/insight/stores.json (shape: docs/insight.md).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/insight/insight_data.h"
#include "aisle/insight/next_best.h"
#include "aisle/insight/store_pulls.h"
#include "aisle/insight/store_space.h"

namespace aisle {

inline constexpr int kStoresFormat = 1;

// A feature's values by store: numbers (NaN: missing), or codes of `levels` (-1: missing).
struct StoreFeature {
  std::string column;
  FeatureLabel label;
  bool active = false;
  std::vector<double> numbers;
  std::vector<std::string> levels;
  std::vector<std::int32_t> codes;
};

struct StoreExplanations {
  NextBest next_best;                           // by point
  std::vector<StorePulls> pulls;                // by point
  std::vector<double> margin;                   // by point; NaN without a next-best
  std::vector<std::vector<std::size_t>> alike;  // by point: rows of the clustered table
};

StoreExplanations explain_stores(const InsightData& data, const StoreSpace& space,
                                 const CancelFlag* cancel = nullptr);

// The model's columns and the measures that people ask for first.
std::vector<StoreFeature> store_features(const InsightData& data);

// Flag -> rows, ascending.
std::map<std::string, std::vector<std::size_t>> store_flags(const Table& stores);

std::string stores_json(const InsightData& data, const StoreSpace& space,
                        const StoreExplanations& explanations);

}  // namespace aisle
