#include "aisle/insight/profiles.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

constexpr std::size_t kListedLevels = 40;
constexpr std::size_t kListedStores = 5;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// The effects and v-tests of segments.json, by column and level.
class TraitFinder {
 public:
  explicit TraitFinder(const std::vector<ClusterTraits>& clusters) {
    for (const ClusterTraits& cluster : clusters) {
      auto& known = traits_.emplace_back();
      for (const Trait& trait : cluster.traits) known[{trait.column, trait.level}] = &trait;
    }
  }
  void add(const std::string& column, const std::string& level, std::size_t cluster,
           std::vector<double>& effect, std::vector<double>& v_test) const {
    const auto found = traits_[cluster].find({column, level});
    const bool is_there = found != traits_[cluster].end();
    effect.push_back(is_there ? found->second->effect : kNone);
    v_test.push_back(is_there ? found->second->v_test : kNone);
  }

 private:
  std::vector<std::map<std::pair<std::string, std::string>, const Trait*>> traits_;
};

NumberProfile profile_number(const Column& column, const std::vector<std::int32_t>& clusters,
                             std::size_t n_clusters, const TraitFinder& traits) {
  NumberProfile profile;
  profile.column = column.name;
  std::vector<double> all;
  std::vector<std::vector<double>> parts(n_clusters);
  for (std::size_t row = 0; row < clusters.size(); ++row) {
    const double value = column.number_at(row);
    all.push_back(value);
    if (clusters[row] >= 0) parts[static_cast<std::size_t>(clusters[row])].push_back(value);
  }
  profile.chain = distribution_of(std::move(all));
  for (std::size_t cluster = 0; cluster < n_clusters; ++cluster) {
    profile.clusters.push_back(distribution_of(std::move(parts[cluster])));
    traits.add(column.name, "", cluster, profile.effect, profile.v_test);
  }
  return profile;
}

CategoryProfile profile_category(const std::string& name, const Levels& levels,
                                 const std::vector<std::int32_t>& clusters, std::size_t n_clusters,
                                 const TraitFinder& traits) {
  const std::size_t n_levels = levels.names.size();
  std::vector<std::int64_t> of_level(n_levels);
  std::vector<std::int64_t> of_cluster(n_clusters);
  std::vector<std::int64_t> of_both(n_levels * n_clusters);
  for (std::size_t row = 0; row < clusters.size(); ++row) {
    const auto level = static_cast<std::size_t>(levels.codes[row]);
    ++of_level[level];
    if (clusters[row] < 0) continue;
    const auto cluster = static_cast<std::size_t>(clusters[row]);
    ++of_cluster[cluster];
    ++of_both[cluster * n_levels + level];
  }
  std::vector<std::size_t> order(n_levels);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return of_level[a] > of_level[b]; });
  order.resize(std::min(order.size(), kListedLevels));
  CategoryProfile profile;
  profile.column = name;
  profile.n_levels = static_cast<std::int64_t>(n_levels);
  for (const std::size_t level : order) {
    LevelProfile entry;
    entry.level = levels.names[level];
    entry.chain = static_cast<double>(of_level[level]) / static_cast<double>(clusters.size());
    for (std::size_t cluster = 0; cluster < n_clusters; ++cluster) {
      const auto both = static_cast<double>(of_both[cluster * n_levels + level]);
      entry.share.push_back(both / static_cast<double>(of_cluster[cluster]));
      traits.add(name, entry.level, cluster, entry.effect, entry.v_test);
    }
    profile.levels.push_back(std::move(entry));
  }
  return profile;
}

// What tells `cluster` from `other`, over the stores of the two alone.
std::vector<Trait> traits_against(const Table& fitted, const std::vector<std::int32_t>& clusters,
                                  std::int32_t cluster, std::int32_t other,
                                  const std::set<std::string>& active, const FeatureLabels& labels) {
  std::vector<std::size_t> rows;
  std::vector<std::int32_t> sides;
  for (std::size_t row = 0; row < clusters.size(); ++row) {
    if (clusters[row] != cluster && clusters[row] != other) continue;
    rows.push_back(row);
    sides.push_back(clusters[row] == cluster ? 0 : 1);
  }
  const auto both = traits_of_clusters(fitted.take(rows), sides, 2, active, labels);
  std::vector<Trait> result = both[0].sets_apart;
  for (Trait& trait : result) {
    const auto opposite = std::find_if(
        both[1].traits.begin(), both[1].traits.end(),
        [&](const Trait& theirs) { return theirs.column == trait.column && theirs.level == trait.level; });
    // A number that no store of the other cluster has tells nothing of it; the pair's mean stays.
    if (opposite == both[1].traits.end()) continue;
    trait.chain = opposite->value;
    trait.effect -= opposite->effect;
  }
  return result;
}

void find_typical(const InsightData& data, const StoreSpace& space, Profiles& profiles) {
  std::vector<std::vector<StoreAt>> members(data.n_clusters());
  for (const std::size_t row : data.clusters.fitted) {
    if (data.clusters.final_cluster[row] < 0) continue;
    const auto cluster = static_cast<std::size_t>(data.clusters.final_cluster[row]);
    const auto point = static_cast<std::size_t>(space.point_of[row]);
    members[cluster].push_back(
        {row, distance_between(space.points.row(point), space.centres.row(cluster), space.metric)});
  }
  for (std::vector<StoreAt>& stores : members) {
    const std::size_t n_listed = std::min(stores.size(), kListedStores);
    const auto listed = static_cast<std::ptrdiff_t>(n_listed);
    std::stable_sort(stores.begin(), stores.end(),
                     [](const StoreAt& a, const StoreAt& b) { return a.distance < b.distance; });
    profiles.typical.emplace_back(stores.begin(), stores.begin() + listed);
    std::stable_sort(stores.begin(), stores.end(),
                     [](const StoreAt& a, const StoreAt& b) { return a.distance > b.distance; });
    profiles.atypical.emplace_back(stores.begin(), stores.begin() + listed);
  }
}

}  // namespace

double quantile_of(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return kNone;
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Distribution distribution_of(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return {0, kNone, kNone, kNone, kNone, kNone, kNone, kNone};
  const auto n = static_cast<double>(values.size());
  Distribution result;
  result.n = static_cast<std::int64_t>(values.size());
  result.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.deviation = std::sqrt(squares / n);
  std::sort(values.begin(), values.end());
  result.min = values.front();
  result.q1 = quantile_of(values, 0.25);
  result.median = quantile_of(values, 0.5);
  result.q3 = quantile_of(values, 0.75);
  result.max = values.back();
  return result;
}

Profiles profile_clusters(const InsightData& data, const StoreSpace& space) {
  const Table fitted = data.stores.take(data.clusters.fitted);
  const auto clusters = data.clusters.fitted_clusters();
  const std::size_t n_clusters = data.n_clusters();
  std::set<std::string> active;
  for (const ActiveColumn& column : data.metrics.columns) active.insert(column.column);
  Profiles profiles;
  profiles.traits = traits_of_clusters(fitted, clusters, n_clusters, active, data.labels);
  const TraitFinder finder(profiles.traits);
  profiles.fit = data.metrics.fit;
  profiles.cluster_ids = data.clusters.ids;
  profiles.n_stores.assign(n_clusters, 0);
  for (const std::int32_t cluster : clusters) {
    if (cluster >= 0) ++profiles.n_stores[static_cast<std::size_t>(cluster)];
  }
  profiles.nearest = space.nearest;
  profiles.nearest_distance = space.nearest_distance;
  for (const Column& column : fitted.columns()) {
    const FeatureKind kind = feature_kind(column);
    if (kind == FeatureKind::kNumber) {
      NumberProfile profile = profile_number(column, clusters, n_clusters, finder);
      if (profile.chain.n == 0) continue;
      profile.label = label_of(data.labels, column.name);
      profile.active = active.contains(column.name);
      profiles.numbers.push_back(std::move(profile));
    } else if (kind == FeatureKind::kCategory) {
      const Levels levels = levels_of(column);
      if (!tells_groups(levels)) continue;
      CategoryProfile profile = profile_category(column.name, levels, clusters, n_clusters, finder);
      profile.label = label_of(data.labels, column.name);
      profile.active = active.contains(column.name);
      profiles.categories.push_back(std::move(profile));
    }
  }
  for (std::size_t cluster = 0; cluster < n_clusters; ++cluster) {
    const std::int32_t other = space.nearest[cluster];
    profiles.against_nearest.push_back(other < 0 ? std::vector<Trait>{}
                                                 : traits_against(fitted, clusters,
                                                                  static_cast<std::int32_t>(cluster), other,
                                                                  active, data.labels));
  }
  find_typical(data, space, profiles);
  return profiles;
}

}  // namespace aisle
