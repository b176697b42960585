// The streams of random draws of the synthetic retailer. A number here is part of the output's identity:
// changing one changes every retailer.
#pragma once

#include <cstdint>

#include "aisle/base/random.h"

namespace aisle::generate {

enum class Stream : std::uint32_t {
  kProductId = 1,
  kProduct = 2,
  kStoreId = 3,
  kStorePlace = 4,
  kStoreSize = 5,
  kStoreTrade = 6,
  kStoreDates = 7,
  kStockLevel = 8,
  kTradingWeek = 9,
  kArchetype = 10,
  kArchetypeShares = 11,
  kArchetypeOfStore = 12,
  kTraitsOfStore = 13,
  kRegion = 14,
  kRange = 15,
  kSalesDirt = 16,
  kInventoryDirt = 17,
  kHalfLoadedDay = 18,
  kDirtChoice = 19,
  kUnknownId = 20,
  kFutureSale = 21,
  kStreet = 22,
  kPopularity = 23,
};

inline RandomDraws draws_of(std::uint64_t seed, Stream stream, std::uint64_t item) {
  return {seed, static_cast<std::uint32_t>(stream), item};
}

// The item of a store's week; `week` counts Mondays since 1970-01-05.
inline std::uint64_t store_week(std::uint64_t store, std::int32_t week) {
  return (store << 16) | static_cast<std::uint64_t>(week);
}

}  // namespace aisle::generate
