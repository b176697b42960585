// Dirt of the kinds that real data has, planted where it can be found again: what is planted, where, and the
// list that says so. The dirt of a row is a draw of the row's own, so files stay independent of each other.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "aisle/base/random.h"
#include "aisle/generate/retailer.h"

namespace aisle::generate {

enum class DirtKind : std::uint8_t {
  kNone,
  // fact_sales, row by row
  kReturn,
  kDuplicateSale,
  kUnknownProduct,
  kUnknownStore,
  kNullProduct,
  kNullStore,
  kNullPrice,
  kNanPrice,
  kPriceTimesHundred,
  // fact_sales, by day
  kMissingDay,
  kHalfLoadedDay,
  kFutureDate,
  // fact_inventory, row by row
  kDuplicateStock,
  kNegativeStock,
  kUnknownStockProduct,
  // the store tables
  kNullOpeningDate,
  kOpeningDateTooLate,
  kSizeZero,
  kSizeNegative,
  kSizeAbsurd,
  kPlacementSpelling,
  kNotInManagement,
  kNotInPhysical,
  kStoreTwice,
  // dim_product
  kCategorySpelling,
  kNullCategory,
  kProductTwice,
  kCount,
};

constexpr int kUnknownIds = 4;  // of products, and of stores

// What was planted: how many rows of each kind, and the first keys.
class DirtLog {
 public:
  void add(DirtKind kind, std::string key, std::int64_t n_rows = 1);
  // Appends another log's; keys stay in the order of the calls.
  void merge(const DirtLog& other);
  std::int64_t count(DirtKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
  // True while a key of this kind would be kept.
  bool wants_key(DirtKind kind) const;
  // The JSON document: one entry for each kind that was planted.
  std::string document(const GenerateOptions& options) const;

 private:
  std::array<std::int64_t, static_cast<std::size_t>(DirtKind::kCount)> counts_{};
  std::array<std::vector<std::string>, static_cast<std::size_t>(DirtKind::kCount)> keys_;
};

// Where dirt goes. Empty when none is asked for.
class DirtPlan {
 public:
  explicit DirtPlan(const Retailer& retailer);

  bool active() const { return active_; }
  DirtKind of_store(std::uint64_t index) const;
  DirtKind of_product(std::uint64_t index) const;
  // The dirt of the next row of a week; `draws` are those of the week.
  DirtKind of_sale(RandomDraws& draws) const;
  DirtKind of_stock(RandomDraws& draws) const;
  // kMissingDay: no store has sales on the day; kHalfLoadedDay: half of the stores have none.
  DirtKind of_day(std::int32_t day) const;
  bool lost_on_half_loaded_day(std::uint64_t store) const;
  // Sales that are dated in the year after the window, for a file of their own.
  int n_future_sales() const { return n_future_sales_; }

 private:
  bool active_ = false;
  std::uint64_t seed_ = 0;
  std::int32_t missing_day_ = 0;
  std::int32_t half_loaded_day_ = 0;
  int n_future_sales_ = 0;
  std::unordered_map<std::uint64_t, DirtKind> stores_;
  std::unordered_map<std::uint64_t, DirtKind> products_;
};

}  // namespace aisle::generate
