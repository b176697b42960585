// What an asset would be made from now: the digests and options that its record is compared with.
#pragma once

#include "aisle/flow/asset_graph.h"
#include "aisle/flow/asset_state.h"

namespace aisle {

// Digest of the content an asset has now: of a source's files, or of a derived asset's outputs; "" when it
// is not there.
std::string content_digest(const AssetDefinition& asset, const Options& options, const ProjectPaths& paths,
                           AssetState& state);

// What is wrong with a source's files; "" when nothing is, or there are none.
std::string source_fault(const AssetDefinition& asset, const Options& options, const ProjectPaths& paths);

AssetInputs current_inputs(const AssetDefinition& asset, const Options& options, const ProjectPaths& paths,
                           AssetState& state);

}  // namespace aisle
