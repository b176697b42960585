// What is planted is what SQL finds: a dirty retailer beside its clean twin, each kind counted.
#include <nlohmann/json.hpp>

#include "aisle/project/staged_output.h"
#include "retailer_fixture.h"

namespace aisle {
namespace {

class DirtyRetailer : public RetailerTest {
 protected:
  DirtyRetailer() {
    make("c", {.n_stores = 200, .n_years = 2});
    make("d", {.n_stores = 200, .n_years = 2, .dirt = Dirt::kPlanted});
    const auto text = read_file(raw("d").parent_path() / "truth" / "dirt.json");
    const nlohmann::json document = nlohmann::json::parse(text);
    for (const auto& entry : document["planted"]) planted_[entry["kind"]] = entry;
  }

  std::int64_t planted(const std::string& kind) const { return planted_.at(kind)["count"]; }
  std::string key(const std::string& kind) const { return planted_.at(kind)["keys"].at(0); }
  void expect_found(const std::string& kind, const std::string& from) {
    ASSERT_TRUE(planted_.contains(kind)) << kind;
    EXPECT_EQ(count(from), planted(kind)) << kind;
  }

  std::map<std::string, nlohmann::json> planted_;
};

// Rows of the table that are there more often than in the clean one.
std::string surplus(const std::string& table, const std::string& columns, const std::string& where) {
  const std::string grouped = "SELECT " + columns + ", count(*) AS n FROM ";
  return "(SELECT unnest(range(d.n - c.n)) FROM (" + grouped + "d_" + table + " WHERE " + where +
         " GROUP BY ALL) d JOIN (" + grouped + "c_" + table + " GROUP BY ALL) c USING (" + columns +
         ") WHERE d.n > c.n)";
}

TEST_F(DirtyRetailer, SalesHoldWhatTheListSays) {
  const std::string columns = "date, store_id, product_id, qty, unit_price_at_sale, profit_at_sale";
  expect_found("return", "d_sales WHERE qty < 0 AND sign(profit_at_sale) <= 0");
  expect_found("duplicate_sale", surplus("sales", columns, "true"));
  expect_found("unknown_product", "d_sales WHERE product_id NOT IN (SELECT product_id FROM c_product)");
  expect_found("unknown_store", "d_sales WHERE store_id NOT IN (SELECT store_id FROM c_management)");
  expect_found("null_product", "d_sales WHERE product_id IS NULL");
  expect_found("null_store", "d_sales WHERE store_id IS NULL");
  expect_found("null_price", "d_sales WHERE unit_price_at_sale IS NULL");
  expect_found("nan_price", "d_sales WHERE isnan(unit_price_at_sale)");
  expect_found("price_times_hundred",
               "d_sales WHERE unit_price_at_sale > 250 AND NOT isnan(unit_price_at_sale)");
  expect_found("future_date", "d_sales WHERE date > DATE '2024-12-31'");

  const std::string missing = sql_literal(key("missing_day"));
  EXPECT_EQ(count("d_sales WHERE date = " + missing), 0);
  expect_found("missing_day", "c_sales WHERE date = " + missing);

  const std::string half = "date = " + sql_literal(key("half_loaded_day"));
  const std::int64_t loaded = count("d_sales WHERE " + half) - count(surplus("sales", columns, half));
  const std::int64_t all = count("c_sales WHERE " + half);
  EXPECT_EQ(all - loaded, planted("half_loaded_day"));
  EXPECT_NEAR(static_cast<double>(loaded) / static_cast<double>(all), 0.5, 0.2);

  // Nothing else changed.
  const std::int64_t altered = planted("return") + planted("unknown_product") + planted("unknown_store") +
                               planted("null_product") + planted("null_store") + planted("null_price") +
                               planted("nan_price") + planted("price_times_hundred");
  EXPECT_EQ(count("(SELECT * FROM d_sales EXCEPT ALL SELECT * FROM c_sales)"),
            altered + planted("duplicate_sale") + planted("future_date"));
  EXPECT_EQ(count("(SELECT * FROM c_sales EXCEPT ALL SELECT * FROM d_sales)"),
            altered + planted("missing_day") + planted("half_loaded_day"));
}

TEST_F(DirtyRetailer, InventoryHoldsWhatTheListSays) {
  expect_found("duplicate_stock",
               surplus("inventory", "snapshot_date, store_id, product_id, qty_on_hand", "true"));
  expect_found("negative_stock", "d_inventory WHERE qty_on_hand < 0");
  expect_found("unknown_stock_product",
               "d_inventory WHERE product_id NOT IN (SELECT product_id FROM c_product)");
  EXPECT_EQ(count("(SELECT * FROM c_inventory EXCEPT ALL SELECT * FROM d_inventory)"),
            planted("negative_stock") + planted("unknown_stock_product"));
}

TEST_F(DirtyRetailer, StoresAndProductsHoldWhatTheListSays) {
  expect_found("null_opening_date", "d_management WHERE opening_date IS NULL");
  expect_found("opening_date_too_late",
               "d_management d JOIN c_management c USING (store_id) WHERE d.opening_date > c.opening_date");
  EXPECT_GT(count("d_sales JOIN d_management USING (store_id) WHERE date < opening_date"), 0);
  expect_found("size_zero", "d_physical WHERE size_m2 = 0");
  expect_found("size_negative", "d_physical WHERE size_m2 < 0");
  expect_found("size_absurd", "d_physical WHERE size_m2 > 10000");
  expect_found("placement_spelling",
               "d_physical d JOIN c_physical c USING (store_id) WHERE d.placement <> c.placement AND "
               "lower(trim(d.placement)) = lower(c.placement)");
  expect_found("not_in_management", "c_management ANTI JOIN d_management USING (store_id)");
  expect_found("not_in_physical", "c_physical ANTI JOIN d_physical USING (store_id)");
  expect_found("store_twice",
               "(SELECT 1 FROM d_management GROUP BY store_id HAVING count(*) = 2 AND "
               "count(DISTINCT current_cluster_label) = 2)");
  expect_found("category_spelling",
               "d_product d JOIN c_product c USING (product_id) WHERE d.category <> c.category AND "
               "d.category LIKE ' %'");
  expect_found("null_category", "d_product WHERE category IS NULL");
  expect_found("product_twice",
               "(SELECT 1 FROM d_product GROUP BY product_id HAVING count(*) = 2 AND "
               "count(DISTINCT base_price) = 2)");
  EXPECT_EQ(count("d_management WHERE store_id = " + sql_literal(key("null_opening_date")) +
                  " AND opening_date IS NULL"),
            1);
}

TEST_F(DirtyRetailer, ListsEveryKindOnce) {
  EXPECT_EQ(planted_.size(), 27u);
  for (const auto& [kind, entry] : planted_) {
    EXPECT_GT(entry["count"], 0) << kind;
    EXPECT_GE(entry["keys"].size(), 1u) << kind;
    EXPECT_LE(entry["keys"].size(), 100u) << kind;
    EXPECT_FALSE(entry["what"].get<std::string>().empty());
  }
}

TEST_F(RetailerTest, ATinyRetailerTakesTheDirtItHasRoomFor) {
  make("a", {.n_stores = 2, .n_products = 5, .n_years = 1, .dirt = Dirt::kPlanted});
  EXPECT_TRUE(std::filesystem::exists(raw("a").parent_path() / "truth" / "dirt.json"));
  EXPECT_GE(count("a_management"), 1);
}

}  // namespace
}  // namespace aisle
