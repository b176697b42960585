#include "aisle/insight/stores.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "aisle/cluster/nearest.h"
#include "aisle/insight/traits.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

constexpr std::size_t kAlike = 5;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<const char*, 12> kAskedFor = {
    "total_revenue",       "avg_ticket_item", "revenue_per_sqm", "avg_inventory_depth",
    "revenue_per_week",    "size_m2",         "anos_de_loja",    "unique_products_stocked",
    "storage_capacity_m2", "growth",          "latitude",        "longitude"};

bool is_wanted(const InsightData& data, const Column& column, FeatureKind kind) {
  if (data.is_active(column.name) || kind == FeatureKind::kCategory) return true;
  return std::any_of(kAskedFor.begin(), kAskedFor.end(),
                     [&](const char* name) { return column.name == name; });
}

// A category of the model may be a flag, which is no feature to compare by.
FeatureKind kind_of(const InsightData& data, const Column& column) {
  const FeatureKind kind = feature_kind(column);
  const bool flag = column.type == ColumnType::kBool && data.is_active(column.name);
  return flag ? FeatureKind::kCategory : kind;
}

StoreFeature number_feature(const Column& column) {
  StoreFeature feature;
  for (std::size_t row = 0; row < column.size(); ++row) feature.numbers.push_back(column.number_at(row));
  return feature;
}

StoreFeature category_feature(const Column& column) {
  Levels levels = levels_of(column);
  StoreFeature feature;
  feature.levels = std::move(levels.names);
  feature.codes = std::move(levels.codes);
  return feature;
}

std::vector<std::vector<std::size_t>> find_alike(const StoreSpace& space, const CancelFlag* cancel) {
  const std::size_t n_points = space.rows.size();
  std::vector<std::vector<std::size_t>> alike(n_points);
  const std::size_t n_listed = std::min(kAlike, n_points == 0 ? 0 : n_points - 1);
  if (n_listed == 0) return alike;
  const NearestRows nearest = nearest_among(space.points, space.metric, n_listed, cancel);
  for (std::size_t point = 0; point < n_points; ++point) {
    for (std::size_t at = 0; at < n_listed; ++at) {
      alike[point].push_back(space.rows[static_cast<std::size_t>(nearest.rows[point * n_listed + at])]);
    }
  }
  return alike;
}

}  // namespace

StoreExplanations explain_stores(const InsightData& data, const StoreSpace& space, const CancelFlag* cancel) {
  StoreExplanations result;
  result.next_best = next_best_clusters(data, space, cancel);
  std::vector<std::int32_t> own;
  for (const std::size_t row : space.rows) own.push_back(data.clusters.final_cluster[row]);
  result.pulls = store_pulls(data, space, own, result.next_best.cluster);
  result.margin.assign(space.rows.size(), kNone);
  for (std::size_t point = 0; point < own.size(); ++point) {
    const std::int32_t next = result.next_best.cluster[point];
    if (own[point] < 0 || next < 0) continue;
    const auto to = [&](std::int32_t cluster) {
      return std::sqrt(
          squared_euclidean(space.points.row(point), space.centres.row(static_cast<std::size_t>(cluster))));
    };
    const double sum = to(next) + to(own[point]);
    result.margin[point] = sum > 0 ? (to(next) - to(own[point])) / sum : 0;
  }
  result.alike = find_alike(space, cancel);
  return result;
}

std::vector<StoreFeature> store_features(const InsightData& data) {
  std::vector<StoreFeature> features;
  for (const Column& column : data.stores.columns()) {
    const FeatureKind kind = kind_of(data, column);
    if (kind == FeatureKind::kNone || !is_wanted(data, column, kind)) continue;
    StoreFeature feature = kind == FeatureKind::kNumber ? number_feature(column) : category_feature(column);
    feature.active = data.is_active(column.name);
    // A level of its own for nearly every store says nothing, unless the model reads it.
    if (kind == FeatureKind::kCategory && !feature.active &&
        (feature.levels.size() < 2 || feature.levels.size() > feature.codes.size() / 2)) {
      continue;
    }
    feature.column = column.name;
    feature.label = label_of(data.labels, column.name);
    features.push_back(std::move(feature));
  }
  return features;
}

std::map<std::string, std::vector<std::size_t>> store_flags(const Table& stores) {
  std::map<std::string, std::vector<std::size_t>> flags;
  const Column* imputed = stores.find("size_m2_imputed");
  const Column* reason = stores.find("fit_reason");
  for (std::size_t row = 0; row < stores.n_rows(); ++row) {
    if (imputed != nullptr && !imputed->null_at(row) && imputed->number_at(row) != 0) {
      flags["size imputed"].push_back(row);
    }
    if (reason != nullptr && !reason->null_at(row)) flags[reason->text_at(row)].push_back(row);
  }
  return flags;
}

}  // namespace aisle
