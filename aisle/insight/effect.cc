#include "aisle/insight/effect.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace aisle {
namespace {

double log_choose(std::int64_t n, std::int64_t k) {
  const auto log_factorial = [](std::int64_t value) { return std::lgamma(static_cast<double>(value) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

// Probability that exactly k of n_group drawn stores have the level.
double hypergeometric(std::int64_t k, std::int64_t n_group, std::int64_t n_level, std::int64_t n) {
  if (k < std::max<std::int64_t>(0, n_group + n_level - n) || k > std::min(n_group, n_level)) return 0;
  return std::exp(log_choose(n_level, k) + log_choose(n - n_level, n_group - k) - log_choose(n, n_group));
}

// P(K >= k), summed from k away from the middle until nothing is added.
double upper_tail(std::int64_t k, std::int64_t n_group, std::int64_t n_level, std::int64_t n) {
  double sum = 0;
  for (std::int64_t at = k; at <= std::min(n_group, n_level); ++at) {
    const double term = hypergeometric(at, n_group, n_level, n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

double lower_tail(std::int64_t k, std::int64_t n_group, std::int64_t n_level, std::int64_t n) {
  double sum = 0;
  for (std::int64_t at = k; at >= std::max<std::int64_t>(0, n_group + n_level - n); --at) {
    const double term = hypergeometric(at, n_group, n_level, n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

}  // namespace

double v_test_of_mean(double group_mean, double mean, double deviation, std::int64_t n_group,
                      std::int64_t n) {
  if (!(deviation > 0) || n_group >= n) return 0;
  const auto all = static_cast<double>(n);
  const auto group = static_cast<double>(n_group);
  return (group_mean - mean) / (deviation * std::sqrt((all - group) / (all - 1) / group));
}

double v_test_of_share(std::int64_t n_both, std::int64_t n_group, std::int64_t n_level, std::int64_t n) {
  if (n_group >= n || n_level >= n || n_group == 0 || n_level == 0) return 0;
  const double here = hypergeometric(n_both, n_group, n_level, n);
  const double more = 2 * upper_tail(n_both + 1, n_group, n_level, n) + here;
  const double fewer = 2 * lower_tail(n_both - 1, n_group, n_level, n) + here;
  const double probability = std::clamp(std::min(more, fewer), std::numeric_limits<double>::min(), 1.0);
  const double size = probability >= 1.0 ? 0.0 : -normal_quantile(probability / 2);
  const bool over = static_cast<double>(n_both) * static_cast<double>(n) >
                    static_cast<double>(n_level) * static_cast<double>(n_group);
  return over ? size : -size;
}

double effect_of_share(double group_share, double share) {
  return 2 * std::asin(std::sqrt(group_share)) - 2 * std::asin(std::sqrt(share));
}

// Newton's method on log P(Z <= x), which is concave: it converges from the left for every probability, the
// smallest included.
double normal_quantile(double probability) {
  if (probability > 0.5) return -normal_quantile(1 - probability);
  const double target = std::log(probability);
  // Mills' ratio: log P(x) is near -x^2/2 - log(-x sqrt(2 pi)) in the tail.
  double x = probability < 0.2 ? -std::sqrt(-2 * target) : -0.5;
  for (int round = 0; round < 60; ++round) {
    const double below = std::erfc(-x / std::numbers::sqrt2) / 2;
    if (below <= 0) {  // further out than a double reaches: walk back in
      x *= 0.99;
      continue;
    }
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    const double step = (std::log(below) - target) * below / density;
    x -= step;
    if (std::abs(step) < 1e-14 * std::max(1.0, std::abs(x))) break;
  }
  return x;
}

}  // namespace aisle
