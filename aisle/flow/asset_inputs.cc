#include "aisle/flow/asset_inputs.h"

#include <optional>
#include <sstream>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/engine/source_files.h"

namespace aisle {
namespace {

// The options under the asset's prefixes, key by key.
std::map<std::string, std::string> options_of(const AssetDefinition& asset, const Options& options) {
  std::map<std::string, std::string> found;
  std::istringstream lines(canonical_options(options, asset.option_prefixes));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find(" = ");
    if (equals != std::string::npos) found[line.substr(0, equals)] = line.substr(equals + 3);
  }
  return found;
}

std::optional<SourceFiles> source_files(const AssetDefinition& asset, const Options& options,
                                        const ProjectPaths& paths) {
  const auto source = options.tables.find(asset.key);
  return find_source_files(asset.key, source == options.tables.end() ? nullptr : &source->second, paths);
}

}  // namespace

std::string source_fault(const AssetDefinition& asset, const Options& options, const ProjectPaths& paths) {
  try {
    source_files(asset, options, paths);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

std::string content_digest(const AssetDefinition& asset, const Options& options, const ProjectPaths& paths,
                           AssetState& state) {
  if (asset.kind == AssetKind::kSource) {
    // The stage that reads the table says what is wrong with its files.
    if (!source_fault(asset, options, paths).empty()) return "";
    const auto found = source_files(asset, options, paths);
    return found ? state.digest(found->files) : "";
  }
  std::string listing;
  for (const std::string& output : asset.outputs) {
    listing += output + " " + state.digest(paths.root / output) + "\n";
  }
  return digest_of(listing);
}

AssetInputs current_inputs(const AssetDefinition& asset, const Options& options, const ProjectPaths& paths,
                           AssetState& state) {
  AssetInputs inputs;
  inputs.code_version = asset.code_version;
  inputs.options = options_of(asset, options);
  for (const std::string& upstream : asset.depends_on) {
    inputs.digests[upstream] = content_digest(find_asset(upstream), options, paths, state);
  }
  for (const auto& file : extra_inputs(asset, options, paths)) {
    inputs.digests[paths.relative(file)] = state.digest(file);
  }
  return inputs;
}

}  // namespace aisle
