// Every feature by cluster, beside the chain and the nearest cluster: data/artifacts/insight/profiles.json
// (shape: docs/insight.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/insight/insight_data.h"
#include "aisle/insight/segments.h"
#include "aisle/insight/store_space.h"
#include "aisle/insight/traits.h"

namespace aisle {

inline constexpr int kProfilesFormat = 1;

// Of the finite values; NaN where there is none.
struct Distribution {
  std::int64_t n = 0;
  double mean = 0;
  double deviation = 0;  // population
  double min = 0;
  double q1 = 0;
  double median = 0;
  double q3 = 0;
  double max = 0;
};
// Means in the order given; quartiles by linear interpolation (numpy's default).
Distribution distribution_of(std::vector<double> values);
// The value below which `share` of the sorted values lie, by linear interpolation; NaN for none.
double quantile_of(const std::vector<double>& sorted, double share);

struct NumberProfile {
  std::string column;
  FeatureLabel label;
  bool active = false;
  Distribution chain;
  std::vector<Distribution> clusters;
  std::vector<double> effect;  // by cluster; NaN where nothing varies
  std::vector<double> v_test;
};

struct LevelProfile {
  std::string level;
  double chain = 0;
  std::vector<double> share;
  std::vector<double> effect;
  std::vector<double> v_test;
};

struct CategoryProfile {
  std::string column;
  FeatureLabel label;
  bool active = false;
  std::int64_t n_levels = 0;
  std::vector<LevelProfile> levels;  // most stores first
};

struct StoreAt {
  std::size_t row = 0;
  double distance = 0;
};

struct Profiles {
  std::string fit;
  std::vector<std::int64_t> cluster_ids;
  std::vector<std::int64_t> n_stores;
  std::vector<std::int32_t> nearest;
  std::vector<double> nearest_distance;
  std::vector<NumberProfile> numbers;
  std::vector<CategoryProfile> categories;
  std::vector<std::vector<Trait>> against_nearest;
  std::vector<std::vector<StoreAt>> typical;
  std::vector<std::vector<StoreAt>> atypical;
  std::vector<ClusterTraits> traits;  // against the chain, by cluster; segments.json has them
};

Profiles profile_clusters(const InsightData& data, const StoreSpace& space);
std::string profiles_json(const Profiles& profiles);

}  // namespace aisle
