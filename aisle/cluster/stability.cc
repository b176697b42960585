// Bootstrap stability and the null line: resampling and shuffling by row key around a caller's fit.
#include "aisle/cluster/stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/base/random.h"
#include "aisle/cluster/checks.h"

namespace aisle {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kDissolvedAt = 0.5;
constexpr double kValidFrom = 0.75;
constexpr double kHighlyStableFrom = 0.85;
// Streams of the random numbers; other rooms' streams are small numbers.
constexpr std::uint32_t kResampleStream = 0x7374'6162;
constexpr std::uint32_t kShuffleStream = 0x6e75'6c6c;

void check_count(const char* where, const char* name, int count) {
  if (count < 1) throw InvalidInput({where, fmt::format("{} is {}", name, count), "at least 1", ""});
}

// The rows in ascending order of their keys, with the keys.
struct KeyOrder {
  std::vector<std::uint32_t> rows;
  std::vector<std::uint64_t> keys;

  KeyOrder(const char* where, std::size_t n_rows, std::span<const std::uint64_t> row_keys)
      : rows(rows_by_key(where, row_keys, n_rows)) {
    for (const std::uint32_t row : rows) keys.push_back(row_keys.empty() ? row : row_keys[row]);
  }
};

// Tells the caller how many of the items are done, one call at a time.
class ProgressCounter {
 public:
  ProgressCounter(const ProgressFunction& progress, std::size_t total) : progress_(progress), total_(total) {}
  void item_done() {
    if (!progress_) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    progress_(++done_, total_);
  }

 private:
  const ProgressFunction& progress_;
  std::size_t total_;
  std::size_t done_ = 0;
  std::mutex mutex_;
};

struct Resample {
  Matrix points;
  std::vector<std::uint64_t> keys;
  std::vector<std::int32_t> labels;  // of the clustering that is judged
};

Resample draw_resample(MatrixView points, std::span<const std::int32_t> labels, const KeyOrder& order,
                       std::uint64_t seed, std::size_t number) {
  const std::vector<std::size_t> places = resample_places(order.rows.size(), seed, number);
  Resample resample;
  resample.points = Matrix(places.size(), points.n_cols());
  for (const std::size_t place : places) {
    const std::size_t row = order.rows[place];
    std::ranges::copy(points.row(row), resample.points.row(resample.keys.size()).begin());
    resample.keys.push_back(order.keys[place]);
    resample.labels.push_back(labels[row]);
  }
  return resample;
}

ClusterStability summary_of(const Matrix& jaccards, std::size_t cluster) {
  ClusterStability stability;
  double sum = 0;
  for (std::size_t number = 0; number < jaccards.n_rows(); ++number) {
    const double jaccard = jaccards(number, cluster);
    if (std::isnan(jaccard)) continue;
    sum += jaccard;
    ++stability.n_present;
    stability.n_dissolved += jaccard <= kDissolvedAt ? 1 : 0;
    stability.n_recovered += jaccard >= kValidFrom ? 1 : 0;
  }
  stability.mean_jaccard = stability.n_present > 0 ? sum / stability.n_present : kNaN;
  stability.band = stability_band(stability.mean_jaccard);
  return stability;
}

std::size_t checked_cluster_count(const char* where, std::span<const std::int32_t> labels) {
  std::int32_t most = -1;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < -1) {
      throw InvalidInput(
          {where, fmt::format("label {} is {}", row, labels[row]), "-1 for noise, or a cluster from 0", ""});
    }
    most = std::max(most, labels[row]);
  }
  return static_cast<std::size_t>(most + 1);
}

// The columns of each group, in the order in which the groups first appear.
std::vector<std::vector<std::size_t>> groups_of_columns(std::size_t n_cols,
                                                        std::span<const std::int32_t> column_groups) {
  std::vector<std::vector<std::size_t>> groups;
  if (!column_groups.empty() && column_groups.size() != n_cols) {
    throw InvalidInput(
        {"null_line", fmt::format("column_groups has {} groups for {} columns", column_groups.size(), n_cols),
         "one a column, or none", ""});
  }
  std::vector<std::int32_t> names;
  for (std::size_t col = 0; col < n_cols; ++col) {
    if (column_groups.empty()) {
      groups.push_back({col});
      continue;
    }
    const auto known = std::find(names.begin(), names.end(), column_groups[col]);
    const auto group = static_cast<std::size_t>(known - names.begin());
    if (known == names.end()) {
      names.push_back(column_groups[col]);
      groups.emplace_back();
    }
    groups[group].push_back(col);
  }
  return groups;
}

Matrix shuffled_columns(MatrixView points, const KeyOrder& order,
                        const std::vector<std::vector<std::size_t>>& groups, std::uint64_t seed,
                        std::size_t number) {
  Matrix shuffled(points.n_rows(), points.n_cols());
  for (std::size_t group = 0; group < groups.size(); ++group) {
    RandomDraws draws(seed, kShuffleStream, number * groups.size() + group);
    std::vector<std::uint32_t> rows = order.rows;
    for (std::size_t left = rows.size(); left > 1; --left) {
      std::swap(rows[left - 1], rows[draws.below(static_cast<std::uint32_t>(left))]);
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (const std::size_t col : groups[group]) shuffled(row, col) = points(rows[row], col);
    }
  }
  return shuffled;
}

}  // namespace

StabilityBand stability_band(double mean_jaccard) {
  if (mean_jaccard >= kHighlyStableFrom) return StabilityBand::kHighlyStable;
  if (mean_jaccard >= kValidFrom) return StabilityBand::kValid;
  return mean_jaccard > kDissolvedAt ? StabilityBand::kDoubtful : StabilityBand::kDissolved;
}

const char* stability_band_name(StabilityBand band) {
  switch (band) {
    case StabilityBand::kDissolved:
      return "dissolved";
    case StabilityBand::kDoubtful:
      return "doubtful";
    case StabilityBand::kValid:
      return "valid";
    case StabilityBand::kHighlyStable:
      return "highly stable";
  }
  throw InternalError({"stability_band_name", "the band is none of the enumerators", "", ""});
}

std::vector<std::size_t> resample_places(std::size_t n, std::uint64_t seed, std::size_t number) {
  RandomDraws draws(seed, kResampleStream, number);
  std::vector<bool> drawn(n, false);
  for (std::size_t draw = 0; draw < n; ++draw) drawn[draws.below(static_cast<std::uint32_t>(n))] = true;
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < n; ++place) {
    if (drawn[place]) places.push_back(place);
  }
  return places;
}

std::vector<double> best_jaccards(std::span<const std::int32_t> labels, std::span<const std::int32_t> found,
                                  std::size_t n_clusters) {
  std::vector<double> jaccards(n_clusters);
  const std::int32_t most = found.empty() ? -1 : *std::max_element(found.begin(), found.end());
  const auto n_found = static_cast<std::size_t>(std::max(most, -1) + 1);
  std::vector<std::int64_t> sizes(jaccards.size()), found_sizes(n_found), both(jaccards.size() * n_found);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto cluster = static_cast<std::size_t>(labels[row]);
    const auto other = static_cast<std::size_t>(found[row]);
    if (labels[row] >= 0) ++sizes[cluster];
    if (found[row] >= 0) ++found_sizes[other];
    if (labels[row] >= 0 && found[row] >= 0) ++both[cluster * n_found + other];
  }
  for (std::size_t cluster = 0; cluster < jaccards.size(); ++cluster) {
    jaccards[cluster] = sizes[cluster] > 0 ? 0.0 : kNaN;
    if (sizes[cluster] == 0) continue;
    for (std::size_t other = 0; other < n_found; ++other) {
      const std::int64_t shared = both[cluster * n_found + other];
      const std::int64_t either = sizes[cluster] + found_sizes[other] - shared;
      jaccards[cluster] =
          std::max(jaccards[cluster], static_cast<double>(shared) / static_cast<double>(either));
    }
  }
  return jaccards;
}

Stability bootstrap_stability(MatrixView points, std::span<const std::int32_t> labels,
                              const ClusterFunction& cluster, const StabilityOptions& options,
                              std::span<const std::uint64_t> row_keys) {
  constexpr const char* kWhere = "bootstrap_stability";
  check_count(kWhere, "n_resamples", options.n_resamples);
  if (labels.size() != points.n_rows()) {
    throw InvalidInput({kWhere,
                        fmt::format("there are {} labels for {} rows", labels.size(), points.n_rows()),
                        "one a row", ""});
  }
  const std::size_t n_clusters = checked_cluster_count(kWhere, labels);
  const KeyOrder order(kWhere, points.n_rows(), row_keys);
  const auto n_resamples = static_cast<std::size_t>(options.n_resamples);
  Stability stability;
  stability.jaccards = Matrix(n_resamples, n_clusters);
  if (n_clusters == 0) return stability;
  ProgressCounter counter(options.progress, n_resamples);
  parallel_for(n_resamples, [&](std::size_t number) {
    if (options.cancel != nullptr) options.cancel->check();
    const Resample resample = draw_resample(points, labels, order, options.seed, number);
    const std::vector<std::int32_t> found = cluster(resample.points, resample.keys);
    if (found.size() != resample.keys.size()) {
      throw InvalidInput(
          {kWhere,
           fmt::format("the cluster function gave {} labels for {} rows", found.size(), resample.keys.size()),
           "one a row", ""});
    }
    std::ranges::copy(best_jaccards(resample.labels, found, n_clusters),
                      stability.jaccards.row(number).begin());
    counter.item_done();
  });
  for (std::size_t label = 0; label < n_clusters; ++label) {
    stability.clusters.push_back(summary_of(stability.jaccards, label));
  }
  return stability;
}

Matrix null_line(MatrixView points, const FitStatistics& measure, const NullLineOptions& options,
                 std::span<const std::uint64_t> row_keys) {
  constexpr const char* kWhere = "null_line";
  check_count(kWhere, "n_draws", options.n_draws);
  const KeyOrder order(kWhere, points.n_rows(), row_keys);
  const auto groups = groups_of_columns(points.n_cols(), options.column_groups);
  const auto n_draws = static_cast<std::size_t>(options.n_draws);
  std::vector<std::vector<double>> figures(n_draws);
  ProgressCounter counter(options.progress, n_draws);
  parallel_for(n_draws, [&](std::size_t number) {
    if (options.cancel != nullptr) options.cancel->check();
    figures[number] = measure(shuffled_columns(points, order, groups, options.seed, number), order.keys);
    counter.item_done();
  });
  Matrix line(n_draws, figures.front().size());
  for (std::size_t number = 0; number < n_draws; ++number) {
    if (figures[number].size() != line.n_cols()) {
      throw InvalidInput({kWhere,
                          fmt::format("draw {} was measured by {} figures and draw 0 by {}", number,
                                      figures[number].size(), line.n_cols()),
                          "the same number at each call", ""});
    }
    std::ranges::copy(figures[number], line.row(number).begin());
  }
  return line;
}

double null_probability(std::span<const double> draws, double observed) {
  if (std::isnan(observed)) return kNaN;
  const auto as_great =
      std::count_if(draws.begin(), draws.end(), [&](double draw) { return draw >= observed; });
  return (1.0 + static_cast<double>(as_great)) / (1.0 + static_cast<double>(draws.size()));
}

}  // namespace aisle
