#include "aisle/cluster/affinities.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "aisle/base/parallel.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsOfTask = 256;
constexpr std::size_t kEntriesAtOnce = 8;
constexpr int kMostSteps = 100;
constexpr double kEntropyTolerance = 1e-10;

// Unscaled p, their sum and entropy, and the variance of the distances under p, at one beta.
struct Moments {
  double entropy;
  double variance;
  double sum;
};

Moments moments_at(double beta, std::span<const double> distances, std::span<double> unscaled) {
  double sum = 0, first = 0, second = 0;
  for (std::size_t place = 0; place < distances.size(); ++place) {
    const double distance = distances[place];
    unscaled[place] = std::exp(-beta * distance);
    sum += unscaled[place];
    first += unscaled[place] * distance;
    second += unscaled[place] * distance * distance;
  }
  const double mean = first / sum;
  return {std::log(sum) + beta * mean, std::max(0.0, second / sum - mean * mean), sum};
}

// Distances from the smallest, which changes no p and keeps the sum of unscaled p at 1 or more, in units of
// their mean, so that beta is about 1 at first.
std::vector<double> standard_distances(std::span<const double> squared_distances) {
  std::vector<double> distances(squared_distances.begin(), squared_distances.end());
  const double smallest = *std::min_element(distances.begin(), distances.end());
  double mean = 0;
  for (double& distance : distances) {
    distance -= smallest;
    mean += distance / static_cast<double>(distances.size());
  }
  if (mean > 0) {
    for (double& distance : distances) distance /= mean;
  }
  return distances;
}

}  // namespace

void conditional_probabilities(std::span<const double> squared_distances, double perplexity,
                               std::span<double> probabilities) {
  const std::vector<double> distances = standard_distances(squared_distances);
  const double target = std::log(perplexity);
  double beta = 1;
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  Moments moments = moments_at(beta, distances, probabilities);
  for (int step = 0; step < kMostSteps; ++step) {
    const double excess = moments.entropy - target;
    if (std::abs(excess) <= kEntropyTolerance || moments.variance == 0) break;
    (excess > 0 ? low : high) = beta;
    // Newton on log beta (dH / d log beta = -beta^2 var); halved or doubled where it leaves the bracket.
    double next = beta * std::exp(std::clamp(excess / (beta * beta * moments.variance), -2.0, 2.0));
    if (!(next > low && next < high)) next = std::isinf(high) ? 2 * beta : (low + high) / 2;
    if (next == beta) break;
    beta = next;
    moments = moments_at(beta, distances, probabilities);
  }
  for (double& probability : probabilities) probability /= moments.sum;
}

namespace {

using Entry = std::pair<std::int32_t, double>;

// The entries (i, j) of the conditional matrix by j, i ascending.
struct Transposed {
  std::vector<std::size_t> offsets;
  std::vector<Entry> entries;
};

Transposed transpose(std::size_t n, std::size_t k, const std::vector<std::int32_t>& cols,
                     const std::vector<double>& values) {
  Transposed result;
  result.offsets.assign(n + 1, 0);
  for (const std::int32_t col : cols) ++result.offsets[static_cast<std::size_t>(col) + 1];
  for (std::size_t row = 0; row < n; ++row) result.offsets[row + 1] += result.offsets[row];
  result.entries.resize(cols.size());
  std::vector<std::size_t> next(result.offsets.begin(), result.offsets.end() - 1);
  for (std::size_t entry = 0; entry < cols.size(); ++entry) {
    result.entries[next[static_cast<std::size_t>(cols[entry])]++] = {static_cast<std::int32_t>(entry / k),
                                                                     values[entry]};
  }
  return result;
}

// Calls take(col, p_col|row + p_row|col) for the union of both lists, columns ascending.
template <typename Take>
void merge(std::span<const Entry> own, std::span<const Entry> others, const Take& take) {
  auto a = own.begin();
  auto b = others.begin();
  while (a != own.end() || b != others.end()) {
    if (b == others.end() || (a != own.end() && a->first < b->first)) {
      take(a->first, a->second);
      ++a;
    } else if (a == own.end() || b->first < a->first) {
      take(b->first, b->second);
      ++b;
    } else {
      take(a->first, a->second + b->second);
      ++a;
      ++b;
    }
  }
}

}  // namespace

Affinities symmetric_affinities(const NearestRows& nearest, double perplexity, const CancelFlag* cancel) {
  const std::size_t k = nearest.k;
  const std::size_t n = nearest.rows.size() / k;
  std::vector<double> conditional(n * k);
  parallel_for_blocks(n, kRowsOfTask, [&](std::size_t begin, std::size_t end) {
    if (cancel != nullptr) cancel->check();
    for (std::size_t row = begin; row < end; ++row) {
      conditional_probabilities({nearest.squared_distances.data() + row * k, k}, perplexity,
                                {conditional.data() + row * k, k});
    }
  });
  const Transposed incoming = transpose(n, k, nearest.rows, conditional);
  const auto for_merged = [&](std::size_t row, std::vector<Entry>& own, const auto& take) {
    own.clear();
    for (std::size_t entry = row * k; entry < (row + 1) * k; ++entry) {
      own.emplace_back(nearest.rows[entry], conditional[entry]);
    }
    std::sort(own.begin(), own.end());
    const std::size_t first = incoming.offsets[row];
    merge(own, std::span(incoming.entries).subspan(first, incoming.offsets[row + 1] - first), take);
  };
  Affinities affinities;
  affinities.offsets.assign(n + 1, 0);
  parallel_for_blocks(n, kRowsOfTask, [&](std::size_t begin, std::size_t end) {
    std::vector<Entry> own;
    for (std::size_t row = begin; row < end; ++row) {
      std::size_t count = 0;
      for_merged(row, own, [&](std::int32_t, double) { ++count; });
      affinities.offsets[row + 1] = (count + kEntriesAtOnce - 1) / kEntriesAtOnce * kEntriesAtOnce;
    }
  });
  for (std::size_t row = 0; row < n; ++row) affinities.offsets[row + 1] += affinities.offsets[row];
  affinities.cols.resize(affinities.offsets[n]);
  affinities.values.resize(affinities.offsets[n]);
  const double scale = 1.0 / (2.0 * static_cast<double>(n));
  affinities.sum_p_log_p = parallel_sum(n, kRowsOfTask, [&](std::size_t begin, std::size_t end) {
    std::vector<Entry> own;
    double sum = 0;
    for (std::size_t row = begin; row < end; ++row) {
      std::size_t out = affinities.offsets[row];
      for_merged(row, own, [&](std::int32_t col, double both) {
        const double value = both * scale;
        affinities.cols[out] = col;
        affinities.values[out] = value;
        if (value > 0) sum += value * std::log(value);
        ++out;
      });
      for (; out < affinities.offsets[row + 1]; ++out) affinities.cols[out] = static_cast<std::int32_t>(row);
    }
    return sum;
  });
  return affinities;
}

}  // namespace aisle
