// The sales of each store and month, for the documents that show how stores trade over time.
#pragma once

#include "aisle/base/table.h"
#include "aisle/engine/engine.h"

namespace aisle {

// One row a store of the list and month with a sale that has a day: store_id, month_number (year x 12 + month
// - 1), revenue_units (1e-4 money, exact); sorted by both. Reads the working tables sales_by_period and
// stores.
Table make_store_months(Engine& engine);

}  // namespace aisle
