#include "aisle/insight/traits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "aisle/base/moments.h"
#include "aisle/insight/effect.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

// Named in the table: at most so many, each at least this strong and this sure (5 %, two-sided).
constexpr std::size_t kMostTraits = 4;
constexpr double kLeastEffect = 0.3;
constexpr double kLeastVTest = 1.96;
constexpr double kSameThing = 0.8;
// An amount that differs by less than this is no difference to a planner, however sure.
constexpr double kLeastDifference = 0.03;

// Columns that the fit made, and names that tell each store from every other.
constexpr std::array<std::string_view, 9> kNoFeatures = {kStoreId,         "store_name",    "address",
                                                         "cluster",        "cluster_final", "probability",
                                                         "inferred_share", "outlier_score", "fit_reason"};

// A number's values over the chain, standardised, NaN for a null: for means and correlations.
struct NumberColumn {
  const Column* column = nullptr;
  double mean = 0;
  double deviation = 0;
  std::vector<double> standardised;
};

// Empty `standardised` when the column says nothing: no value, or the same everywhere.
NumberColumn read_numbers(const Column& column) {
  NumberColumn numbers{.column = &column, .standardised = {}};
  const std::size_t n_rows = column.size();
  const ColumnMoments moments = column_moments(
      n_rows, [&](std::size_t row) { return column.number_at(row); },
      [&](std::size_t row) { return std::isfinite(column.number_at(row)) ? 1.0 : 0.0; });
  numbers.mean = moments.mean;
  numbers.deviation = moments.deviation;
  if (numbers.deviation == 0) return numbers;
  numbers.standardised.assign(n_rows, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t row = 0; row < n_rows; ++row) {
    const double value = column.number_at(row);
    if (std::isfinite(value)) numbers.standardised[row] = (value - numbers.mean) / numbers.deviation;
  }
  return numbers;
}

void add_number_traits(const NumberColumn& numbers, const std::vector<std::int32_t>& clusters,
                       const Trait& blank, std::vector<ClusterTraits>& result) {
  std::vector<double> sums(result.size());
  std::vector<std::int64_t> counts(result.size());
  std::int64_t n = 0;
  for (std::size_t row = 0; row < clusters.size(); ++row) {
    const double value = numbers.column->number_at(row);
    if (!std::isfinite(value)) continue;
    ++n;
    if (clusters[row] < 0) continue;
    sums[static_cast<std::size_t>(clusters[row])] += value;
    ++counts[static_cast<std::size_t>(clusters[row])];
  }
  for (std::size_t cluster = 0; cluster < result.size(); ++cluster) {
    if (counts[cluster] == 0) continue;
    Trait trait = blank;
    trait.value = sums[cluster] / static_cast<double>(counts[cluster]);
    trait.chain = numbers.mean;
    trait.effect = (trait.value - trait.chain) / numbers.deviation;
    trait.v_test = v_test_of_mean(trait.value, trait.chain, numbers.deviation, counts[cluster], n);
    result[cluster].traits.push_back(std::move(trait));
  }
}

void add_level_traits(const Levels& levels, const std::vector<std::int32_t>& clusters, const Trait& blank,
                      std::vector<ClusterTraits>& result) {
  const auto n = static_cast<std::int64_t>(clusters.size());
  const std::size_t n_levels = levels.names.size();
  std::vector<std::int64_t> of_level(n_levels);
  std::vector<std::int64_t> of_cluster(result.size());
  std::vector<std::int64_t> of_both(n_levels * result.size());
  for (std::size_t row = 0; row < clusters.size(); ++row) {
    const auto level = static_cast<std::size_t>(levels.codes[row]);
    ++of_level[level];
    if (clusters[row] < 0) continue;
    const auto cluster = static_cast<std::size_t>(clusters[row]);
    ++of_cluster[cluster];
    ++of_both[cluster * n_levels + level];
  }
  for (std::size_t cluster = 0; cluster < result.size(); ++cluster) {
    if (of_cluster[cluster] == 0) continue;
    for (std::size_t level = 0; level < n_levels; ++level) {
      Trait trait = blank;
      const std::int64_t both = of_both[cluster * n_levels + level];
      trait.level = levels.names[level];
      trait.value = static_cast<double>(both) / static_cast<double>(of_cluster[cluster]);
      trait.chain = static_cast<double>(of_level[level]) / static_cast<double>(n);
      trait.effect = effect_of_share(trait.value, trait.chain);
      trait.v_test = v_test_of_share(both, of_cluster[cluster], of_level[level], n);
      result[cluster].traits.push_back(std::move(trait));
    }
  }
}

// What was read of the columns, by name.
struct ReadColumns {
  std::map<std::string, NumberColumn> numbers;
  std::map<std::string, Levels> levels;
};

// Whether a row's level in `from` tells its level in `to`, as a state tells its region.
bool tells(const Levels& from, const Levels& to) {
  std::vector<std::int32_t> told(from.names.size(), -1);
  for (std::size_t row = 0; row < from.codes.size(); ++row) {
    std::int32_t& known = told[static_cast<std::size_t>(from.codes[row])];
    if (known >= 0 && known != to.codes[row]) return false;
    known = to.codes[row];
  }
  return true;
}

// Pearson's, over the rows where both are present; 0 when those are too few or do not vary.
double correlation(const NumberColumn& a, const NumberColumn& b) {
  std::vector<std::size_t> rows;
  double sum_a = 0;
  double sum_b = 0;
  for (std::size_t row = 0; row < a.standardised.size(); ++row) {
    if (std::isnan(a.standardised[row]) || std::isnan(b.standardised[row])) continue;
    rows.push_back(row);
    sum_a += a.standardised[row];
    sum_b += b.standardised[row];
  }
  // Any two points lie on a line.
  if (rows.size() < 3) return 0;
  const auto n = static_cast<double>(rows.size());
  double squares_a = 0;
  double squares_b = 0;
  double products = 0;
  for (const std::size_t row : rows) {
    const double from_a = a.standardised[row] - sum_a / n;
    const double from_b = b.standardised[row] - sum_b / n;
    squares_a += from_a * from_a;
    squares_b += from_b * from_b;
    products += from_a * from_b;
  }
  // Of values with deviation 1: less than this is rounding.
  constexpr double kNothing = 1e-12;
  if (squares_a <= kNothing || squares_b <= kNothing) return 0;
  return products / std::sqrt(squares_a * squares_b);
}

bool says_the_same(const Trait& a, const Trait& b, const ReadColumns& read) {
  if (a.column == b.column) return true;
  const auto first_levels = read.levels.find(a.column);
  const auto second_levels = read.levels.find(b.column);
  if (first_levels != read.levels.end() && second_levels != read.levels.end()) {
    return tells(first_levels->second, second_levels->second) ||
           tells(second_levels->second, first_levels->second);
  }
  const auto first = read.numbers.find(a.column);
  const auto second = read.numbers.find(b.column);
  if (first == read.numbers.end() || second == read.numbers.end()) return false;
  return std::abs(correlation(first->second, second->second)) > kSameThing;
}

bool matters(const Trait& trait) {
  if (std::abs(trait.effect) < kLeastEffect || std::abs(trait.v_test) < kLeastVTest) return false;
  // That a level is rare in a cluster follows from another level's being common.
  if (!trait.level.empty()) return trait.effect > 0;
  const bool relative = trait.unit == UnitKind::kAmount && trait.chain > 0;
  return !relative || std::abs(trait.value / trait.chain - 1) >= kLeastDifference;
}

void choose(ClusterTraits& cluster, const ReadColumns& read) {
  for (const Trait& trait : cluster.traits) {
    if (cluster.sets_apart.size() == kMostTraits) return;
    if (!matters(trait)) continue;
    const bool known = std::any_of(cluster.sets_apart.begin(), cluster.sets_apart.end(),
                                   [&](const Trait& other) { return says_the_same(trait, other, read); });
    if (!known) cluster.sets_apart.push_back(trait);
  }
}

bool before(const Trait& a, const Trait& b) {
  if (std::abs(a.effect) != std::abs(b.effect)) return std::abs(a.effect) > std::abs(b.effect);
  return a.column != b.column ? a.column < b.column : a.level < b.level;
}

}  // namespace

FeatureKind feature_kind(const Column& column) {
  if (std::find(kNoFeatures.begin(), kNoFeatures.end(), column.name) != kNoFeatures.end()) {
    return FeatureKind::kNone;
  }
  switch (column.type) {
    case ColumnType::kInt64:
    case ColumnType::kDouble:
      return FeatureKind::kNumber;
    case ColumnType::kText:
      return FeatureKind::kCategory;
    default:
      return FeatureKind::kNone;
  }
}

bool tells_groups(const Levels& levels) {
  return levels.names.size() >= 2 && levels.names.size() <= levels.codes.size() / 2;
}

std::vector<ClusterTraits> traits_of_clusters(const Table& stores, const std::vector<std::int32_t>& clusters,
                                              std::size_t n_clusters, const std::set<std::string>& active,
                                              const FeatureLabels& labels) {
  std::vector<ClusterTraits> result(n_clusters);
  ReadColumns read;
  for (const Column& column : stores.columns()) {
    const FeatureKind kind = feature_kind(column);
    if (kind == FeatureKind::kNone) continue;
    const FeatureLabel label = label_of(labels, column.name);
    Trait blank;
    blank.column = column.name;
    blank.label = label.label;
    blank.high = label.high;
    blank.low = label.low;
    blank.unit = label.unit;
    blank.active = active.contains(column.name);
    if (kind == FeatureKind::kNumber) {
      NumberColumn values = read_numbers(column);
      if (values.standardised.empty()) continue;
      add_number_traits(values, clusters, blank, result);
      read.numbers.emplace(column.name, std::move(values));
    } else {
      Levels levels = levels_of(column);
      if (!tells_groups(levels)) continue;
      blank.unit = UnitKind::kShare;
      add_level_traits(levels, clusters, blank, result);
      read.levels.emplace(column.name, std::move(levels));
    }
  }
  for (ClusterTraits& cluster : result) {
    std::sort(cluster.traits.begin(), cluster.traits.end(), before);
    choose(cluster, read);
  }
  return result;
}

}  // namespace aisle
