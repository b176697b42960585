#include "aisle/cluster/prediction_strength.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/base/random.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/validity.h"

namespace aisle {
namespace {

constexpr std::uint32_t kSplitStream = 0x7073'706c;

[[noreturn]] void refuse(std::string what, std::string expected) {
  throw InvalidInput({.where = "prediction_strength",
                      .what = std::move(what),
                      .expected = std::move(expected),
                      .remedy = ""});
}

// Rows of one half, in the order of their keys.
struct Half {
  Half(std::size_t n_rows, std::size_t n_cols) : rows(n_rows, n_cols) {}
  Matrix rows;
  std::vector<std::uint64_t> keys;
};

// What the splits are drawn from.
struct Source {
  MatrixView points;
  std::vector<std::uint32_t> order;  // rows by key
  std::span<const std::uint64_t> row_keys;

  Half half(const std::vector<std::size_t>& places) const {
    Half result(places.size(), points.n_cols());
    for (std::size_t at = 0; at < places.size(); ++at) {
      const std::size_t row = order[places[at]];
      std::ranges::copy(points.row(row), result.rows.row(at).begin());
      result.keys.push_back(row_keys.empty() ? row : row_keys[row]);
    }
    return result;
  }
};

struct SplitFigures {
  double smallest = 1;
  double weighted = 0;
  double agreement = 0;
};

double kept_pairs(const std::map<std::int32_t, std::size_t>& predicted, std::size_t size) {
  if (size < 2) return 1;
  double kept = 0;
  // Rows that the first half has in no cluster are together with nobody.
  for (const auto& [label, count] : predicted) {
    if (label >= 0) kept += static_cast<double>(count) * static_cast<double>(count - 1);
  }
  return kept / (static_cast<double>(size) * static_cast<double>(size - 1));
}

SplitFigures compare(std::span<const std::int32_t> own, std::span<const std::int32_t> predicted) {
  std::map<std::int32_t, std::map<std::int32_t, std::size_t>> table;
  std::map<std::int32_t, std::size_t> sizes;
  for (std::size_t row = 0; row < own.size(); ++row) {
    if (own[row] < 0) continue;
    ++table[own[row]][predicted[row]];
    ++sizes[own[row]];
  }
  SplitFigures figures;
  std::size_t n_clustered = 0;
  for (const auto& [label, counts] : table) {
    const double kept = kept_pairs(counts, sizes[label]);
    figures.smallest = std::min(figures.smallest, kept);
    figures.weighted += kept * static_cast<double>(sizes[label]);
    n_clustered += sizes[label];
  }
  if (n_clustered == 0) return {0, 0, 0};
  figures.weighted /= static_cast<double>(n_clustered);
  figures.agreement = adjusted_rand_index(own, predicted);
  return figures;
}

SplitFigures split(const Source& source, const ClusterPointsFunction& cluster, std::uint64_t seed,
                   std::size_t number) {
  const std::size_t n = source.order.size();
  std::vector<std::pair<std::uint32_t, std::size_t>> drawn;
  RandomDraws draws(seed, kSplitStream, number);
  for (std::size_t place = 0; place < n; ++place) drawn.emplace_back(draws.bits(), place);
  std::sort(drawn.begin(), drawn.end());
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
  for (std::size_t at = 0; at < n; ++at) (at < (n + 1) / 2 ? first : second).push_back(drawn[at].second);
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  const Half teaching = source.half(first);
  const Half tested = source.half(second);
  const auto own = cluster(tested.rows, tested.keys, tested.rows);
  const auto predicted = cluster(teaching.rows, teaching.keys, tested.rows);
  if (own.size() != second.size() || predicted.size() != second.size()) {
    refuse(fmt::format("cluster gave {} and {} labels for {} points", own.size(), predicted.size(),
                       second.size()),
           "a label a point");
  }
  return compare(own, predicted);
}

}  // namespace

PredictionStrength prediction_strength(MatrixView points, const ClusterPointsFunction& cluster,
                                       const PredictionStrengthOptions& options,
                                       std::span<const std::uint64_t> row_keys) {
  check_points("prediction_strength", points);
  if (points.n_rows() < 4) refuse(fmt::format("{} rows", points.n_rows()), "at least 4");
  if (options.n_splits < 1) refuse(fmt::format("n_splits is {}", options.n_splits), "at least 1");
  const Source source{points, rows_by_key("prediction_strength", row_keys, points.n_rows()), row_keys};
  std::vector<SplitFigures> splits(static_cast<std::size_t>(options.n_splits));
  std::mutex mutex;
  std::size_t n_done = 0;
  parallel_for(splits.size(), [&](std::size_t number) {
    if (options.cancel != nullptr) options.cancel->check();
    splits[number] = split(source, cluster, options.seed, number);
    if (!options.progress) return;
    const std::lock_guard lock(mutex);
    options.progress(++n_done, splits.size());
  });
  PredictionStrength result;
  const auto n = static_cast<double>(splits.size());
  for (const SplitFigures& figures : splits) {
    result.smallest += figures.smallest;
    result.weighted += figures.weighted;
    result.agreement += figures.agreement;
    result.agreements.push_back(figures.agreement);
  }
  for (double* sum : {&result.smallest, &result.weighted, &result.agreement}) *sum /= n;
  double squares = 0;
  for (const double value : result.agreements)
    squares += (value - result.agreement) * (value - result.agreement);
  result.agreement_error = n > 1 ? std::sqrt(squares / (n - 1) / n) : 0;
  return result;
}

}  // namespace aisle
