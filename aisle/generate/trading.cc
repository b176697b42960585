#include "aisle/generate/trading.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "aisle/base/table.h"
#include "aisle/generate/draws.h"

namespace aisle::generate {
namespace {

// The original's numbers.
constexpr std::uint32_t kNarrowestWeek = 20;
constexpr std::uint32_t kWidthsOfWeek = 40;  // 20 .. 59
constexpr std::uint32_t kLowestLevel = 5;
constexpr std::uint32_t kLevels = 45;  // 5 .. 49
constexpr double kDaySpread = 0.2;     // standard deviation of a day's factor, relative to its mean
constexpr double kLowestFactor = 0.1;
constexpr double kTwentyOfDiscounted = 1.0 / 3.0;
constexpr double kThreeOfSeveral = 0.2;

// With archetypes.
constexpr std::size_t kNarrowestRange = 15;
constexpr std::size_t kWidestRange = 240;
constexpr double kPriceMean = 11500.0;
constexpr double kPriceDeviation = 4907.5;  // (20000 - 3000) / sqrt(12)
constexpr double kPopularitySpread = 0.5;
constexpr double kRangeLoyalty = 0.5;  // how far the range follows what the store sells

}  // namespace

StoreTrading::StoreTrading(const Retailer& retailer) : retailer_(retailer) {
  const std::size_t n_products = retailer.products.size();
  range_.resize(n_products);
  levels_.resize(n_products);
  sold_.assign(n_products, 0);
  std::iota(range_.begin(), range_.end(), 0u);
  if (!retailer.has_archetypes()) return;
  popularity_.resize(n_products);
  price_score_.resize(n_products);
  for (std::size_t product = 0; product < n_products; ++product) {
    RandomDraws draws = draws_of(retailer.options.seed, Stream::kPopularity, product);
    popularity_[product] = draws.normal(0.0, kPopularitySpread);
    price_score_[product] =
        (static_cast<double>(retailer.products[product].price) - kPriceMean) / kPriceDeviation;
  }
}

void StoreTrading::open(const Store& store) {
  for (const SaleLine& line : lines_) sold_[line.product] = 0;
  lines_.clear();
  swapped_.clear();
  store_ = &store;
  RandomDraws draws = draws_of(retailer_.options.seed, Stream::kStockLevel, store.index);
  for (std::uint16_t& level : levels_) {
    level = static_cast<std::uint16_t>(kLowestLevel + draws.below(kLevels));
  }
  if (!retailer_.has_archetypes()) {
    std::iota(range_.begin(), range_.end(), 0u);
    return;
  }
  for (std::uint16_t& level : levels_) {
    level = static_cast<std::uint16_t>(std::max(1.0, std::round(level * store.behaviour.stock_factor)));
  }
  draw_range(store);
}

// The range is drawn without replacement, dearer to products that suit the store (Efraimidis and Spirakis
// 2006: the largest keys log(u) / weight).
void StoreTrading::draw_range(const Store& store) {
  const std::size_t n_products = retailer_.products.size();
  const Behaviour& behaviour = store.behaviour;
  RandomDraws draws = draws_of(retailer_.options.seed, Stream::kRange, store.index);
  weights_.resize(n_products);
  cumulative_.resize(n_products);
  for (std::size_t product = 0; product < n_products; ++product) {
    const auto category = static_cast<std::size_t>(retailer_.products[product].category);
    const double log_weight = behaviour.category_weight[category] +
                              behaviour.price_leaning * price_score_[product] + popularity_[product];
    weights_[product] = std::exp(log_weight);
    // log(-log(u)) - log(weight): the smallest of these is the largest key.
    cumulative_[product] = std::log(-std::log(1.0 - draws.uniform())) - kRangeLoyalty * log_weight;
  }
  const auto wanted =
      static_cast<std::size_t>(std::llround(behaviour.range_share * static_cast<double>(n_products)));
  const std::size_t size = std::min(n_products, std::clamp(wanted, kNarrowestRange, kWidestRange));
  range_.resize(n_products);
  std::iota(range_.begin(), range_.end(), 0u);
  const auto middle = range_.begin() + static_cast<std::ptrdiff_t>(size);
  const auto before = [&](std::uint32_t a, std::uint32_t b) { return cumulative_[a] < cumulative_[b]; };
  if (size < n_products) std::nth_element(range_.begin(), middle, range_.end(), before);
  range_.resize(size);
  std::sort(range_.begin(), range_.end());
}

void StoreTrading::draw_assortment(RandomDraws& draws) {
  for (std::size_t slot = swapped_.size(); slot-- > 0;) std::swap(range_[slot], range_[swapped_[slot]]);
  const auto n_range = static_cast<std::uint32_t>(range_.size());
  if (retailer_.has_archetypes()) {
    const double share = draws.uniform(0.6, 0.9);
    width_ = std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(share * n_range)));
  } else {
    width_ = std::min<std::size_t>(kNarrowestWeek + draws.below(kWidthsOfWeek), n_range);
  }
  swapped_.resize(width_);
  for (std::uint32_t slot = 0; slot < width_; ++slot) {
    const std::uint32_t other = slot + draws.below(n_range - slot);
    swapped_[slot] = other;
    std::swap(range_[slot], range_[other]);
  }
  if (!retailer_.has_archetypes()) return;
  double sum = 0.0;
  cumulative_.resize(width_);
  for (std::size_t slot = 0; slot < width_; ++slot) {
    sum += weights_[range_[slot]];
    cumulative_[slot] = sum;
  }
}

std::size_t StoreTrading::pick_slot(RandomDraws& draws) const {
  if (!retailer_.has_archetypes()) return draws.below(static_cast<std::uint32_t>(width_));
  const double target = draws.uniform() * cumulative_.back();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), target);
  return std::min(static_cast<std::size_t>(found - cumulative_.begin()), width_ - 1);
}

// Season and trend; 1 in the original's retailer.
double StoreTrading::factor_of_day(std::int32_t day) const {
  if (!retailer_.has_archetypes()) return 1.0;
  int year = 0;
  int month = 0;
  int day_of_month = 0;
  civil_from_days(day, year, month, day_of_month);
  const Behaviour& behaviour = store_->behaviour;
  double log_factor =
      behaviour.growth_per_year * (static_cast<double>(day) - retailer_.window.middle()) / 365.25;
  if (month == 12) log_factor += behaviour.december_log;
  if (month == 11) log_factor += 0.5 * behaviour.december_log;
  const int into_summer = (month - retailer_.words->first_summer_month + 12) % 12;
  if (into_summer < 3) log_factor += behaviour.summer_log;
  return std::exp(log_factor);
}

void StoreTrading::draw_day(RandomDraws& draws, std::int32_t day, double mean) {
  const Behaviour& behaviour = store_->behaviour;
  const bool counts = retailer_.window.covers(day) && store_->trades_on(day);
  const std::uint32_t n_lines = draws.poisson(mean);
  for (std::uint32_t line = 0; line < n_lines; ++line) {
    const std::uint32_t product = range_[pick_slot(draws)];
    const double several = draws.uniform();
    const double discounted = draws.uniform();
    if (!counts) continue;
    std::uint32_t quantity = 1;
    if (several < behaviour.several_share) {
      quantity = several < kThreeOfSeveral * behaviour.several_share ? 3 : 2;
    }
    std::uint8_t discount = 0;
    if (discounted < behaviour.discounted_share) {
      discount = discounted < kTwentyOfDiscounted * behaviour.discounted_share ? 2 : 1;
    }
    const auto left = static_cast<std::uint32_t>(levels_[product] - sold_[product]);
    quantity = std::min(quantity, left);
    if (quantity == 0) continue;
    sold_[product] = static_cast<std::uint16_t>(sold_[product] + quantity);
    lines_.push_back({day, product, static_cast<std::uint8_t>(quantity), discount});
  }
}

void StoreTrading::make_week(std::int32_t monday) {
  for (const SaleLine& line : lines_) sold_[line.product] = 0;
  lines_.clear();
  RandomDraws draws =
      draws_of(retailer_.options.seed, Stream::kTradingWeek, store_week(store_->index, week_number(monday)));
  draw_assortment(draws);
  for (int weekday = 0; weekday < 7; ++weekday) {
    const double usual = store_->behaviour.weekday[static_cast<std::size_t>(weekday)];
    const double factor = std::max(kLowestFactor, draws.normal(usual, kDaySpread * usual));
    draw_day(draws, monday + weekday,
             store_->behaviour.lines_per_day * factor * factor_of_day(monday + weekday));
  }
}

}  // namespace aisle::generate
