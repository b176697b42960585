// Why a store is in its cluster rather than the next-best: the part that each feature has in the difference
// of the squared distances to the two centres.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/insight/feature_parts.h"

namespace aisle {

struct Pull {
  std::string column;
  double share = 0;  // of all that pulls the same way
};

struct Move {
  std::string column;
  double value = 0;  // in the feature's own unit
};

struct StorePulls {
  std::vector<Pull> to_own;   // largest first, at most three
  std::vector<Pull> to_next;  // likewise
  std::vector<Move> moves;    // least change (in deviations of the chain) first, at most three
};

// What pulls each point of `space` (by point): `own` and `next` are clusters, -1: nothing is said. A feature
// of several columns of the model (in context and behaviour) pulls with their sum and has no move.
std::vector<StorePulls> store_pulls(const InsightData& data, const StoreSpace& space,
                                    const std::vector<std::int32_t>& own,
                                    const std::vector<std::int32_t>& next);

}  // namespace aisle
