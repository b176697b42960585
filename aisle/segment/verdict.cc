#include "aisle/segment/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>

#include "aisle/cluster/validity.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

constexpr std::array<std::string_view, 3> kIdentifiers = {kStoreId, "store_name", "address"};

struct Bands {
  double strong;
  double fair;
};
constexpr Bands kSeparation{0.30, 0.0};
constexpr Bands kCohesion{0.40, 0.15};
constexpr Bands kNoise{0.10, 0.30};
constexpr Bands kRepetition{0.50, kMerelyRepeats};

Grade rising(double value, const Bands& bands) {
  if (!(value >= bands.fair)) return Grade::kWeak;
  return value >= bands.strong ? Grade::kStrong : Grade::kFair;
}

// As the figures beside it: below 10 % with a decimal.
std::string percent(double share) {
  return fmt::format("{:.{}f} %", share * 100, share > 0 && share < 0.0995 ? 1 : 0);
}

VerdictAspect clusters_aspect(const VerdictFigures& figures) {
  VerdictAspect aspect{.name = "clusters", .value = static_cast<double>(figures.n_clusters)};
  aspect.grade = figures.n_clusters >= 2 ? Grade::kStrong : Grade::kWeak;
  if (figures.n_clusters == 0) {
    aspect.reason = "No cluster was found: no group of stores stands apart.";
  } else if (figures.n_clusters == 1) {
    aspect.reason = "Only one cluster was found: nothing tells the stores apart.";
  } else {
    aspect.reason = fmt::format("{} clusters were found.", figures.n_clusters);
  }
  if (!figures.limits.empty()) aspect.reason += " " + figures.limits;
  return aspect;
}

VerdictAspect separation_aspect(const VerdictFigures& figures) {
  VerdictAspect aspect{.name = "separation", .value = figures.dbcv};
  aspect.grade = rising(figures.dbcv, kSeparation);
  if (std::isnan(figures.dbcv)) {
    aspect.reason = "Separation cannot be measured without two clusters.";
    return aspect;
  }
  const char* words = aspect.grade == Grade::kStrong ? "clear gaps lie between the clusters"
                      : aspect.grade == Grade::kFair ? "the gaps between the clusters are narrow"
                                                     : "the clusters run into each other";
  aspect.reason = fmt::format("By density {} (DBCV {:.2f}).", words, figures.dbcv);
  return aspect;
}

VerdictAspect cohesion_aspect(const VerdictFigures& figures) {
  VerdictAspect aspect{.name = "cohesion", .value = figures.silhouette};
  aspect.grade = rising(figures.silhouette, kCohesion);
  if (std::isnan(figures.silhouette)) {
    aspect.reason = "Cohesion cannot be measured without two clusters.";
    return aspect;
  }
  const char* words = aspect.grade == Grade::kStrong ? "are much nearer to their own cluster than to the next"
                      : aspect.grade == Grade::kFair
                          ? "are somewhat nearer to their own cluster than to the next"
                          : "are hardly nearer to their own cluster than to the next";
  aspect.reason = fmt::format("Stores {} (silhouette {:.2f}).", words, figures.silhouette);
  return aspect;
}

VerdictAspect noise_aspect(const VerdictFigures& figures) {
  const double share = figures.n_stores > 0
                           ? static_cast<double>(figures.n_noise) / static_cast<double>(figures.n_stores)
                           : 1.0;
  VerdictAspect aspect{.name = "noise", .value = share};
  aspect.grade = share <= kNoise.strong ? Grade::kStrong : share <= kNoise.fair ? Grade::kFair : Grade::kWeak;
  aspect.reason = figures.n_noise == 0 ? std::string("Every store fits a cluster.")
                                       : fmt::format("{} of the stores ({}) fit no cluster by themselves.",
                                                     percent(share), figures.n_noise);
  return aspect;
}

VerdictAspect smallest_aspect(const VerdictFigures& figures) {
  VerdictAspect aspect{.name = "smallest", .value = static_cast<double>(figures.smallest)};
  if (figures.n_clusters == 0) {
    aspect.value = std::numeric_limits<double>::quiet_NaN();
    aspect.reason = "There is no smallest cluster.";
    return aspect;
  }
  const double share = static_cast<double>(figures.smallest) / static_cast<double>(figures.n_stores);
  aspect.grade = figures.smallest >= 5 && share >= 0.05    ? Grade::kStrong
                 : figures.smallest >= 3 && share >= 0.005 ? Grade::kFair
                                                           : Grade::kWeak;
  aspect.reason =
      fmt::format("The {}cluster has {} {} ({} of the chain).", figures.n_clusters == 1 ? "" : "smallest ",
                  figures.smallest, figures.smallest == 1 ? "store" : "stores", percent(share));
  return aspect;
}

VerdictAspect repetition_aspect(const VerdictFigures& figures, const std::vector<Repetition>& found) {
  VerdictAspect aspect{.name = "repetition", .grade = Grade::kStrong};
  if (found.empty() || figures.n_clusters < 2) {
    aspect.value = std::numeric_limits<double>::quiet_NaN();
    if (figures.n_clusters < 2) aspect.grade = Grade::kWeak;
    aspect.reason = figures.n_clusters == 0   ? "There are no clusters to compare with the given columns."
                    : figures.n_clusters == 1 ? "One cluster alone cannot repeat a given column."
                                              : "There is no given column that the clusters could repeat.";
    return aspect;
  }
  const Repetition& closest = found.front();
  aspect.value = closest.adjusted_rand_index;
  const std::string columns = fmt::format("{}", fmt::join(closest.columns, " x "));
  if (aspect.value >= kRepetition.fair) {
    aspect.grade = Grade::kWeak;
    aspect.reason =
        fmt::format("The clusters merely repeat {} (adjusted Rand index {:.2f}).", columns, aspect.value);
  } else if (aspect.value >= kRepetition.strong) {
    aspect.grade = Grade::kFair;
    aspect.reason =
        fmt::format("The clusters largely follow {} (adjusted Rand index {:.2f}).", columns, aspect.value);
  } else {
    aspect.reason = fmt::format(
        "The clusters say more than any given column; nearest is {} (adjusted Rand index {:.2f}).", columns,
        aspect.value);
  }
  return aspect;
}

const char* remedy_of(const std::string& aspect) {
  if (aspect == "clusters")
    return "Lower hdbscan.min_cluster_size or hdbscan.cluster_selection_epsilon, or give the model columns "
           "in "
           "which the stores differ.";
  if (aspect == "separation")
    return "Give the model fewer columns, those that the decision is about: every further one blurs the "
           "gaps.";
  if (aspect == "cohesion")
    return "Ask for finer clusters: hdbscan.cluster_selection_method = \"leaf\", or a smaller "
           "hdbscan.cluster_selection_epsilon.";
  if (aspect == "noise")
    return "Lower hdbscan.min_samples or raise hdbscan.cluster_selection_epsilon, so that more stores belong "
           "to a cluster.";
  if (aspect == "smallest")
    return "Raise hdbscan.min_cluster_size, so that no cluster is too small to manage.";
  return "Leave the repeated columns out of the model to learn more than they say, or use them themselves.";
}

// Renumbers pairs of codes so that each pair that occurs is one code.
std::vector<std::int32_t> paired(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b,
                                 std::size_t n_b) {
  std::vector<std::int64_t> keys(a.size());
  for (std::size_t row = 0; row < a.size(); ++row) {
    keys[row] = static_cast<std::int64_t>(a[row]) * static_cast<std::int64_t>(n_b) + b[row];
  }
  std::vector<std::int64_t> distinct = keys;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<std::int32_t> codes(a.size());
  for (std::size_t row = 0; row < a.size(); ++row) {
    codes[row] = static_cast<std::int32_t>(std::lower_bound(distinct.begin(), distinct.end(), keys[row]) -
                                           distinct.begin());
  }
  return codes;
}

}  // namespace

const char* grade_name(Grade grade) {
  switch (grade) {
    case Grade::kWeak:
      return "weak";
    case Grade::kFair:
      return "fair";
    case Grade::kStrong:
      return "strong";
  }
  return "weak";
}

std::vector<Repetition> repetitions(const Table& stores, std::span<const std::int32_t> labels) {
  std::vector<std::size_t> rows;
  std::vector<std::int32_t> kept_labels;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0) continue;
    rows.push_back(row);
    kept_labels.push_back(labels[row]);
  }
  std::vector<std::string> names;
  std::vector<Levels> columns;
  for (const Column& column : stores.columns()) {
    const bool identifier =
        std::find(kIdentifiers.begin(), kIdentifiers.end(), column.name) != kIdentifiers.end();
    if (column.type != ColumnType::kText || identifier) continue;
    Table one;
    one.add(column);
    Levels levels = levels_of(one.take(rows).columns().front());
    if (levels.names.size() < 2 || levels.names.size() > rows.size() / 2) continue;
    names.push_back(column.name);
    columns.push_back(std::move(levels));
  }
  std::vector<Repetition> result;
  for (std::size_t a = 0; a < names.size(); ++a) {
    result.push_back({{names[a]}, adjusted_rand_index(kept_labels, columns[a].codes)});
    for (std::size_t b = a + 1; b < names.size(); ++b) {
      const auto pair = paired(columns[a].codes, columns[b].codes, columns[b].names.size());
      result.push_back({{names[a], names[b]}, adjusted_rand_index(kept_labels, pair)});
    }
  }
  // Largest first; one column before a pair that says no more.
  std::sort(result.begin(), result.end(), [](const Repetition& a, const Repetition& b) {
    const auto key = [](const Repetition& r) {
      return std::make_tuple(-r.adjusted_rand_index, r.columns.size());
    };
    return key(a) != key(b) ? key(a) < key(b) : a.columns < b.columns;
  });
  return result;
}

Verdict judge(const VerdictFigures& figures, std::vector<Repetition> found) {
  Verdict verdict;
  verdict.aspects = {clusters_aspect(figures), separation_aspect(figures), cohesion_aspect(figures),
                     noise_aspect(figures),    smallest_aspect(figures),   repetition_aspect(figures, found)};
  verdict.repetitions = std::move(found);
  for (VerdictAspect& aspect : verdict.aspects) {
    // Without two clusters every other aspect is weak for that one reason.
    if (figures.n_clusters < 2 && aspect.name != "clusters") continue;
    if (aspect.grade != Grade::kStrong) aspect.remedy = remedy_of(aspect.name);
  }
  conclude(verdict);
  return verdict;
}

void conclude(Verdict& verdict) {
  const auto weaker = [](const VerdictAspect& a, const VerdictAspect& b) { return a.grade < b.grade; };
  verdict.grade = std::min_element(verdict.aspects.begin(), verdict.aspects.end(), weaker)->grade;
  std::vector<std::string> named;
  for (const VerdictAspect& aspect : verdict.aspects) {
    if (aspect.grade == verdict.grade && !aspect.remedy.empty()) named.push_back(aspect.name);
  }
  switch (verdict.grade) {
    case Grade::kStrong:
      verdict.sentence = "The clusters can be acted on: nothing speaks against them.";
      break;
    case Grade::kFair:
      verdict.sentence =
          fmt::format("The clusters can be used with care; what is only fair: {}.", fmt::join(named, ", "));
      break;
    case Grade::kWeak:
      verdict.sentence = fmt::format("The clusters should not be acted on as they are; what is weak: {}.",
                                     fmt::join(named, ", "));
      break;
  }
}

}  // namespace aisle
