// The graph of assets and its state as JSON: what `aisle assets --json`, `aisle status --json` and the API
// say.
#pragma once

#include <string>
#include <vector>

#include "aisle/flow/asset_state.h"

namespace aisle {

// The static graph; no data is read.
std::string assets_json();

// Each asset's freshness, with what the record says of its outputs.
std::string status_json(const std::vector<AssetStatus>& statuses, const AssetState& state);

}  // namespace aisle
