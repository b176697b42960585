// Runs one query of features and brings its rows into the order of the store list.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aisle/engine/engine.h"
#include "aisle/features/feature_catalogue.h"

namespace aisle {

// Row of each store in the sorted store list.
using StoreRows = std::unordered_map<std::string, std::size_t>;

struct QueryOutcome {
  std::vector<Column> columns;       // one value a store
  std::vector<std::string> names;    // long shape: the names, sorted
  std::vector<std::string> without;  // columns that no store has a value for; not among `columns`
  std::size_t n_unknown = 0;         // rows of stores that are not in the list
};

// Runs the group's query. A wide query returns store_id and its columns; a long one (store_id, name, value)
// and becomes a column a name, sorted. Throws DataError naming the group's file for SQL that fails, a result
// without store_id, without another column, with a null or repeated store_id, and for more than 500 names.
QueryOutcome run_feature_query(Engine& engine, const FeatureGroup& group, const StoreRows& stores,
                               std::size_t n_stores);

}  // namespace aisle
