#include "aisle/cluster/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr const char* kWhere = "cluster limits";
constexpr double kImpossible = -std::numeric_limits<double>::infinity();

struct SizeRange {
  std::int64_t smallest = 0;
  std::int64_t largest = 0;
  bool holds(std::int64_t size) const { return size >= smallest && size <= largest; }
};

// Shares as rows. A share that is a whole number of rows up to rounding means that number.
SizeRange size_range(const ClusterLimits& limits, std::int64_t n_points) {
  constexpr double kRounding = 1e-9;
  const double n = static_cast<double>(n_points);
  return {
      std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(limits.smallest_share * n - kRounding))),
      static_cast<std::int64_t>(std::floor(limits.largest_share * n + kRounding))};
}

// By cluster: selectable and within the limits of size.
std::vector<std::uint8_t> allowed_clusters(const LimitedTree& tree, const ClusterLimits& limits) {
  const SizeRange range = size_range(limits, tree.n_points);
  std::vector<std::uint8_t> is_allowed(tree.clusters.size());
  for (std::size_t c = 0; c < is_allowed.size(); ++c) {
    is_allowed[c] = tree.is_selectable[c] != 0 && range.holds(tree.sizes[c]) ? 1 : 0;
  }
  return is_allowed;
}

// The selection of the most clusters whatever their number; of those the most stable.
std::vector<std::uint8_t> choose_finest(const LimitedTree& tree,
                                        const std::vector<std::uint8_t>& is_allowed) {
  struct Best {
    std::int64_t count = 0;
    double stability = 0;
  };
  const std::size_t n = tree.clusters.size();
  std::vector<Best> best(n);  // at or below a cluster; children come after their parents
  std::vector<std::uint8_t> is_selected(n);
  const auto parent = [&](std::size_t c) { return static_cast<std::size_t>(tree.clusters[c].parent); };
  for (std::size_t c = n; c-- > 0;) {
    const double own = tree.clusters[c].stability;
    const bool stands = best[c].count == 0 || (best[c].count == 1 && best[c].stability <= own);
    is_selected[c] = is_allowed[c] != 0 && stands ? 1 : 0;
    if (is_selected[c] != 0) best[c] = {1, own};
    if (c == 0) break;
    best[parent(c)].count += best[c].count;
    best[parent(c)].stability += best[c].stability;
  }
  std::vector<std::uint8_t> is_covered(n, 0);
  for (std::size_t c = 1; c < n; ++c) {
    is_covered[c] = std::max(is_covered[parent(c)], is_selected[parent(c)]);
  }
  for (std::size_t c = 1; c < n; ++c) {
    if (is_covered[c] != 0) is_selected[c] = 0;
  }
  return is_selected;
}

// For every cluster, the best total stability at or below it by the number of clusters that are chosen.
class Programme {
 public:
  Programme(const LimitedTree& tree, const ClusterLimits& limits);

  // Empty where nothing keeps the limits.
  std::vector<std::uint8_t> choose_most_stable() const;
  // Likewise; there is a most.
  std::vector<std::uint8_t> choose_most() const;
  // Whether some cluster is within the limits of size.
  bool holds_any() const { return holds_any_[0] != 0; }
  bool is_possible(std::size_t count) const {
    return count < totals_[0].size() && totals_[0][count] != kImpossible;
  }

 private:
  using Totals = std::vector<double>;  // by number of clusters

  std::size_t capped(std::size_t count) const { return is_capped_ ? std::min(count, most_) : count; }
  Totals joined(const Totals& a, const Totals& b) const;
  Totals totals_of(std::size_t cluster) const;
  std::vector<std::uint8_t> chosen(std::size_t count) const;
  void choose_below(std::size_t cluster, std::size_t count, std::vector<std::uint8_t>& is_selected) const;

  const LimitedTree& tree_;
  std::size_t fewest_;
  std::size_t most_;  // the largest number that is told apart
  bool is_capped_;    // the last number stands for itself and all above: there is no upper limit
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::uint8_t> is_allowed_;  // by cluster: selectable and within the limits of size
  std::vector<std::uint8_t> holds_any_;   // by cluster: one at or below it is allowed
  std::vector<Totals> totals_;
};

Programme::Programme(const LimitedTree& tree, const ClusterLimits& limits)
    : tree_(tree),
      fewest_(static_cast<std::size_t>(limits.fewest_clusters)),
      most_(
          static_cast<std::size_t>(limits.most_clusters > 0 ? limits.most_clusters : limits.fewest_clusters)),
      is_capped_(limits.most_clusters == 0),
      children_(tree.clusters.size()),
      is_allowed_(allowed_clusters(tree, limits)),
      holds_any_(tree.clusters.size(), 0),
      totals_(tree.clusters.size()) {
  for (std::size_t c = tree.clusters.size(); c-- > 0;) {
    holds_any_[c] = std::max(holds_any_[c], is_allowed_[c]);
    if (c == 0) break;
    const auto parent = static_cast<std::size_t>(tree.clusters[c].parent);
    children_[parent].push_back(c);
    holds_any_[parent] = std::max(holds_any_[parent], holds_any_[c]);
  }
  for (std::size_t c = tree.clusters.size(); c-- > 0;) totals_[c] = totals_of(c);
}

// Both branches together.
Programme::Totals Programme::joined(const Totals& a, const Totals& b) const {
  Totals both(std::min(a.size() + b.size() - 1, most_ + 1), kImpossible);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == kImpossible) continue;
    for (std::size_t j = 0; j < b.size() && capped(i + j) < both.size(); ++j) {
      if (b[j] != kImpossible) both[capped(i + j)] = std::max(both[capped(i + j)], a[i] + b[j]);
    }
  }
  return both;
}

// Of the branch at `cluster`. A branch without an allowed
// cluster is left out at no cost; any other gives at least one.
Programme::Totals Programme::totals_of(std::size_t cluster) const {
  if (holds_any_[cluster] == 0) return {0.0};
  Totals totals{0.0};
  for (const std::size_t child : children_[cluster]) totals = joined(totals, totals_[child]);
  const bool is_empty = std::none_of(children_[cluster].begin(), children_[cluster].end(),
                                     [&](std::size_t child) { return holds_any_[child] != 0; });
  if (is_empty) totals[0] = kImpossible;
  if (is_allowed_[cluster] != 0) {
    const std::size_t one = capped(1);
    totals.resize(std::max(totals.size(), one + 1), kImpossible);
    totals[one] = std::max(totals[one], tree_.clusters[cluster].stability);
  }
  return totals;
}

void Programme::choose_below(std::size_t cluster, std::size_t count,
                             std::vector<std::uint8_t>& is_selected) const {
  struct Task {
    std::size_t cluster;
    std::size_t count;
  };
  std::vector<Task> tasks{{cluster, count}};
  while (!tasks.empty()) {
    const Task task = tasks.back();
    tasks.pop_back();
    if (holds_any_[task.cluster] == 0) continue;
    const double wanted = totals_[task.cluster][task.count];
    if (is_allowed_[task.cluster] != 0 && task.count == capped(1) &&
        tree_.clusters[task.cluster].stability == wanted) {
      is_selected[task.cluster] = 1;
      continue;
    }
    const auto& children = children_[task.cluster];
    // The first way to share the number that gives the total: fewest in the first branch.
    const Totals& first = totals_[children[0]];
    const Totals& second = totals_[children[1]];
    bool is_found = false;
    for (std::size_t i = 0; i < first.size() && !is_found; ++i) {
      for (std::size_t j = 0; j < second.size() && !is_found; ++j) {
        if (capped(i + j) != task.count || first[i] == kImpossible || second[j] == kImpossible) continue;
        if (first[i] + second[j] != wanted) continue;
        tasks.push_back({children[0], i});
        tasks.push_back({children[1], j});
        is_found = true;
      }
    }
  }
}

std::vector<std::uint8_t> Programme::chosen(std::size_t count) const {
  std::vector<std::uint8_t> is_selected(tree_.clusters.size(), 0);
  choose_below(0, count, is_selected);
  return is_selected;
}

std::vector<std::uint8_t> Programme::choose_most() const {
  for (std::size_t count = totals_[0].size(); count-- > fewest_;) {
    if (totals_[0][count] != kImpossible) return chosen(count);
  }
  return {};
}

std::vector<std::uint8_t> Programme::choose_most_stable() const {
  const Totals& totals = totals_[0];
  std::size_t best = totals.size();
  for (std::size_t count = fewest_; count < totals.size(); ++count) {
    if (totals[count] > (best == totals.size() ? kImpossible : totals[best])) best = count;
  }
  return best == totals.size() ? std::vector<std::uint8_t>{} : chosen(best);
}

// The numbers of clusters, up to `most`, that the limits of size leave possible, as "2 to 7, 9".
std::string possible_counts(const LimitedTree& tree, ClusterLimits limits, int most) {
  limits.fewest_clusters = 0;
  limits.most_clusters = most;
  const Programme programme(tree, limits);
  std::string text;
  for (int count = 1; count <= most; ++count) {
    if (!programme.is_possible(static_cast<std::size_t>(count))) continue;
    const int first = count;
    while (count < most && programme.is_possible(static_cast<std::size_t>(count) + 1)) ++count;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", first);
    if (count > first) text += fmt::format(" to {}", count);
  }
  return text;
}

std::string wanted_count(const ClusterLimits& limits) {
  if (limits.most_clusters == 0) return fmt::format("at least {}", limits.fewest_clusters);
  if (limits.fewest_clusters == limits.most_clusters) return fmt::format("exactly {}", limits.most_clusters);
  if (limits.fewest_clusters == 0) return fmt::format("at most {}", limits.most_clusters);
  return fmt::format("{} to {}", limits.fewest_clusters, limits.most_clusters);
}

[[noreturn]] void refuse_count(const LimitedTree& tree, const ClusterLimits& limits) {
  // Far enough beyond the wish to show the nearest that can be had, without going through huge trees.
  constexpr int kBeyond = 256;
  const int asked = std::max(limits.fewest_clusters, limits.most_clusters);
  const int most = static_cast<int>(
      std::min<std::int64_t>(static_cast<std::int64_t>(tree.clusters.size()), std::int64_t{asked} + kBeyond));
  const std::string possible = possible_counts(tree, limits, most);
  throw InvalidInput(
      {.where = kWhere,
       .what = fmt::format("the hierarchy has no selection of {} clusters", wanted_count(limits)),
       .expected = possible.empty() ? "no limit on their number: there is no cluster to choose"
                                    : fmt::format("one of the numbers that it has: {}", possible),
       .remedy = "a smaller min_cluster_size gives more clusters, wider shares more numbers"});
}

[[noreturn]] void refuse_shares(const LimitedTree& tree, const ClusterLimits& limits) {
  std::int64_t smallest = tree.n_points;
  std::int64_t largest = 0;
  for (std::size_t c = 0; c < tree.clusters.size(); ++c) {
    if (tree.is_selectable[c] == 0) continue;
    smallest = std::min(smallest, tree.sizes[c]);
    largest = std::max(largest, tree.sizes[c]);
  }
  const double n = static_cast<double>(tree.n_points);
  throw InvalidInput(
      {.where = kWhere,
       .what = fmt::format("no cluster has a share between {} and {} of the {} rows", limits.smallest_share,
                           limits.largest_share, tree.n_points),
       .expected = fmt::format("shares that some cluster has: they go from {:.4g} to {:.4g}",
                               static_cast<double>(smallest) / n, static_cast<double>(largest) / n),
       .remedy = "widen the shares, or change min_cluster_size"});
}

}  // namespace

bool has_limits(const ClusterLimits& limits) {
  return limits.fewest_clusters > 0 || limits.most_clusters > 0 || limits.smallest_share > 0 ||
         limits.largest_share < 1;
}

bool keeps_limits(const LimitedTree& tree, std::span<const std::uint8_t> is_selected,
                  const ClusterLimits& limits) {
  const SizeRange range = size_range(limits, tree.n_points);
  int count = 0;
  for (std::size_t c = 0; c < tree.clusters.size(); ++c) {
    if (is_selected[c] == 0) continue;
    if (!range.holds(tree.sizes[c])) return false;
    ++count;
  }
  return count >= limits.fewest_clusters && (limits.most_clusters == 0 || count <= limits.most_clusters);
}

std::vector<std::uint8_t> choose_within_limits(const LimitedTree& tree, const ClusterLimits& limits,
                                               SelectionMethod method) {
  if (method == SelectionMethod::kLeaf) {
    std::vector<std::uint8_t> finest = choose_finest(tree, allowed_clusters(tree, limits));
    const bool is_any = std::any_of(finest.begin(), finest.end(), [](auto is) { return is != 0; });
    if (is_any && keeps_limits(tree, finest, limits)) return finest;
  }
  const Programme programme(tree, limits);
  const bool is_any_selectable =
      std::any_of(tree.is_selectable.begin(), tree.is_selectable.end(), [](auto is) { return is != 0; });
  if (!programme.holds_any() && is_any_selectable) refuse_shares(tree, limits);
  const bool wants_most = method == SelectionMethod::kLeaf && limits.most_clusters > 0;
  const std::vector<std::uint8_t> is_selected =
      wants_most ? programme.choose_most() : programme.choose_most_stable();
  if (is_selected.empty()) refuse_count(tree, limits);
  return is_selected;
}

}  // namespace aisle
