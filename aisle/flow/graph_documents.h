// The graph of assets and its state as JSON: what `aisle assets --json`, `aisle status --json` and the API
// say.
#pragma once

#include <string>
#include <vector>

#include "aisle/flow/asset_state.h"

namespace aisle {

// The static graph, with the expectations that a project's options and suites hold its tables to; no data is
// read. Throws InvalidInput for options or suites that cannot be used.
std::string assets_json(const Options& options, const ProjectPaths& paths);

// Each asset's freshness, with what the record says of its outputs.
std::string status_json(const std::vector<AssetStatus>& statuses, const AssetState& state);

}  // namespace aisle
