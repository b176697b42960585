#include "aisle/base/random.h"

#include <Random123/philox.h>
#include <math.h>

#include <cmath>
#include <numbers>

namespace aisle {
namespace {

// std::lgamma of a positive number without its write to the global signgam, over which threads would race.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

}  // namespace

RandomDraws::RandomDraws(std::uint64_t seed, std::uint32_t stream, std::uint64_t item)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, stream, static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(item >> 32)} {}

void RandomDraws::refill() {
  const r123::Philox4x32 philox;
  const auto block = philox({{counter_[0], counter_[1], counter_[2], counter_[3]}}, {{key_[0], key_[1]}});
  for (int word = 0; word < 4; ++word) block_[word] = block[static_cast<std::size_t>(word)];
  ++counter_[0];
  left_ = 4;
}

std::uint32_t RandomDraws::bits() {
  if (left_ == 0) refill();
  return block_[--left_];
}

double RandomDraws::uniform() {
  const std::uint64_t high = bits() >> 5;
  const std::uint64_t low = bits() >> 6;
  return static_cast<double>((high << 26) | low) * 0x1.0p-53;
}

std::uint32_t RandomDraws::below(std::uint32_t n) {
  std::uint64_t product = std::uint64_t{bits()} * n;
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t threshold = (0u - n) % n;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{bits()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double RandomDraws::normal(double mean, double deviation) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return mean + deviation * radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint32_t RandomDraws::poisson(double mean) {
  if (mean <= 0.0) return 0;
  if (mean < 10.0) {
    const double limit = std::exp(-mean);
    std::uint32_t count = 0;
    for (double product = uniform(); product > limit; product *= uniform()) ++count;
    return count;
  }
  // PTRS, the names as in Hörmann 1993.
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = 1.0 - uniform();
    const double u_shape = 0.5 - std::abs(u);
    const double k = std::floor((2.0 * a / u_shape + b) * u + mean + 0.43);
    if (u_shape >= 0.07 && v <= v_r) return static_cast<std::uint32_t>(k);
    if (k < 0.0 || (u_shape < 0.013 && v > u_shape)) continue;
    const double left = std::log(v) + std::log(inverse_alpha) - std::log(a / (u_shape * u_shape) + b);
    if (left <= k * std::log(mean) - mean - log_gamma(k + 1.0)) return static_cast<std::uint32_t>(k);
  }
}

double RandomDraws::gamma(double shape) {
  if (shape < 1.0) {
    const double boost = std::pow(1.0 - uniform(), 1.0 / shape);
    return boost * gamma(shape + 1.0);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal();
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    if (std::log(1.0 - uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

}  // namespace aisle
