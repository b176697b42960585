#include "aisle/insight/labels.h"

#include <algorithm>
#include <string_view>

namespace aisle {

const FeatureLabels& feature_labels() {
  static const FeatureLabels labels = {
      {"anos_de_loja", {"years open", UnitKind::kYears}},
      {"assortment_width", {"products sold", UnitKind::kAmount}},
      {"avg_inventory_depth", {"units on hand per product", UnitKind::kAmount}},
      {"avg_ticket_item", {"price of an item", UnitKind::kAmount}},
      {"current_cluster_label", {"label today", UnitKind::kShare}},
      {"days_active", {"days with sales", UnitKind::kAmount}},
      {"days_per_week", {"days open a week", UnitKind::kRatio}},
      {"december_lift", {"December lift", UnitKind::kRatio}},
      {"discount_share", {"discount", UnitKind::kShare}},
      {"growth", {"growth", UnitKind::kShare}},
      {"items_per_product", {"units per product sold", UnitKind::kAmount}},
      {"mix_*", {"share of", UnitKind::kShare}},
      {"month_spread", {"evenness over months", UnitKind::kRatio}},
      {"price_position", {"price position", UnitKind::kRatio}},
      {"rev_*", {"sales of", UnitKind::kAmount}},
      {"revenue_per_sqm", {"sales per m2", UnitKind::kAmount}},
      {"revenue_per_week", {"sales per week", UnitKind::kAmount}},
      {"size_m2", {"size", UnitKind::kAmount}},
      {"stock_turnover", {"stock turnover", UnitKind::kAmount}},
      {"storage_capacity_m2", {"storage", UnitKind::kAmount}},
      {"summer_lift", {"summer lift", UnitKind::kRatio}},
      {"total_items_sold", {"items sold", UnitKind::kAmount}},
      {"total_revenue", {"sales", UnitKind::kAmount}},
      {"unique_products_stocked", {"products stocked", UnitKind::kAmount}},
      {"volatility", {"swings from week to week", UnitKind::kRatio}},
      {"weekend_share", {"weekend share", UnitKind::kShare}},
      {"weeks_active", {"weeks with sales", UnitKind::kAmount}},
      {"weeks_open", {"weeks of history", UnitKind::kAmount}},
  };
  return labels;
}

FeatureLabel label_of(const FeatureLabels& labels, const std::string& column) {
  const auto spaced = [](std::string text) {
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
  };
  const auto own = labels.find(column);
  if (own != labels.end()) return own->second;
  for (const auto& [pattern, label] : labels) {
    if (!pattern.ends_with('*')) continue;
    const std::string_view prefix = std::string_view(pattern).substr(0, pattern.size() - 1);
    if (!std::string_view(column).starts_with(prefix)) continue;
    return {label.label + " " + spaced(column.substr(prefix.size())), label.unit};
  }
  return {spaced(column), UnitKind::kAmount};
}

}  // namespace aisle
