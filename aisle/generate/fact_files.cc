#include "aisle/generate/fact_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "aisle/base/table.h"
#include "aisle/generate/draws.h"

namespace aisle::generate {
namespace {

std::vector<std::string> with_unknown_ids(std::vector<std::string> ids, std::uint64_t seed, int table) {
  for (int index = 0; index < kUnknownIds; ++index) {
    ids.push_back(make_identifier(seed, static_cast<std::uint32_t>(Stream::kUnknownId),
                                  static_cast<std::uint64_t>(table * kUnknownIds + index)));
  }
  return ids;
}

TextPool pool_of_stores(const Retailer& retailer) {
  std::vector<std::string> ids;
  ids.reserve(static_cast<std::size_t>(retailer.options.n_stores) + kUnknownIds);
  for (int store = 0; store < retailer.options.n_stores; ++store) {
    ids.push_back(store_id(retailer, static_cast<std::uint64_t>(store)));
  }
  return TextPool(with_unknown_ids(std::move(ids), retailer.options.seed, 0));
}

TextPool pool_of_products(const Retailer& retailer) {
  std::vector<std::string> ids;
  for (const Product& product : retailer.products) ids.push_back(product.id);
  return TextPool(with_unknown_ids(std::move(ids), retailer.options.seed, 1));
}

std::int32_t first_of_month(int year, int month) {
  return static_cast<std::int32_t>(days_from_civil(year, month, 1));
}

// The files of periods of `n_months` months from the one of the first Monday to that of the last day.
template <typename Path>
void plan_periods(const Window& window, int n_months, FactKind kind, const Path& path_of,
                  std::vector<FactFile>& files) {
  int year = 0;
  int month = 0;
  int day = 0;
  civil_from_days(window.first_monday, year, month, day);
  month -= (month - 1) % n_months;
  while (first_of_month(year, month) <= window.last_day) {
    const int next_year = month + n_months > 12 ? year + 1 : year;
    const int next_month = month + n_months > 12 ? 1 : month + n_months;
    const std::int32_t last = first_of_month(next_year, next_month) - 1;
    files.push_back({kind, path_of(year, month), std::max(first_of_month(year, month), window.first_monday),
                     std::min(last, window.last_day)});
    year = next_year;
    month = next_month;
  }
}

std::string sales_path(int year, int month, const char* name) {
  return fmt::format("fact_sales/year={}/month={}/{}.parquet", year, month, name);
}

}  // namespace

FactContext::FactContext(const Retailer& of_retailer, const DirtPlan& of_dirt)
    : retailer(of_retailer),
      dirt(of_dirt),
      store_ids(pool_of_stores(of_retailer)),
      product_ids(pool_of_products(of_retailer)) {
  for (const Product& product : retailer.products) {
    for (int tenths = 0; tenths < kDiscounts; ++tenths) {
      const std::int64_t price = discounted(product.price, tenths);
      unit_prices.push_back(money(price));
      profits.push_back(price - product.cost);
    }
  }
}

std::vector<FactFile> plan_fact_files(const Retailer& retailer, const DirtPlan& dirt) {
  std::vector<FactFile> files;
  const Window& window = retailer.window;
  plan_periods(
      window, 3, FactKind::kInventory,
      [](int year, int month) {
        return fmt::format("fact_inventory/year={}/quarter-{}.parquet", year, (month + 2) / 3);
      },
      files);
  plan_periods(
      window, 1, FactKind::kSales, [](int year, int month) { return sales_path(year, month, "sales"); },
      files);
  if (dirt.active()) {
    int year = 0;
    int month = 0;
    int day = 0;
    civil_from_days(window.last_day, year, month, day);
    const std::int32_t first = first_of_month(year + 1, month);
    files.push_back({FactKind::kFutureSales, sales_path(year + 1, month, "future"), first, first + 27});
  }
  return files;
}

const std::vector<StreamColumn>& columns_of(FactKind kind) {
  static const std::vector<StreamColumn> kSales = {{"date", StreamType::kDate},
                                                   {"store_id", StreamType::kText},
                                                   {"product_id", StreamType::kText},
                                                   {"qty", StreamType::kInt64},
                                                   {"unit_price_at_sale", StreamType::kDouble},
                                                   {"profit_at_sale", StreamType::kDouble}};
  static const std::vector<StreamColumn> kInventory = {{"snapshot_date", StreamType::kDate},
                                                       {"store_id", StreamType::kText},
                                                       {"product_id", StreamType::kText},
                                                       {"qty_on_hand", StreamType::kInt64}};
  return kind == FactKind::kInventory ? kInventory : kSales;
}

}  // namespace aisle::generate
