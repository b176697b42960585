// The tables that the features' queries read, made from the checked tables: what counts as a sale, summed
// once by product and once by day, and the window of time.
#pragma once

#include <cstdint>

#include "aisle/engine/raw_tables.h"
#include "aisle/features/build_features.h"

namespace aisle {

// Makes products, sale_lines and the sums of sales, and counts in `result` what does not reach them. Throws
// DataError where no sale is left, a product is twice in dim_product, and for negative quantities under the
// policy "refuse". With a basis the sales are those of its window and mix_names are its categories.
void make_sums(Engine& engine, const RawTables& tables, const FeatureOptions& options,
               const FeatureBasis* basis, FeatureResult& result);

// Makes stock_lines and stock_by_product, for the stores of `stores`, where there is an inventory.
void make_stock(Engine& engine, const RawTables& tables, const FeatureOptions& options,
                FeatureResult& result);

// Makes feature_window and calendar from sales_by_period and `stores`, or from the basis, and fills in the
// result's days and summer.
void make_window(Engine& engine, const RawTables& tables, const Options& options, const FeatureBasis* basis,
                 FeatureResult& result);

// Counts in `result` the sales of stores that `stores` does not have.
void count_unknown_stores(Engine& engine, FeatureResult& result);

}  // namespace aisle
