#include "aisle/features/store_list.h"

#include <fmt/format.h>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr const char* kManagement = "dim_store_management";
constexpr const char* kPhysical = "dim_store_physical";

void check_unique(Engine& engine, const char* table) {
  const Table twice = engine.query(fmt::format(
      "SELECT store_id, count(*) AS n FROM {} WHERE store_id IS NOT NULL GROUP BY store_id HAVING count(*) "
      "> 1 ORDER BY store_id LIMIT 1",
      table));
  if (twice.n_rows() == 0) return;
  throw DataError({.where = table,
                   .what = fmt::format("store {} is there {} times", twice.column("store_id").text_at(0),
                                       twice.column("n").text_at(0)),
                   .expected = "one row a store",
                   .remedy = "take the double rows out"});
}

void count_missing(Engine& engine, const char* in, const char* not_in, FeatureResult& result) {
  const std::int64_t n =
      engine
          .query(fmt::format("SELECT count(*) AS n FROM {} WHERE store_id IS NOT NULL AND store_id "
                             "NOT IN (SELECT store_id FROM {} WHERE store_id IS NOT NULL)",
                             in, not_in))
          .column("n")
          .ints[0];
  if (n > 0) result.lost.push_back({fmt::format("stores of {} that {} does not have", in, not_in), n});
}

// The store tables' columns side by side; a name that both have is the management's.
std::string joined_stores(const RawTables& tables) {
  std::string columns = "m.store_id";
  for (const std::string& column : tables.find(kManagement)->columns) {
    if (column != "store_id") columns += ", m." + sql_name(column);
  }
  for (const std::string& column : tables.find(kPhysical)->columns) {
    if (!tables.has(kManagement, column)) columns += ", p." + sql_name(column);
  }
  return fmt::format(
      "SELECT {} FROM dim_store_management m JOIN dim_store_physical p ON p.store_id = m.store_id", columns);
}

std::string stores_query(Engine& engine, const RawTables& tables, FeatureResult& result) {
  const bool management = tables.find(kManagement) != nullptr;
  const bool physical = tables.find(kPhysical) != nullptr;
  if (management) check_unique(engine, kManagement);
  if (physical) check_unique(engine, kPhysical);
  if (management && physical) {
    count_missing(engine, kManagement, kPhysical, result);
    count_missing(engine, kPhysical, kManagement, result);
    return joined_stores(tables);
  }
  if (management || physical) {
    return fmt::format("SELECT * FROM {} WHERE store_id IS NOT NULL", management ? kManagement : kPhysical);
  }
  result.notes.push_back("There is no store table: the stores are those of the sales.");
  return "SELECT DISTINCT store_id FROM sales_by_product WHERE store_id IS NOT NULL";
}

}  // namespace

Table make_store_list(Engine& engine, const RawTables& tables, FeatureResult& result) {
  engine.make_table("stores", stores_query(engine, tables, result));
  Table stores = engine.query("SELECT * FROM stores ORDER BY store_id");
  if (stores.n_rows() > 0) return stores;
  throw DataError({.where = "stores",
                   .what = "no store is left",
                   .expected = "at least one store that is in every store table",
                   .remedy = "look at the store tables' ids"});
}

}  // namespace aisle
