#include "aisle/features/working_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "aisle/base/errors.h"
#include "aisle/features/feature_catalogue.h"

namespace aisle {
namespace {

constexpr const char* kSales = "fact_sales";
constexpr const char* kInventory = "fact_inventory";
constexpr const char* kProducts = "dim_product";

void add_lost(FeatureResult& result, const std::string& what, std::int64_t n) {
  if (n > 0) result.lost.push_back({what, n});
}

// Money in whole units of 1e-4: sums of them are exact in any order.
std::string units(const Engine& engine, const std::string& column) {
  return whole_units(column, "1e4", engine.dialect());
}

// A day of the options as SQL; its text has been checked to be one.
std::string day_literal(const std::string& day) {
  return "DATE " + sql_literal(day);
}

std::string day_bounds(const FeatureOptions& options, const std::string& column) {
  std::string bounds;
  if (!options.from.empty()) bounds += " AND " + column + " >= " + day_literal(options.from);
  if (!options.until.empty()) bounds += " AND " + column + " <= " + day_literal(options.until);
  return bounds;
}

void check_days(const FeatureOptions& options) {
  const bool both = !options.from.empty() && !options.until.empty();
  if (!options.as_of.empty()) parse_date(options.as_of, "features.as_of");
  if (!options.from.empty()) parse_date(options.from, "features.from");
  if (!options.until.empty()) parse_date(options.until, "features.until");
  if (!both || options.from <= options.until) return;
  throw InvalidInput({.where = "features.from",
                      .what = fmt::format("{} is after features.until ({})", options.from, options.until),
                      .expected = "a window with a day in it",
                      .remedy = ""});
}

std::string negative_line(const RawTables& tables) {
  return tables.has(kSales, "qty") ? "qty < 0" : "sale_amount < 0";
}

void make_sale_lines(Engine& engine, const RawTables& tables, const FeatureOptions& options,
                     const std::string& known_products) {
  const auto column = [&](const char* name, const char* type) {
    return tables.has(kSales, name) ? std::string(name) : fmt::format("CAST(NULL AS {})", type);
  };
  const std::string price =
      tables.has(kSales, "unit_price_at_sale") ? units(engine, "unit_price_at_sale") : "CAST(NULL AS BIGINT)";
  const std::string revenue =
      tables.has(kSales, "sale_amount") ? units(engine, "sale_amount") : "qty * " + price;
  std::string where = "true" + day_bounds(options, "date") + known_products;
  if (options.returns == ReturnsPolicy::kDrop)
    where += fmt::format(" AND coalesce(NOT ({}), true)", negative_line(tables));
  engine.make_view(
      "sale_lines",
      fmt::format("SELECT store_id, {} AS product_id, date, {} AS qty, {} AS price_units, {} AS "
                  "revenue_units FROM fact_sales WHERE {}",
                  column("product_id", "VARCHAR"), column("qty", "BIGINT"), price, revenue, where));
}

// Runs sql/base/NAME.sql into a table of that name.
void make_base_table(Engine& engine, const std::string& name) {
  for (const WorkingTable& table : working_table_catalogue()) {
    if (table.name != name) continue;
    try {
      return engine.make_table(name, table.sql);
    } catch (const DataError& error) {
      if (error.parts().where.empty()) throw;
      throw DataError({.where = table.file + ": " + error.parts().where,
                       .what = error.parts().what,
                       .expected = "",
                       .remedy = ""});
    }
  }
  throw InternalError(
      {.where = "features", .what = "there is no sql/base file for " + name, .expected = "", .remedy = ""});
}

void check_returns(Engine& engine, const RawTables& tables, const FeatureOptions& options,
                   FeatureResult& result) {
  if (options.returns == ReturnsPolicy::kNet) return;
  const std::string where = negative_line(tables) + day_bounds(options, "date");
  const std::int64_t n =
      engine.query("SELECT count(*) AS n FROM fact_sales WHERE " + where).column("n").ints[0];
  if (n == 0) return;
  if (options.returns == ReturnsPolicy::kDrop)
    return add_lost(result, "sale lines with a negative quantity (features.returns is drop)", n);
  const Table first = engine.query(fmt::format(
      "SELECT store_id, date, {} AS value FROM fact_sales WHERE {} ORDER BY date, store_id, value LIMIT 1",
      tables.has(kSales, "qty") ? "qty" : "sale_amount", where));
  throw DataError({.where = kSales,
                   .what = fmt::format("{} sale lines are negative, the first {} of store {} on {}", n,
                                       first.column("value").text_at(0), first.column("store_id").text_at(0),
                                       first.column("date").text_at(0)),
                   .expected = "no returns, as features.returns is refuse",
                   .remedy = "take them out, or set features.returns to net or drop"});
}

void count_outside_window(Engine& engine, const FeatureOptions& options, FeatureResult& result) {
  const auto count = [&](const std::string& condition) {
    return engine.query("SELECT count(*) AS n FROM fact_sales WHERE " + condition).column("n").ints[0];
  };
  if (!options.from.empty()) {
    add_lost(result, fmt::format("sale lines before features.from ({})", options.from),
             count("date < " + day_literal(options.from)));
  }
  if (!options.until.empty()) {
    add_lost(result, fmt::format("sale lines after features.until ({})", options.until),
             count("date > " + day_literal(options.until)));
  }
}

void make_products(Engine& engine, const RawTables& tables, const FeatureOptions& options) {
  const std::string mix = sql_name(options.mix_column);
  const std::string query = fmt::format(
      "SELECT product_id, {} AS category, {} AS mix, {} AS base_price_units FROM dim_product WHERE "
      "product_id IS NOT NULL",
      tables.has(kProducts, "category") ? "category" : "CAST(NULL AS VARCHAR)",
      tables.has(kProducts, options.mix_column) ? "CAST(" + mix + " AS VARCHAR)" : "CAST(NULL AS VARCHAR)",
      tables.has(kProducts, "base_price") ? units(engine, "base_price") : "CAST(NULL AS BIGINT)");
  engine.make_table("products", query);
  const Table twice = engine.query(
      "SELECT product_id, count(*) AS n FROM products GROUP BY product_id HAVING count(*) > 1 ORDER BY "
      "product_id LIMIT 1");
  if (twice.n_rows() == 0) return;
  throw DataError({.where = kProducts,
                   .what = fmt::format("product {} is there {} times", twice.column("product_id").text_at(0),
                                       twice.column("n").text_at(0)),
                   .expected = "one row a product",
                   .remedy = "take the double rows out"});
}

// The first sale whose price or amount does not fit, as "unit_price_at_sale is 1e+30 (store S1, 2024-01-31)";
// where only a product of quantity and price does not, no column alone is at fault.
std::string too_large(Engine& engine, const RawTables& tables) {
  for (const std::string column : {"sale_amount", "unit_price_at_sale"}) {
    if (!tables.has(kSales, column)) continue;
    const Table first = engine.query(
        fmt::format("SELECT {0} AS value, store_id, date FROM fact_sales WHERE NOT (abs({0}) < 9e14) "
                    "ORDER BY date, store_id, {0} LIMIT 1",
                    column));
    if (first.n_rows() == 0) continue;
    return fmt::format("{} is {} (store {}, {})", column, first.column("value").text_at(0),
                       first.column("store_id").text_at(0), first.column("date").text_at(0));
  }
  return "a quantity times its price is too large to count";
}

void make_sales_by_product(Engine& engine, const RawTables& tables) {
  try {
    make_base_table(engine, "sales_by_product");
  } catch (const DataError& error) {
    if (error.parts().what.find(kTooLargeForUnits) == std::string::npos) throw;
    throw DataError({.where = kSales,
                     .what = too_large(engine, tables),
                     .expected = "amounts under 1e14",
                     .remedy = "mend the rows, or leave them out by scope.sales"});
  }
}

// Sales of products that dim_product does not have are no sales of these products' features; as in the
// original they do not count, but here they are said. The usual case, none, costs no look at the facts.
void drop_unknown_products(Engine& engine, const RawTables& tables, const FeatureOptions& options,
                           FeatureResult& result) {
  if (tables.find(kProducts) == nullptr || !tables.has(kSales, "product_id")) return;
  const char* unknown = "product_id IS NULL OR product_id NOT IN (SELECT product_id FROM products)";
  const Table lost = engine.query(fmt::format(
      "SELECT CAST(coalesce(sum(n_lines), 0) AS BIGINT) AS n FROM sales_by_product WHERE {}", unknown));
  if (lost.column("n").ints[0] == 0) return;
  add_lost(result, "sale lines of products that dim_product does not have", lost.column("n").ints[0]);
  make_sale_lines(engine, tables, options, " AND product_id IN (SELECT product_id FROM products)");
  make_sales_by_product(engine, tables);
}

// Numbers 1, 2, ... for the keys of `relation`.
void make_codes(Engine& engine, const std::string& name, const std::string& key, const std::string& code,
                const std::string& relation) {
  engine.make_table(name, fmt::format("SELECT {0}, CAST(row_number() OVER (ORDER BY {0}) AS INTEGER) AS {1} "
                                      "FROM {2}",
                                      key, code, relation));
}

std::int64_t n_stock_lines_left_out(Engine& engine) {
  return engine
      .query(
          "SELECT (SELECT count(*) FROM stock_lines) - (SELECT CAST(coalesce(sum(n_lines), 0) AS BIGINT) "
          "FROM "
          "stock_by_product) AS n")
      .column("n")
      .ints[0];
}

constexpr SummerMonths kNorthernSummer = {6, 8};
// December is kept apart: its lift is Christmas, wherever the shop stands.
constexpr SummerMonths kSouthernSummer = {1, 2};

constexpr std::array<std::string_view, 18> kSouthernCountries = {"AO", "AR", "AU", "BO", "BR", "BW",
                                                                 "CL", "LS", "MG", "MZ", "NA", "NZ",
                                                                 "PE", "PY", "SZ", "UY", "ZA", "ZW"};

bool is_southern(Engine& engine, const RawTables& tables, const std::string& locale) {
  if (tables.has("dim_store_physical", "latitude") || tables.has("dim_store_management", "latitude")) {
    const Table sides = engine.query(
        "SELECT count(CASE WHEN latitude < 0 THEN 1 END) AS south, count(CASE WHEN latitude >= 0 THEN 1 END) "
        "AS north "
        "FROM stores");
    return sides.column("south").ints[0] > sides.column("north").ints[0];
  }
  const std::string country = locale.size() >= 5 ? locale.substr(3, 2) : "";
  return std::find(kSouthernCountries.begin(), kSouthernCountries.end(), country) != kSouthernCountries.end();
}

// Days of December and of summer from the window's first day up to each day, that day counted. It begins
// with the day before, where both are 0.
Table calendar(std::int64_t from, std::int64_t until, const SummerMonths& summer) {
  Column dates;
  dates.name = "date";
  dates.type = ColumnType::kDate;
  std::vector<std::int64_t> december = {0};
  std::vector<std::int64_t> in_summer = {0};
  dates.ints = {from - 1};
  for (std::int64_t date = from; date <= until; ++date) {
    int year = 0;
    int month = 0;
    int day = 0;
    civil_from_days(date, year, month, day);
    dates.ints.push_back(date);
    december.push_back(december.back() + (month == 12 ? 1 : 0));
    in_summer.push_back(in_summer.back() + (month >= summer.first && month <= summer.last ? 1 : 0));
  }
  Table table;
  table.add(std::move(dates));
  table.add(int_column("december_days", std::move(december)));
  table.add(int_column("summer_days", std::move(in_summer)));
  return table;
}

int days_in_month(int year, int month) {
  const int next_year = month == 12 ? year + 1 : year;
  const int next_month = month == 12 ? 1 : month + 1;
  return static_cast<int>(days_from_civil(next_year, next_month, 1) - days_from_civil(year, month, 1));
}

// A month that lacks less than its last week is whole: shops close on Sundays and on New Year's Eve.
std::int64_t last_whole_month(std::int64_t until) {
  int year = 0;
  int month = 0;
  int day = 0;
  civil_from_days(until, year, month, day);
  const std::int64_t number = year * 12 + month - 1;
  return day > days_in_month(year, month) - 7 ? number : number - 1;
}

// A week that ends on its Saturday or Sunday is whole. Weeks are counted from Monday 1969-12-29.
std::int64_t last_whole_week(std::int64_t until) {
  const std::int64_t since_monday = until + 3;
  return since_monday % 7 >= 5 ? since_monday / 7 : since_monday / 7 - 1;
}

void make_mix_names(Engine& engine, const FeatureBasis* basis) {
  if (basis == nullptr) return make_base_table(engine, "mix_names");
  Table names;
  names.add(text_column("name", basis->mix_categories));
  engine.put_table("mix_names", names);
}

void check_any_sale(Engine& engine, const FeatureBasis& basis) {
  if (engine.query("SELECT count(*) AS n FROM sales_by_period").column("n").ints[0] > 0) return;
  throw DataError({.where = kSales,
                   .what = fmt::format("no sale lies between {} and {}", basis.from, basis.until),
                   .expected = "sales in the window of the training",
                   .remedy = "run `aisle run` to train on later sales"});
}

// The days of the sales that are left, and the day on which ages are measured.
void find_window(Engine& engine, const FeatureOptions& options, FeatureResult& result) {
  const Table days =
      engine.query("SELECT min(first_day) AS first_day, max(last_day) AS last_day FROM sales_by_period");
  if (days.column("last_day").null_at(0)) {
    const bool is_bounded = !options.from.empty() || !options.until.empty();
    throw DataError({.where = kSales,
                     .what = is_bounded ? "no sale lies between features.from and features.until"
                                        : "no sale is left after the checks and the scope",
                     .expected = "sales with a day",
                     .remedy = is_bounded ? "widen the window"
                                          : "look at data/quarantine, at [scope] and at the mapping"});
  }
  const std::int64_t from = days.column("first_day").ints[0];
  const std::int64_t until = days.column("last_day").ints[0];
  result.from = format_date(from);
  result.until = format_date(until);
  result.as_of = options.as_of.empty() ? result.until : options.as_of;
}

}  // namespace

void make_sums(Engine& engine, const RawTables& tables, const FeatureOptions& given,
               const FeatureBasis* basis, FeatureResult& result) {
  FeatureOptions options = given;
  if (basis != nullptr) {
    options.from = basis->from;
    options.until = basis->until;
  }
  check_days(options);
  check_returns(engine, tables, options, result);
  count_outside_window(engine, options, result);
  make_sale_lines(engine, tables, options, "");
  make_sales_by_product(engine, tables);
  if (tables.find(kProducts) != nullptr) make_products(engine, tables, options);
  drop_unknown_products(engine, tables, options, result);
  if (tables.find(kProducts) != nullptr && tables.has(kSales, "product_id")) {
    make_base_table(engine, "sales_by_category");
    make_mix_names(engine, basis);
  }
  make_base_table(engine, "sales_by_period");
  make_base_table(engine, "sales_by_week");
}

void make_stock(Engine& engine, const RawTables& tables, const FeatureOptions& options,
                FeatureResult& result) {
  if (!tables.has(kInventory, "product_id") || !tables.has(kInventory, "qty_on_hand")) return;
  const bool has_day = tables.has(kInventory, "snapshot_date");
  engine.make_view(
      "stock_lines",
      fmt::format("SELECT store_id, product_id, {} AS snapshot_date, qty_on_hand FROM fact_inventory WHERE "
                  "true{}",
                  has_day ? "snapshot_date" : "CAST(NULL AS DATE)",
                  has_day ? day_bounds(options, "snapshot_date") : ""));
  make_codes(engine, "store_codes", "store_id", "store_code", "stores");
  const std::string stocked = "SELECT DISTINCT product_id FROM stock_lines WHERE product_id IS NOT NULL";
  make_codes(engine, "product_codes", "product_id", "product_code",
             tables.find(kProducts) != nullptr ? "products" : "(" + stocked + ")");
  make_base_table(engine, "stock_by_product");
  if (n_stock_lines_left_out(engine) == 0) return;
  // As in the original, stock of a product that dim_product does not have counts.
  if (tables.find(kProducts) != nullptr) {
    make_codes(engine, "product_codes", "product_id", "product_code",
               "(SELECT product_id FROM products UNION " + stocked + ")");
    make_base_table(engine, "stock_by_product");
  }
  add_lost(result, "stock counts of stores that are not in the store list, or of no product",
           n_stock_lines_left_out(engine));
}

void make_window(Engine& engine, const RawTables& tables, const Options& options, const FeatureBasis* basis,
                 FeatureResult& result) {
  if (basis != nullptr) {
    check_any_sale(engine, *basis);
    result.from = basis->from;
    result.until = basis->until;
    result.as_of = basis->as_of;
  } else {
    find_window(engine, options.features, result);
  }
  if (basis != nullptr && basis->summer) {
    result.summer = *basis->summer;
  } else {
    result.summer = is_southern(engine, tables, options.project.locale) ? kSouthernSummer : kNorthernSummer;
  }
  const std::int64_t until = parse_date(result.until, "features.until");
  engine.make_table(
      "feature_window",
      fmt::format("SELECT DATE '{}' AS from_day, DATE '{}' AS until_day, DATE '{}' AS as_of, CAST({} AS "
                  "BIGINT) AS last_week, CAST({} AS BIGINT) AS last_month, {} AS summer_first, {} AS "
                  "summer_last",
                  result.from, result.until, result.as_of, last_whole_week(until), last_whole_month(until),
                  result.summer.first, result.summer.last));
  engine.put_table("calendar", calendar(parse_date(result.from, "features.from"), until, result.summer));
}

void count_unknown_stores(Engine& engine, FeatureResult& result) {
  const auto count = [&](const std::string& table, const std::string& lines) {
    return engine
        .query(fmt::format(
            "SELECT CAST(coalesce(sum({}), 0) AS BIGINT) AS n FROM {} WHERE store_id IS NULL OR store_id "
            "NOT IN (SELECT store_id FROM stores)",
            lines, table))
        .column("n")
        .ints[0];
  };
  add_lost(result, "sale lines of stores that are not in the store list",
           count("sales_by_product", "n_lines"));
}

}  // namespace aisle
