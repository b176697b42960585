// Store features: one row a store, made by the SQL in sql/ over the checked tables.
//
//   fact_sales, fact_inventory, dim_* (contract names, without the quarantined rows)
//     -> working tables (one scan of each fact a grouping) -> groups -> store_features
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/base/table.h"
#include "aisle/engine/raw_tables.h"
#include "aisle/features/feature_basis.h"
#include "aisle/features/size_imputation.h"

namespace aisle {

// What became of one group of features.
struct GroupOutcome {
  std::string group;
  bool made = false;
  std::string why;                   // why it was left out, or which of its columns were; empty: all made
  std::vector<std::string> columns;  // as they stand in the table
};

// Something that did not reach the features, counted.
struct LostCount {
  std::string what;  // e.g. "sale lines of products that dim_product does not have"
  std::int64_t n = 0;
};

struct FeatureResult {
  Table store_features;  // sorted by the bytes of store_id
  Table store_months;    // see store_months.h
  std::optional<SizeFit> size_fit;
  std::int64_t n_sizes_imputed = 0;
  std::string from;  // YYYY-MM-DD, the first and last day of sales that were used
  std::string until;
  std::string as_of;  // ages are measured on this day
  SummerMonths summer;
  FeatureOptions options;                   // as they were asked for
  std::vector<GroupOutcome> groups;         // in the catalogue's order, then the user's files
  std::vector<LostCount> lost;              // only what was lost, none with 0
  std::vector<std::string> notes;           // for people, a sentence each
  std::vector<std::string> mix_categories;  // the names behind mix_*, sorted
};

// Reads the views fact_sales, fact_inventory, dim_product, dim_store_physical and dim_store_management, of
// which `tables` says what is there. Progress and one warning for each loss, left-out group and note go to
// `sink` under the asset "store_features".
//
// Throws DataError when there is no sale or no store, a store or product is in its table twice, a user's
// query is not of the documented shape, and for negative quantities under features.returns = "refuse";
// InvalidInput for an unknown group or a day that is none; else as the engine does.
//
// With `basis` the stores' features are those that the training would have made of them: its window and day
// of ages, its summer, its line for sizes, its columns of the category mix.
FeatureResult build_features(Engine& engine, const RawTables& tables, const Options& options,
                             const ProjectPaths& paths, const EventSink& sink,
                             const FeatureBasis* basis = nullptr);

}  // namespace aisle
