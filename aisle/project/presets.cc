#include "aisle/project/presets.h"

#include <cstdint>

namespace aisle {
namespace {

using List = std::vector<std::string>;

OptionValue whole(std::int64_t number) {
  return number;
}
OptionValue text(const char* words) {
  return std::string(words);
}

// How a store trades. Everything passes through FAMD: correlated columns (the shares of a long mix above
// all) share axes instead of counting many times over. Lifts and growth are ratios and enter by their
// logarithm. The mix counts as eight columns however many categories it has, so that 5 and 60 categories
// weigh the same. Axes are compared by euclidean distance, which does not depend on how they are turned.
//
// Weight, axes and HDBSCAN's settings are those with the best mean adjusted Rand index against the planted
// archetypes of four synthetic chains of 96 to 976 stores (docs/decisions/trading-preset.md).
std::vector<PresetDefault> make_trading() {
  return {
      {"features.groups",
       List{"mix", "weekend", "season", "growth", "price", "discount", "assortment", "trading"}},
      {"model.context",
       List{"8 * clr(mix_*)", "weekend_share", "log1p(december_lift)", "log1p(summer_lift)", "log1p(growth)",
            "price_position", "discount_share", "log1p(items_per_product)", "log1p(assortment_width)",
            "log1p(revenue_per_sqm)", "log1p(size_m2)", "log1p(revenue_per_week)"}},
      {"model.behaviour", List{}},
      {"famd.n_components", whole(5)},
      {"hdbscan.min_cluster_size", whole(0)},
      {"hdbscan.min_samples", whole(1)},
      {"hdbscan.cluster_selection_epsilon", 0.0},
      {"hdbscan.metric", text("euclidean")},
      {"hdbscan.cluster_selection_method", text("leaf")},
  };
}

// What the Python platform that aisle replaces did; parity is held on it.
std::vector<PresetDefault> make_original() {
  return {
      {"features.groups", List{}},
      {"model.context", List{"regional", "placement", "anos_de_loja", "log1p(size_m2)"}},
      {"model.behaviour", List{"total_revenue", "avg_ticket_item", "revenue_per_sqm", "avg_inventory_depth",
                               "unique_products_stocked"}},
      {"famd.n_components", whole(5)},
      {"hdbscan.min_cluster_size", whole(5)},
      {"hdbscan.min_samples", whole(1)},
      {"hdbscan.cluster_selection_epsilon", 1.0},
      {"hdbscan.metric", text("manhattan")},
      {"hdbscan.cluster_selection_method", text("eom")},
  };
}

}  // namespace

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> names = {"trading", "original"};
  return names;
}

const std::vector<PresetDefault>& preset_defaults(std::string_view preset) {
  static const std::vector<PresetDefault> trading = make_trading();
  static const std::vector<PresetDefault> original = make_original();
  return preset == "original" ? original : trading;
}

}  // namespace aisle
