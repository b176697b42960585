#include "aisle/generate/retailer.h"

#include <algorithm>
#include <cmath>

#include "aisle/base/table.h"
#include "aisle/generate/draws.h"

namespace aisle::generate {
namespace {

constexpr double kDaysPerYear = 365.2425;
constexpr double kShareSizeUnknown = 0.05;
constexpr int kShortestLife = 180;  // days that a store that closes was open within the window

// The index that a uniform draw falls on, by cumulative shares; the last one takes what rounding leaves.
template <std::size_t N>
int pick(const std::array<double, N>& shares, double uniform) {
  for (std::size_t index = 0; index + 1 < N; ++index) {
    uniform -= shares[index];
    if (uniform < 0.0) return static_cast<int>(index);
  }
  return static_cast<int>(N) - 1;
}

double two_decimals(double value) {
  return std::floor(value * 100.0 + 0.5) / 100.0;
}

void place_store(const Retailer& retailer, Store& store) {
  RandomDraws draws = draws_of(retailer.options.seed, Stream::kStorePlace, store.index);
  const auto& regions = retailer.words->regions;
  store.region = static_cast<int>(draws.below(static_cast<std::uint32_t>(regions.size())));
  const auto& states = regions[static_cast<std::size_t>(store.region)].states;
  store.state = static_cast<int>(draws.below(static_cast<std::uint32_t>(states.size())));
  const auto& cities = states[static_cast<std::size_t>(store.state)].cities;
  store.city = static_cast<int>(draws.below(static_cast<std::uint32_t>(cities.size())));
  const double uniform = draws.uniform();
  store.placement =
      store.archetype == kFitsNone
          ? pick(kPlacementShares, uniform)
          : pick(retailer.archetypes[static_cast<std::size_t>(store.archetype)].placement, uniform);
}

// Sizes: N(150, 40) in malls, N(80, 20) in streets and commercial buildings, N(30, 5) in companies; with
// archetypes, the archetype's size times the placement's factor.
void size_store(const Retailer& retailer, Store& store) {
  constexpr std::array<double, kPlacements> kMean = {150.0, 80.0, 80.0, 30.0};
  constexpr std::array<double, kPlacements> kDeviation = {40.0, 20.0, 20.0, 5.0};
  constexpr std::array<double, kPlacements> kFactor = {1.15, 0.95, 0.9, 0.6};
  RandomDraws draws = draws_of(retailer.options.seed, Stream::kStoreSize, store.index);
  const auto placement = static_cast<std::size_t>(store.placement);
  const double drawn = draws.normal(kMean[placement], kDeviation[placement]);
  const double size =
      retailer.has_archetypes() ? store.behaviour.size_m2 * kFactor[placement] : std::max(drawn, 10.0);
  store.size_m2 = two_decimals(size);
  store.size_known = draws.uniform() >= kShareSizeUnknown;
  store.storage_m2 = two_decimals(size * draws.uniform(0.1, 0.3));
}

// The original's trade: one multiplier a store, by sales tier; everything else is common to all stores.
void trade_of_tier(const Retailer& retailer, Store& store) {
  RandomDraws draws = draws_of(retailer.options.seed, Stream::kStoreTrade, store.index);
  store.tier = static_cast<Tier>(pick(std::array<double, 3>{0.05, 0.15, 0.80}, draws.uniform()));
  constexpr std::array<double, 3> kMean = {4.0, 2.0, 1.0};
  constexpr std::array<double, 3> kDeviation = {1.0, 0.5, 0.2};
  const auto tier = static_cast<std::size_t>(store.tier);
  Behaviour& behaviour = store.behaviour;
  behaviour.lines_per_day = std::max(0.1, draws.normal(kMean[tier], kDeviation[tier]));
  behaviour.weekday = {1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 1.5};
  behaviour.range_share = 1.0;
  behaviour.discounted_share = 0.3;
  behaviour.several_share = 0.1;
}

void trade_of_archetype(const Retailer& retailer, Store& store) {
  const std::uint64_t seed = retailer.options.seed;
  store.behaviour = behaviour_of(traits_of_store(seed, retailer.archetypes, store.archetype, store.index));
  const RegionEffect& effect = retailer.regions[static_cast<std::size_t>(store.region)];
  Behaviour& behaviour = store.behaviour;
  behaviour.lines_per_day *= std::exp(effect.traffic_log);
  for (std::size_t category = 0; category < kCategories; ++category) {
    behaviour.category_weight[category] += effect.category_weight[category];
  }
  // The label that the business uses follows sales, by fixed limits, as labels of this kind do.
  store.tier = behaviour.lines_per_day > 5.0 ? Tier::kA : behaviour.lines_per_day > 3.2 ? Tier::kB : Tier::kC;
}

// Age at the end of the window: span x (1 - u^3) days with u uniform and span the window and two years (five
// years by default). Three stores in four are older than three of the five years, one in fourteen is
// younger than one. At least a day.
void date_store(const Retailer& retailer, Store& store) {
  RandomDraws draws = draws_of(retailer.options.seed, Stream::kStoreDates, store.index);
  const double span = std::floor(kDaysPerYear * (retailer.options.n_years + 2));
  const double u = draws.uniform();
  const auto age = static_cast<std::int32_t>((span - 1.0) * (1.0 - u * u * u)) + 1;
  const Window& window = retailer.window;
  store.opening_day = window.last_day - age;
  const bool closes = draws.uniform() < retailer.closed_share;
  const std::int32_t earliest = std::max(store.opening_day, window.first_day) + kShortestLife;
  const std::int32_t latest = window.last_day - 30;
  if (!closes || earliest > latest) return;
  store.closing_day =
      earliest + static_cast<std::int32_t>(draws.below(static_cast<std::uint32_t>(latest - earliest + 1)));
}

}  // namespace

Window make_window(std::int32_t last_day, int n_years) {
  int year = 0;
  int month = 0;
  int day = 0;
  civil_from_days(std::int64_t{last_day} + 1, year, month, day);
  // A window that would begin on 29 February of a year without one begins on 1 March.
  const bool leap = (year - n_years) % 4 == 0 && ((year - n_years) % 100 != 0 || (year - n_years) % 400 == 0);
  if (month == 2 && day == 29 && !leap) {
    month = 3;
    day = 1;
  }
  Window window;
  window.first_day = static_cast<std::int32_t>(days_from_civil(year - n_years, month, day));
  window.last_day = last_day;
  window.first_monday = monday_of(window.first_day + 6);
  window.last_monday = monday_of(last_day);
  return window;
}

Retailer make_retailer(const GenerateOptions& options) {
  Retailer retailer;
  retailer.options = options;
  retailer.window =
      make_window(static_cast<std::int32_t>(parse_date(options.end_date, "end_date")), options.n_years);
  retailer.closed_share = options.closed_share.value_or(options.n_archetypes > 0 ? 0.02 : 0.0);
  retailer.words = &words_of(options.locale);
  retailer.products = make_catalogue(options.seed, options.n_products, *retailer.words);
  retailer.archetypes = make_archetypes(options.seed, options.n_archetypes, options.overlap);
  if (retailer.has_archetypes()) retailer.regions = make_region_effects(options.seed);
  return retailer;
}

Store make_store(const Retailer& retailer, std::uint64_t index) {
  Store store;
  store.index = index;
  if (retailer.has_archetypes()) {
    store.archetype = archetype_of_store(retailer.options.seed, retailer.archetypes, index);
  }
  place_store(retailer, store);
  if (retailer.has_archetypes()) {
    trade_of_archetype(retailer, store);
  } else {
    trade_of_tier(retailer, store);
  }
  size_store(retailer, store);
  date_store(retailer, store);
  return store;
}

std::string store_id(const Retailer& retailer, std::uint64_t index) {
  return make_identifier(retailer.options.seed, static_cast<std::uint32_t>(Stream::kStoreId), index);
}

StoreTexts texts_of(const Retailer& retailer, const Store& store) {
  const Words& words = *retailer.words;
  const RegionWords& region = words.regions[static_cast<std::size_t>(store.region)];
  const StateWords& state = region.states[static_cast<std::size_t>(store.state)];
  StoreTexts texts;
  texts.id = store_id(retailer, store.index);
  texts.region = region.name;
  texts.state = state.code;
  texts.city = state.cities[static_cast<std::size_t>(store.city)];
  texts.name = store_name(words, texts.city, store.index + 1);
  RandomDraws draws = draws_of(retailer.options.seed, Stream::kStreet, store.index);
  const auto kind = words.street_kinds[draws.below(static_cast<std::uint32_t>(words.street_kinds.size()))];
  const auto street = words.street_names[draws.below(static_cast<std::uint32_t>(words.street_names.size()))];
  texts.address = street_address(words, kind, street, 1 + draws.below(2000), texts.city, texts.state);
  return texts;
}

const char* tier_name(Tier tier) {
  return tier == Tier::kA ? "A" : tier == Tier::kB ? "B" : "C";
}

}  // namespace aisle::generate
