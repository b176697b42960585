// The retailer's products.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/generate/words.h"

namespace aisle::generate {

constexpr int kDiscounts = 3;    // 0, 10 and 20 per cent
constexpr int kMostPerLine = 3;  // items on one sale line

// Money is in cents, so that every price and profit has exactly two decimals.
struct Product {
  std::string id;
  std::string name;
  int category = 0;  // index into Words::categories
  std::int64_t price = 0;
  std::int64_t cost = 0;
};

// Category uniform, price uniform in [30, 200), cost a uniform share in [0.2, 0.6) of it.
std::vector<Product> make_catalogue(std::uint64_t seed, int n_products, const Words& words);

// An identifier in the form of a version 4 UUID, from the seed alone.
std::string make_identifier(std::uint64_t seed, std::uint32_t stream, std::uint64_t item);

// Price after a discount of `tenths` tenths, rounded half up to the cent.
inline std::int64_t discounted(std::int64_t price, int tenths) {
  return (price * (10 - tenths) + 5) / 10;
}
inline double money(std::int64_t cents) {
  return static_cast<double>(cents) / 100.0;
}

}  // namespace aisle::generate
