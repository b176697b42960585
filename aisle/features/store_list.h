// The store list: which stores there are, and what is known of each.
#pragma once

#include "aisle/engine/raw_tables.h"
#include "aisle/features/build_features.h"

namespace aisle {

// Makes the table `stores` (one row a store) and returns it sorted by the bytes of store_id, with the
// management's columns before the physical ones. Where both store tables are there a store must be in both;
// where there is none, the stores of the sales are the list. Throws DataError for a store that is twice in
// one table, and when no store is left.
Table make_store_list(Engine& engine, const RawTables& tables, FeatureResult& result);

}  // namespace aisle
