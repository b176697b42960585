// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), from Random123.
//
// A draw is a pure function of (seed, stream, item, draw), so it depends on no other draw, no thread and no
// order: store 7 gets the same numbers whether 10 or 10,000 stores are made.
#pragma once

#include <cstdint>

namespace aisle {

// The draws of one item (a store, a tree, a resample) of one stream (what is drawn). Cheap to make and copy.
class RandomDraws {
 public:
  // The first draw of an item. All three numbers are free to choose.
  RandomDraws(std::uint64_t seed, std::uint32_t stream, std::uint64_t item);

  // 32 independent bits.
  std::uint32_t bits();
  // Uniform in [0, 1) with 53 bits.
  double uniform();
  // Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Uniform in [0, n), without bias (Lemire 2019); n > 0.
  std::uint32_t below(std::uint32_t n);
  // Normal by Box-Muller.
  double normal(double mean = 0.0, double deviation = 1.0);
  // Poisson: by inversion below mean 10, above that by Hörmann's PTRS (1993). mean >= 0.
  std::uint32_t poisson(double mean);
  // Gamma(shape, 1) by Marsaglia and Tsang (2000); shape > 0.
  double gamma(double shape);

 private:
  void refill();

  std::uint32_t key_[2];
  std::uint32_t counter_[4];
  std::uint32_t block_[4] = {};
  int left_ = 0;
};

}  // namespace aisle
