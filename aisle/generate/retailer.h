// What all stores of a synthetic retailer share, and the stores themselves, each made from its number alone.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "aisle/generate/archetypes.h"
#include "aisle/generate/catalogue.h"
#include "aisle/generate/window.h"

namespace aisle::generate {

constexpr std::int32_t kStillOpen = std::numeric_limits<std::int32_t>::max();

enum class Tier { kA, kB, kC };

// A store as numbers: all that its trade depends on. Made anew for each file, so that no table of stores is
// kept in memory.
struct Store {
  std::uint64_t index = 0;
  int archetype = kFitsNone;
  int region = 0;
  int state = 0;  // within the region
  int city = 0;   // within the state
  int placement = 0;
  double size_m2 = 0;  // two decimals
  bool size_known = true;
  double storage_m2 = 0;
  Tier tier = Tier::kC;
  std::int32_t opening_day = 0;
  std::int32_t closing_day = kStillOpen;
  Behaviour behaviour;

  bool trades_on(std::int32_t day) const { return day >= opening_day && day <= closing_day; }
};

// The shared parts. Small: products and archetypes only.
struct Retailer {
  GenerateOptions options;
  Window window;
  double closed_share = 0;
  const Words* words = nullptr;
  std::vector<Product> products;
  std::vector<Archetype> archetypes;
  std::array<RegionEffect, kRegions> regions{};

  bool has_archetypes() const { return !archetypes.empty(); }
};

// The options must have been checked.
Retailer make_retailer(const GenerateOptions& options);

Store make_store(const Retailer& retailer, std::uint64_t index);

std::string store_id(const Retailer& retailer, std::uint64_t index);

// The texts of a store's rows in the two store tables.
struct StoreTexts {
  std::string id;
  std::string name;
  std::string_view region;
  std::string_view state;
  std::string_view city;
  std::string address;
};
StoreTexts texts_of(const Retailer& retailer, const Store& store);

const char* tier_name(Tier tier);

}  // namespace aisle::generate
