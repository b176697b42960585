#include "aisle/generate/dirt.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aisle/base/table.h"
#include "aisle/generate/draws.h"

namespace aisle::generate {
namespace {

constexpr std::size_t kKeysKept = 100;
constexpr std::uint32_t kMillion = 1'000'000;

struct KindInfo {
  const char* name;
  const char* table;
  const char* what;
};

// In the order of DirtKind, without kNone.
constexpr std::array<KindInfo, static_cast<std::size_t>(DirtKind::kCount) - 1> kKinds = {{
    {"return", "fact_sales", "qty and profit_at_sale are negative"},
    {"duplicate_sale", "fact_sales", "the row is there twice"},
    {"unknown_product", "fact_sales", "product_id is in no other table"},
    {"unknown_store", "fact_sales", "store_id is in no other table"},
    {"null_product", "fact_sales", "product_id is null"},
    {"null_store", "fact_sales", "store_id is null"},
    {"null_price", "fact_sales", "unit_price_at_sale is null"},
    {"nan_price", "fact_sales", "unit_price_at_sale is not a number"},
    {"price_times_hundred", "fact_sales", "unit_price_at_sale lost its decimal point"},
    {"missing_day", "fact_sales", "no store has sales on the day; the count is of the rows left out"},
    {"half_loaded_day", "fact_sales",
     "half of the stores have no sales on the day; the count is of the rows "
     "left out"},
    {"future_date", "fact_sales", "date is a year after the last day"},
    {"duplicate_stock", "fact_inventory", "the row is there twice"},
    {"negative_stock", "fact_inventory", "qty_on_hand is negative"},
    {"unknown_stock_product", "fact_inventory", "product_id is in no other table"},
    {"null_opening_date", "dim_store_management", "opening_date is null"},
    {"opening_date_too_late", "dim_store_management", "opening_date is 60 days after the store's first day"},
    {"size_zero", "dim_store_physical", "size_m2 is 0"},
    {"size_negative", "dim_store_physical", "size_m2 has the wrong sign"},
    {"size_absurd", "dim_store_physical", "size_m2 is in square centimetres"},
    {"placement_spelling", "dim_store_physical", "placement is in capitals with a blank after it"},
    {"not_in_management", "dim_store_management", "the store is in dim_store_physical alone"},
    {"not_in_physical", "dim_store_physical", "the store is in dim_store_management alone"},
    {"store_twice", "dim_store_management", "the store has a second row with another label"},
    {"category_spelling", "dim_product", "category is in capitals with a blank before it"},
    {"null_category", "dim_product", "category is null"},
    {"product_twice", "dim_product", "the product has a second row with another base_price"},
}};

struct Rate {
  DirtKind kind;
  std::uint32_t per_million;
};
constexpr std::array<Rate, 9> kSaleRates = {{{DirtKind::kReturn, 2000},
                                             {DirtKind::kDuplicateSale, 500},
                                             {DirtKind::kUnknownProduct, 400},
                                             {DirtKind::kUnknownStore, 300},
                                             {DirtKind::kNullProduct, 300},
                                             {DirtKind::kNullStore, 300},
                                             {DirtKind::kNullPrice, 400},
                                             {DirtKind::kNanPrice, 200},
                                             {DirtKind::kPriceTimesHundred, 200}}};
constexpr std::array<Rate, 3> kStockRates = {{{DirtKind::kDuplicateStock, 200},
                                              {DirtKind::kNegativeStock, 200},
                                              {DirtKind::kUnknownStockProduct, 100}}};

template <std::size_t N>
DirtKind pick(const std::array<Rate, N>& rates, RandomDraws& draws) {
  std::uint32_t left = draws.below(kMillion);
  for (const Rate& rate : rates) {
    if (left < rate.per_million) return rate.kind;
    left -= rate.per_million;
  }
  return DirtKind::kNone;
}

// Gives each kind its items, a hundredth of all or at least one, no item twice; at most half of all.
void choose(RandomDraws draws, std::uint32_t n, DirtKind first, DirtKind last,
            std::unordered_map<std::uint64_t, DirtKind>& chosen) {
  const std::uint32_t each = std::max(1u, n / 100);
  for (auto kind = static_cast<int>(first); kind <= static_cast<int>(last); ++kind) {
    for (std::uint32_t count = 0; count < each && (chosen.size() + 1) * 2 <= n;) {
      if (chosen.emplace(draws.below(n), static_cast<DirtKind>(kind)).second) ++count;
    }
  }
}

DirtKind find(const std::unordered_map<std::uint64_t, DirtKind>& chosen, std::uint64_t index) {
  const auto found = chosen.find(index);
  return found == chosen.end() ? DirtKind::kNone : found->second;
}

}  // namespace

void DirtLog::add(DirtKind kind, std::string key, std::int64_t n_rows) {
  counts_[static_cast<std::size_t>(kind)] += n_rows;
  auto& keys = keys_[static_cast<std::size_t>(kind)];
  const bool known = !keys.empty() && keys.back() == key;  // the days, which each week and file repeats
  if (!key.empty() && !known && keys.size() < kKeysKept) keys.push_back(std::move(key));
}

bool DirtLog::wants_key(DirtKind kind) const {
  return keys_[static_cast<std::size_t>(kind)].size() < kKeysKept;
}

void DirtLog::merge(const DirtLog& other) {
  for (std::size_t kind = 0; kind < counts_.size(); ++kind) {
    for (const std::string& key : other.keys_[kind]) add(static_cast<DirtKind>(kind), key, 0);
    counts_[kind] += other.counts_[kind];
  }
}

std::string DirtLog::document(const GenerateOptions& options) const {
  nlohmann::ordered_json document;
  document["format"] = 1;
  document["seed"] = options.seed;
  document["planted"] = nlohmann::ordered_json::array();
  for (std::size_t kind = 1; kind < counts_.size(); ++kind) {
    if (counts_[kind] == 0) continue;
    const KindInfo& info = kKinds[kind - 1];
    document["planted"].push_back({{"kind", info.name},
                                   {"table", info.table},
                                   {"what", info.what},
                                   {"count", counts_[kind]},
                                   {"keys", keys_[kind]}});
  }
  return document.dump(2) + "\n";
}

DirtPlan::DirtPlan(const Retailer& retailer)
    : active_(retailer.options.dirt == Dirt::kPlanted), seed_(retailer.options.seed) {
  if (!active_) return;
  const auto n_stores = static_cast<std::uint32_t>(retailer.options.n_stores);
  const auto n_products = static_cast<std::uint32_t>(retailer.options.n_products);
  choose(draws_of(seed_, Stream::kDirtChoice, 0), n_stores, DirtKind::kNullOpeningDate, DirtKind::kStoreTwice,
         stores_);
  choose(draws_of(seed_, Stream::kDirtChoice, 1), n_products, DirtKind::kCategorySpelling,
         DirtKind::kProductTwice, products_);
  RandomDraws draws = draws_of(seed_, Stream::kDirtChoice, 2);
  const Window& window = retailer.window;
  const auto n_days = static_cast<std::uint32_t>(window.last_day - window.first_monday - 30);
  missing_day_ = window.first_monday + 14 + static_cast<std::int32_t>(draws.below(n_days));
  half_loaded_day_ = window.last_day - 5 - static_cast<std::int32_t>(draws.below(8));
  n_future_sales_ = std::max(3, retailer.options.n_stores / 50);
}

DirtKind DirtPlan::of_store(std::uint64_t index) const {
  return find(stores_, index);
}
DirtKind DirtPlan::of_product(std::uint64_t index) const {
  return find(products_, index);
}
DirtKind DirtPlan::of_sale(RandomDraws& draws) const {
  return pick(kSaleRates, draws);
}
DirtKind DirtPlan::of_stock(RandomDraws& draws) const {
  return pick(kStockRates, draws);
}

DirtKind DirtPlan::of_day(std::int32_t day) const {
  if (!active_) return DirtKind::kNone;
  if (day == missing_day_) return DirtKind::kMissingDay;
  return day == half_loaded_day_ ? DirtKind::kHalfLoadedDay : DirtKind::kNone;
}

bool DirtPlan::lost_on_half_loaded_day(std::uint64_t store) const {
  return draws_of(seed_, Stream::kHalfLoadedDay, store).uniform() < 0.5;
}

}  // namespace aisle::generate
