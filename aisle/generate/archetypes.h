// Archetypes: kinds of store, drawn from the seed, that differ in how they trade.
//
// A store's way of trading is a point in a space of latent traits, each in units of the spread between
// retailers' stores. An archetype is a centre in that space, a spread of its own in each trait, and a leaning
// towards placements. Each archetype is ordinary in some traits and unusual in others, so that two archetypes
// differ in several traits and agree in the rest. One store in twenty fits none: its traits are its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "aisle/generate/words.h"

namespace aisle::generate {

enum class Trait : std::size_t {
  kSize,
  kTraffic,
  kTicket,  // leaning towards dearer products
  kMixFirst,
  kWidth = kMixFirst + kCategories,  // share of the catalogue that is carried
  kWeekend,
  kFriday,  // how trade rises from Monday to Friday
  kDecember,
  kSummer,
  kGrowth,
  kDiscount,
  kBasket,  // items on a line
  kStock,
  kCount,
};
constexpr std::size_t kTraits = static_cast<std::size_t>(Trait::kCount);
constexpr int kPlacements = 4;
constexpr int kFitsNone = -1;
constexpr double kShareFitsNone = 0.05;

using TraitVector = std::array<double, kTraits>;
inline double trait(const TraitVector& traits, Trait which) {
  return traits[static_cast<std::size_t>(which)];
}

struct Archetype {
  double share = 0;  // of all stores; the shares and kShareFitsNone sum to 1
  TraitVector centre{};
  TraitVector spread{};
  std::array<double, kPlacements> placement{};  // probabilities
};

// How a store of given traits trades, in natural units.
struct Behaviour {
  double size_m2 = 0;        // before the effect of placement
  double lines_per_day = 0;  // mean sale lines on an ordinary day
  double price_leaning = 0;  // log weight of a product per standard deviation of price
  std::array<double, kCategories> category_weight{};  // log weights
  double range_share = 0;                             // share of the catalogue that the store carries
  std::array<double, 7> weekday{};                    // factor, Monday first
  double december_log = 0;                            // log lift in December, half of it in November
  double summer_log = 0;                              // log lift in the three months of summer
  double growth_per_year = 0;                         // log
  double discounted_share = 0;
  double several_share = 0;  // of lines with two or more items
  double stock_factor = 1;
};

// n archetypes of a seed; none when n is 0. `overlap` in [0, 1] widens their spreads.
std::vector<Archetype> make_archetypes(std::uint64_t seed, int n, double overlap);

// The archetype of a store, or kFitsNone; a draw of the store's own.
int archetype_of_store(std::uint64_t seed, const std::vector<Archetype>& archetypes, std::uint64_t store);
// The traits of a store of that archetype: heavier tails than a normal's, traffic that goes with size.
TraitVector traits_of_store(std::uint64_t seed, const std::vector<Archetype>& archetypes, int archetype,
                            std::uint64_t store);

Behaviour behaviour_of(const TraitVector& traits);

// What the regions of a retailer have of their own, whatever the archetype: taste and traffic.
struct RegionEffect {
  std::array<double, kCategories> category_weight{};
  double traffic_log = 0;
};
std::array<RegionEffect, kRegions> make_region_effects(std::uint64_t seed);

// Placement probabilities of the original's retailer, in the order of kPlacementNames.
constexpr std::array<double, kPlacements> kPlacementShares = {0.6, 0.2, 0.1, 0.1};
constexpr std::array<const char*, kPlacements> kPlacementNames = {"Shopping Mall", "Street",
                                                                  "Commercial Bldg", "In-Company"};

// The archetypes in natural units, as the JSON document of the truth folder.
std::string describe_archetypes(const std::vector<Archetype>& archetypes, const Words& words, double overlap);

}  // namespace aisle::generate
