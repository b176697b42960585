#include "aisle/features/store_months.h"

namespace aisle {

Table make_store_months(Engine& engine) {
  return engine.query(
      "SELECT CAST(store_id AS VARCHAR) AS store_id, CAST(month_number AS BIGINT) AS month_number, "
      "CAST(coalesce(sum(revenue_units), 0) AS BIGINT) AS revenue_units FROM sales_by_period WHERE "
      "month_number IS NOT NULL AND store_id IN (SELECT store_id FROM stores) GROUP BY store_id, "
      "month_number "
      "ORDER BY store_id, month_number");
}

}  // namespace aisle
