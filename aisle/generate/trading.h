// How one store trades in one week: the heart of the synthetic retailer.
//
// A week is a function of (seed, store, week), so the file of any month can be made alone. Stock follows a
// base-stock rule: on each Monday, before opening, what is on hand is counted (the snapshot), then a delivery
// fills every product to its level. The count of a Monday is therefore the level less what the week before
// sold, and no week sells more of a product than its level: a line that finds none left is lost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/random.h"
#include "aisle/generate/retailer.h"

namespace aisle::generate {

struct SaleLine {
  std::int32_t day = 0;
  std::uint32_t product = 0;
  std::uint8_t quantity = 0;
  std::uint8_t discount = 0;  // tenths
};

// The trade of one store at a time, for one thread: open a store, then make its weeks in any order.
class StoreTrading {
 public:
  explicit StoreTrading(const Retailer& retailer);

  // Starts with another store; `store` must live until the next call.
  void open(const Store& store);

  // Makes the week that begins on this Monday. Days outside the window or the store's life have no sales.
  void make_week(std::int32_t monday);

  // Products that the store stocks this week, in the order of the draw.
  std::span<const std::uint32_t> assortment() const { return {range_.data(), width_}; }
  // The week's sale lines, by day.
  const std::vector<SaleLine>& lines() const { return lines_; }
  // Items of the product that the week sold.
  std::int64_t sold(std::uint32_t product) const { return sold_[product]; }
  // To how many items a delivery fills the product.
  std::int64_t level(std::uint32_t product) const { return levels_[product]; }

 private:
  void draw_range(const Store& store);
  void draw_assortment(RandomDraws& draws);
  void draw_day(RandomDraws& draws, std::int32_t day, double mean);
  std::size_t pick_slot(RandomDraws& draws) const;
  double factor_of_day(std::int32_t day) const;

  const Retailer& retailer_;
  const Store* store_ = nullptr;
  std::vector<std::uint32_t> range_;  // the products that the store carries; its first width_ are the week's
  std::vector<std::uint32_t> swapped_;  // the draw's swaps, undone before the next week
  std::size_t width_ = 0;
  std::vector<double> weights_;      // of each product at this store; empty: all alike
  std::vector<double> cumulative_;   // weights of the week's products, summed
  std::vector<double> popularity_;   // log weight of each product, the same in all stores
  std::vector<double> price_score_;  // price in standard deviations from the mean
  std::vector<std::uint16_t> levels_;
  std::vector<std::uint16_t> sold_;
  std::vector<SaleLine> lines_;
};

}  // namespace aisle::generate
