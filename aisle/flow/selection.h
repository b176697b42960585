// Which assets a request names, in graph order.
#pragma once

#include <set>
#include <string>

#include "aisle/flow/materialise.h"

namespace aisle {

struct AssetSelection {
  std::set<std::string> keys;    // assets to look at
  std::set<std::string> forced;  // of these, the ones to make even when fresh
};

// Throws InvalidInput for an unknown asset, a source named in `only`, or two ways of selecting at once.
AssetSelection select_assets(const RunRequest& request);

}  // namespace aisle
