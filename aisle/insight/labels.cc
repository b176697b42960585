#include "aisle/insight/labels.h"

#include <algorithm>
#include <string_view>

namespace aisle {

const char* unit_name(UnitKind unit) {
  switch (unit) {
    case UnitKind::kAmount:
      return "amount";
    case UnitKind::kShare:
      return "share";
    case UnitKind::kRatio:
      return "ratio";
    case UnitKind::kYears:
      return "years";
  }
  return "amount";
}

const FeatureLabels& feature_labels() {
  static const FeatureLabels labels = {
      {"anos_de_loja", {"years open", UnitKind::kYears, "long open", "recently opened"}},
      {"assortment_width", {"products sold", UnitKind::kAmount, "wide range", "narrow range"}},
      {"avg_inventory_depth", {"units on hand per product", UnitKind::kAmount}},
      {"avg_ticket_item", {"price of an item", UnitKind::kAmount, "expensive items", "cheap items"}},
      {"current_cluster_label", {"label today", UnitKind::kShare}},
      {"days_active", {"days with sales", UnitKind::kAmount}},
      {"days_per_week", {"days open a week", UnitKind::kRatio}},
      {"december_lift", {"December lift", UnitKind::kRatio, "strong December", "weak December"}},
      {"discount_share", {"discount", UnitKind::kShare}},
      {"growth", {"growth", UnitKind::kShare, "growing faster", "growing slower"}},
      {"items_per_product", {"units per product sold", UnitKind::kAmount}},
      {"mix_*", {"share of", UnitKind::kShare, "strong in", "weak in"}},
      {"month_spread",
       {"evenness over months", UnitKind::kRatio, "even over the year", "uneven over the year"}},
      {"price_position",
       {"price position", UnitKind::kRatio, "expensive within categories", "cheap within categories"}},
      {"rev_*", {"sales of", UnitKind::kAmount}},
      {"revenue_per_sqm", {"sales per m2", UnitKind::kAmount}},
      {"revenue_per_week", {"sales per week", UnitKind::kAmount}},
      {"size_m2", {"size", UnitKind::kAmount, "large", "small"}},
      {"stock_turnover", {"stock turnover", UnitKind::kAmount}},
      {"storage_capacity_m2", {"storage", UnitKind::kAmount, "large storage", "small storage"}},
      {"summer_lift", {"summer lift", UnitKind::kRatio, "strong summer", "weak summer"}},
      {"total_items_sold", {"items sold", UnitKind::kAmount}},
      {"total_revenue", {"sales", UnitKind::kAmount}},
      {"unique_products_stocked", {"products stocked", UnitKind::kAmount}},
      {"volatility", {"swings from week to week", UnitKind::kRatio, "uneven weeks", "steady weeks"}},
      {"weekend_share", {"weekend share", UnitKind::kShare, "weekend shops", "weekday shops"}},
      {"weeks_active", {"weeks with sales", UnitKind::kAmount}},
      {"weeks_open", {"weeks of history", UnitKind::kAmount, "long history", "short history"}},
  };
  return labels;
}

FeatureLabel label_of(const FeatureLabels& labels, const std::string& column) {
  const auto spaced = [](std::string text) {
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
  };
  FeatureLabel result{.label = spaced(column)};
  if (const auto own = labels.find(column); own != labels.end()) {
    result = own->second;
  } else {
    for (const auto& [pattern, label] : labels) {
      if (!pattern.ends_with('*')) continue;
      const std::string_view prefix = std::string_view(pattern).substr(0, pattern.size() - 1);
      if (!std::string_view(column).starts_with(prefix)) continue;
      const std::string rest = " " + spaced(column.substr(prefix.size()));
      result = label;
      for (std::string* words : {&result.label, &result.high, &result.low}) {
        if (!words->empty()) *words += rest;
      }
      break;
    }
  }
  if (result.high.empty()) result.high = "high " + result.label;
  if (result.low.empty()) result.low = "low " + result.label;
  return result;
}

}  // namespace aisle
