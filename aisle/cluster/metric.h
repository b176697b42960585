// The distances that the cluster library knows.
#pragma once

namespace aisle {

enum class Metric { kEuclidean, kManhattan };

}  // namespace aisle
