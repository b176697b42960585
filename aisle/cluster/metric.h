// The distances that the cluster library knows.
#pragma once

namespace aisle {

// How far two rows of d columns are from each other.
enum class Metric {
  kEuclidean,  // root of the sum of squared differences
  kManhattan,  // sum of absolute differences
};

}  // namespace aisle
