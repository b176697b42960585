#include "aisle/generate/archetypes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "aisle/generate/draws.h"

namespace aisle::generate {
namespace {

constexpr double kShareUnusual = 0.6;  // of an archetype's traits
constexpr int kCandidates = 3;  // centres tried for each archetype; the one farthest from the rest stays
constexpr double kTailFreedom = 6.0;  // degrees of freedom of the spread within an archetype
constexpr double kSizeInTraffic = 0.5;

double logistic(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

TraitVector draw_centre(RandomDraws& draws) {
  TraitVector centre{};
  for (double& value : centre) {
    const bool unusual = draws.uniform() < kShareUnusual;
    value = draws.normal(0.0, unusual ? 1.1 : 0.25);
  }
  return centre;
}

double squared_distance(const TraitVector& a, const TraitVector& b) {
  double sum = 0.0;
  for (std::size_t index = 0; index < kTraits; ++index) sum += (a[index] - b[index]) * (a[index] - b[index]);
  return sum;
}

double distance_to_nearest(const TraitVector& centre, const std::vector<Archetype>& others) {
  double nearest = std::numeric_limits<double>::max();
  for (const Archetype& other : others) nearest = std::min(nearest, squared_distance(centre, other.centre));
  return nearest;
}

TraitVector pick_centre(RandomDraws& draws, const std::vector<Archetype>& others) {
  TraitVector best{};
  double best_distance = -1.0;
  for (int candidate = 0; candidate < kCandidates; ++candidate) {
    const TraitVector centre = draw_centre(draws);
    const double distance = distance_to_nearest(centre, others);
    if (distance <= best_distance) continue;
    best = centre;
    best_distance = distance;
  }
  return best;
}

std::array<double, kPlacements> draw_placement(RandomDraws& draws) {
  std::array<double, kPlacements> shares = kPlacementShares;
  double sum = 0.0;
  for (double& share : shares) {
    share *= std::exp(draws.normal(0.0, 0.9));
    sum += share;
  }
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace

std::vector<Archetype> make_archetypes(std::uint64_t seed, int n, double overlap) {
  std::vector<Archetype> archetypes;
  RandomDraws share_draws = draws_of(seed, Stream::kArchetypeShares, 0);
  double sum = 0.0;
  for (int index = 0; index < n; ++index) {
    RandomDraws draws = draws_of(seed, Stream::kArchetype, static_cast<std::uint64_t>(index));
    Archetype archetype;
    archetype.centre = pick_centre(draws, archetypes);
    const double width = 0.4 + 0.7 * overlap;
    for (double& spread : archetype.spread) spread = width * std::exp(draws.normal(0.0, 0.25));
    archetype.placement = draw_placement(draws);
    archetype.share = 0.5 + share_draws.gamma(2.0);
    sum += archetype.share;
    archetypes.push_back(archetype);
  }
  for (Archetype& archetype : archetypes) archetype.share *= (1.0 - kShareFitsNone) / sum;
  return archetypes;
}

int archetype_of_store(std::uint64_t seed, const std::vector<Archetype>& archetypes, std::uint64_t store) {
  double left = draws_of(seed, Stream::kArchetypeOfStore, store).uniform();
  for (std::size_t index = 0; index < archetypes.size(); ++index) {
    left -= archetypes[index].share;
    if (left < 0.0) return static_cast<int>(index);
  }
  return kFitsNone;
}

TraitVector traits_of_store(std::uint64_t seed, const std::vector<Archetype>& archetypes, int archetype,
                            std::uint64_t store) {
  RandomDraws draws = draws_of(seed, Stream::kTraitsOfStore, store);
  TraitVector traits{};
  if (archetype == kFitsNone) {
    for (double& value : traits) value = draws.normal(0.0, 1.3);
    return traits;
  }
  const Archetype& kind = archetypes[static_cast<std::size_t>(archetype)];
  const double tail = std::sqrt(kTailFreedom / (2.0 * draws.gamma(kTailFreedom / 2.0)));
  TraitVector deviation{};
  for (double& value : deviation) value = draws.normal();
  const auto size = static_cast<std::size_t>(Trait::kSize);
  const auto traffic = static_cast<std::size_t>(Trait::kTraffic);
  deviation[traffic] = kSizeInTraffic * deviation[size] +
                       std::sqrt(1.0 - kSizeInTraffic * kSizeInTraffic) * deviation[traffic];
  for (std::size_t index = 0; index < kTraits; ++index) {
    traits[index] = kind.centre[index] + kind.spread[index] * tail * deviation[index];
  }
  return traits;
}

Behaviour behaviour_of(const TraitVector& traits) {
  Behaviour behaviour;
  // Traits far out are drawn in: a store ten times the usual traffic is an error, not a store.
  const auto bounded = [&](Trait which) { return std::clamp(trait(traits, which), -3.5, 3.5); };
  behaviour.size_m2 = 110.0 * std::exp(0.45 * bounded(Trait::kSize));
  behaviour.lines_per_day = 2.5 * std::exp(0.45 * bounded(Trait::kTraffic));
  behaviour.price_leaning = 0.4 * bounded(Trait::kTicket);
  for (std::size_t category = 0; category < kCategories; ++category) {
    const auto which = static_cast<Trait>(static_cast<std::size_t>(Trait::kMixFirst) + category);
    behaviour.category_weight[category] = 0.5 * bounded(which);
  }
  behaviour.range_share = logistic(-0.7 + 0.55 * bounded(Trait::kWidth));
  const double weekend = 1.4 * std::exp(0.22 * bounded(Trait::kWeekend));
  const double slope = 0.08 * bounded(Trait::kFriday);
  for (std::size_t day = 0; day < 5; ++day) {
    behaviour.weekday[day] = std::exp(slope * (static_cast<double>(day) - 2.0) / 2.0);
  }
  behaviour.weekday[5] = weekend * 1.08;
  behaviour.weekday[6] = weekend * 0.92;
  behaviour.december_log = 0.35 + 0.3 * bounded(Trait::kDecember);
  behaviour.summer_log = 0.05 + 0.22 * bounded(Trait::kSummer);
  behaviour.growth_per_year = 0.02 + 0.09 * bounded(Trait::kGrowth);
  behaviour.discounted_share = logistic(-0.85 + 0.4 * bounded(Trait::kDiscount));
  behaviour.several_share = logistic(-2.2 + 0.45 * bounded(Trait::kBasket));
  behaviour.stock_factor = std::exp(0.25 * bounded(Trait::kStock));
  return behaviour;
}

std::array<RegionEffect, kRegions> make_region_effects(std::uint64_t seed) {
  std::array<RegionEffect, kRegions> effects{};
  for (std::size_t region = 0; region < kRegions; ++region) {
    RandomDraws draws = draws_of(seed, Stream::kRegion, region);
    for (double& weight : effects[region].category_weight) weight = draws.normal(0.0, 0.12);
    effects[region].traffic_log = draws.normal(0.0, 0.1);
  }
  return effects;
}

std::string describe_archetypes(const std::vector<Archetype>& archetypes, const Words& words,
                                double overlap) {
  nlohmann::ordered_json document;
  document["format"] = 1;
  document["overlap"] = overlap;
  document["share_fits_none"] = kShareFitsNone;
  document["archetypes"] = nlohmann::ordered_json::array();
  for (std::size_t index = 0; index < archetypes.size(); ++index) {
    const Archetype& archetype = archetypes[index];
    const Behaviour behaviour = behaviour_of(archetype.centre);
    nlohmann::ordered_json entry;
    entry["archetype"] = index;
    entry["share"] = archetype.share;
    entry["size_m2"] = behaviour.size_m2;
    entry["lines_per_day"] = behaviour.lines_per_day;
    entry["price_leaning"] = behaviour.price_leaning;
    entry["range_share"] = behaviour.range_share;
    entry["weekend_factor"] = 0.5 * (behaviour.weekday[5] + behaviour.weekday[6]);
    entry["friday_over_monday"] = behaviour.weekday[4] / behaviour.weekday[0];
    entry["december_lift"] = std::exp(behaviour.december_log);
    entry["summer_lift"] = std::exp(behaviour.summer_log);
    entry["growth_per_year"] = std::exp(behaviour.growth_per_year) - 1.0;
    entry["discounted_share"] = behaviour.discounted_share;
    entry["several_items_share"] = behaviour.several_share;
    entry["stock_factor"] = behaviour.stock_factor;
    double sum = 0.0;
    for (const double weight : behaviour.category_weight) sum += std::exp(weight);
    for (std::size_t category = 0; category < kCategories; ++category) {
      entry["category_shares"][std::string(words.categories[category])] =
          std::exp(behaviour.category_weight[category]) / sum;
    }
    for (std::size_t placement = 0; placement < kPlacements; ++placement) {
      entry["placement"][kPlacementNames[placement]] = archetype.placement[placement];
    }
    document["archetypes"].push_back(entry);
  }
  return document.dump(2) + "\n";
}

}  // namespace aisle::generate
