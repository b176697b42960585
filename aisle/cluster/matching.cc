// Matching of clusterings: shared rows, MONIC's transitions, ids.
#include "aisle/cluster/matching.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/cluster/checks.h"

namespace aisle {
namespace {

constexpr const char* kWhere = "match_clusters";
constexpr const char* kOldName = "the old clustering";
constexpr const char* kNewName = "the new clustering";

struct KeyedRow {
  std::uint64_t key;
  std::size_t row;
};

void check_options(const MatchOptions& options) {
  if (!(options.survival_share > 0 && options.survival_share <= 1)) {
    throw InvalidInput({kWhere, fmt::format("survival_share is {}", options.survival_share),
                        "a number above 0 and at most 1", ""});
  }
  if (!(options.split_share > 0 && options.split_share <= options.survival_share)) {
    throw InvalidInput(
        {kWhere, fmt::format("split_share is {}", options.split_share),
         fmt::format("a number above 0 and at most survival_share ({})", options.survival_share), ""});
  }
}

std::vector<KeyedRow> keyed_rows(const KeyedLabels& clustering, const char* name) {
  if (clustering.labels.size() != clustering.row_keys.size()) {
    throw InvalidInput({kWhere,
                        fmt::format("{} has {} labels and {} row keys", name, clustering.labels.size(),
                                    clustering.row_keys.size()),
                        "one key a label", ""});
  }
  const std::string where = fmt::format("{}: {}", kWhere, name);
  std::vector<KeyedRow> rows;
  for (const std::uint32_t row : rows_by_key(where.c_str(), clustering.row_keys, clustering.labels.size())) {
    rows.push_back({clustering.row_keys[row], row});
  }
  return rows;
}

std::size_t cluster_count(std::span<const std::int32_t> labels, const char* name) {
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < -1) {
      throw InvalidInput({kWhere, fmt::format("label {} of {} is {}", row, name, labels[row]),
                          "-1 for noise, or a cluster from 0", ""});
    }
  }
  const auto largest = std::max_element(labels.begin(), labels.end());
  return largest == labels.end() ? 0 : static_cast<std::size_t>(*largest + 1);
}

void check_weights(std::span<const double> weights, std::size_t n_rows) {
  if (!weights.empty() && weights.size() != n_rows) {
    throw InvalidInput({kWhere, fmt::format("there are {} weights for {} rows", weights.size(), n_rows),
                        "one a row, or none", ""});
  }
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (!std::isfinite(weights[row]) || weights[row] < 0) {
      throw InvalidInput(
          {kWhere, fmt::format("weight {} is {}", row, weights[row]), "a finite number of at least 0", ""});
    }
  }
}

// Joins both clusterings by key and sums the shared rows' weights, in the order of the keys.
void count_overlaps(const KeyedLabels& old, const KeyedLabels& renewed, std::span<const double> weights,
                    ClusterMatching& result) {
  const std::vector<KeyedRow> old_rows = keyed_rows(old, kOldName);
  const std::vector<KeyedRow> new_rows = keyed_rows(renewed, kNewName);
  auto old_row = old_rows.begin();
  for (const KeyedRow& new_row : new_rows) {
    while (old_row != old_rows.end() && old_row->key < new_row.key) ++old_row;
    if (old_row == old_rows.end()) break;
    if (old_row->key != new_row.key) continue;
    ++result.n_shared;
    const double weight = weights.empty() ? 1.0 : weights[new_row.row];
    const std::int32_t from = old.labels[old_row->row];
    const std::int32_t to = renewed.labels[new_row.row];
    if (from >= 0) result.old_weights[static_cast<std::size_t>(from)] += weight;
    if (to >= 0) result.new_weights[static_cast<std::size_t>(to)] += weight;
    if (from >= 0 && to >= 0) {
      result.overlaps(static_cast<std::size_t>(from), static_cast<std::size_t>(to)) += weight;
    }
  }
}

// MONIC's match of an old cluster: the first new cluster with the largest overlap, if that reaches the
// share; else -1. A cluster without shared rows has none.
std::int32_t monic_match(std::span<const double> overlaps, double old_weight, double survival_share) {
  if (!(old_weight > 0) || overlaps.empty()) return -1;
  const auto largest = std::max_element(overlaps.begin(), overlaps.end());
  return *largest >= survival_share * old_weight ? static_cast<std::int32_t>(largest - overlaps.begin()) : -1;
}

// MONIC's parts of an old cluster without a match: several new clusters that hold split_share each and
// survival_share together.
std::vector<std::int32_t> monic_parts(std::span<const double> overlaps, double old_weight,
                                      const MatchOptions& options) {
  std::vector<std::int32_t> parts;
  double held = 0;
  for (std::size_t to = 0; to < overlaps.size(); ++to) {
    if (!(overlaps[to] > 0) || overlaps[to] < options.split_share * old_weight) continue;
    parts.push_back(static_cast<std::int32_t>(to));
    held += overlaps[to];
  }
  if (parts.size() < 2 || held < options.survival_share * old_weight) parts.clear();
  return parts;
}

// Ids pass along the matching of greatest weight among pairs that share enough of the old cluster.
void match_ids(const MatchOptions& options, ClusterMatching& result) {
  Matrix candidates = result.overlaps;
  for (std::size_t from = 0; from < candidates.n_rows(); ++from) {
    for (double& overlap : candidates.row(from)) {
      if (overlap < options.split_share * result.old_weights[from]) overlap = 0;
    }
  }
  const std::vector<std::int32_t> partners = maximum_weight_matching(candidates);
  for (std::size_t from = 0; from < partners.size(); ++from) {
    if (partners[from] < 0) continue;
    const auto to = static_cast<std::size_t>(partners[from]);
    result.old_clusters[from].carried_by = partners[from];
    result.new_clusters[to].matched_old = static_cast<std::int32_t>(from);
    result.total_matched += result.overlaps(from, to);
  }
}

void insert_sorted(std::vector<std::int32_t>& values, std::int32_t value) {
  const auto place = std::lower_bound(values.begin(), values.end(), value);
  if (place == values.end() || *place != value) values.insert(place, value);
}

void tell_old_fates(const MatchOptions& options, ClusterMatching& result) {
  const std::size_t n_old = result.old_clusters.size();
  std::vector<std::int32_t> matches(n_old);
  std::vector<int> n_matching(result.new_clusters.size());
  for (std::size_t from = 0; from < n_old; ++from) {
    matches[from] = monic_match(result.overlaps.row(from), result.old_weights[from], options.survival_share);
    if (matches[from] >= 0) ++n_matching[static_cast<std::size_t>(matches[from])];
  }
  for (std::size_t from = 0; from < n_old; ++from) {
    OldClusterFate& fate = result.old_clusters[from];
    if (matches[from] >= 0) {
      fate.led_to = {matches[from]};
      const bool alone = n_matching[static_cast<std::size_t>(matches[from])] == 1;
      fate.kind =
          alone && fate.carried_by == matches[from] ? TransitionKind::kSurvived : TransitionKind::kMerged;
    } else {
      fate.led_to = monic_parts(result.overlaps.row(from), result.old_weights[from], options);
      if (!fate.led_to.empty()) fate.kind = TransitionKind::kSplit;
    }
    // An id that lives on elsewhere than where most of the cluster went: the cluster came apart.
    if (fate.carried_by >= 0 && fate.carried_by != matches[from]) {
      fate.kind = TransitionKind::kSplit;
      insert_sorted(fate.led_to, fate.carried_by);
    }
  }
}

void tell_new_origins(ClusterMatching& result) {
  for (std::size_t from = 0; from < result.old_clusters.size(); ++from) {
    for (const std::int32_t to : result.old_clusters[from].led_to) {
      result.new_clusters[static_cast<std::size_t>(to)].came_from.push_back(static_cast<std::int32_t>(from));
    }
  }
  for (NewClusterOrigin& origin : result.new_clusters) {
    const bool survives =
        std::any_of(origin.came_from.begin(), origin.came_from.end(), [&](std::int32_t from) {
          return result.old_clusters[static_cast<std::size_t>(from)].kind == TransitionKind::kSurvived;
        });
    if (survives) {
      origin.kind = TransitionKind::kSurvived;
    } else if (origin.came_from.size() > 1) {
      origin.kind = TransitionKind::kMerged;
    } else if (origin.came_from.size() == 1) {
      origin.kind = TransitionKind::kSplit;
    }
  }
}

}  // namespace

const char* transition_name(TransitionKind kind) {
  switch (kind) {
    case TransitionKind::kSurvived:
      return "survived";
    case TransitionKind::kSplit:
      return "split";
    case TransitionKind::kMerged:
      return "merged";
    case TransitionKind::kVanished:
      return "vanished";
    case TransitionKind::kNew:
      return "new";
  }
  throw InternalError({"transition_name", "the kind is none of the enumerators", "", ""});
}

ClusterMatching match_clusters(const KeyedLabels& old, const KeyedLabels& renewed,
                               const MatchOptions& options, std::span<const double> weights) {
  check_options(options);
  check_weights(weights, renewed.labels.size());
  ClusterMatching result;
  result.old_clusters.resize(cluster_count(old.labels, kOldName));
  result.new_clusters.resize(cluster_count(renewed.labels, kNewName));
  result.old_weights.resize(result.old_clusters.size());
  result.new_weights.resize(result.new_clusters.size());
  result.overlaps = Matrix(result.old_clusters.size(), result.new_clusters.size());
  count_overlaps(old, renewed, weights, result);
  match_ids(options, result);
  tell_old_fates(options, result);
  tell_new_origins(result);
  return result;
}

std::vector<std::int64_t> carry_ids(const ClusterMatching& matching, std::span<const std::int64_t> old_ids,
                                    std::int64_t last_id) {
  if (old_ids.size() != matching.old_clusters.size()) {
    throw InvalidInput({"carry_ids", fmt::format("old_ids has {} ids", old_ids.size()),
                        fmt::format("one for each of the {} old clusters", matching.old_clusters.size()),
                        ""});
  }
  for (const std::int64_t id : old_ids) last_id = std::max(last_id, id);
  std::vector<std::int64_t> ids;
  for (const NewClusterOrigin& origin : matching.new_clusters) {
    ids.push_back(origin.matched_old >= 0 ? old_ids[static_cast<std::size_t>(origin.matched_old)]
                                          : ++last_id);
  }
  return ids;
}

}  // namespace aisle
