// The assets of a project and what each is made from: the static graph, known without reading any data.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

enum class AssetKind { kSource, kDerived };

struct AssetColumn {
  std::string name;
  std::string type;  // of a raw column its type, of a feature its unit
  std::string description;
};

// One asset. `option_prefixes` name the options that its content depends on ("hdbscan", "features.returns").
// `code_version` is raised by hand when the code that makes it gives other bytes for the same input.
struct AssetDefinition {
  std::string key;
  std::string title;
  std::string description;
  AssetKind kind = AssetKind::kDerived;
  std::vector<std::string> depends_on;
  std::vector<std::string> option_prefixes;
  int code_version = 1;
  std::vector<std::string> outputs;  // files or folders, relative to the project
};

// In an order in which each asset comes after those it depends on.
const std::vector<AssetDefinition>& asset_graph();

// Throws InvalidInput "unknown asset 'X'; did you mean 'Y'?".
const AssetDefinition& find_asset(const std::string& key);

// The columns of a table asset, for `assets --json`; empty where they depend on the data.
std::vector<AssetColumn> asset_columns(const std::string& key);

// Files of the user's, beside the raw tables, that an asset is made from: suites, SQL of own features,
// the kept run that cluster ids are taken from.
std::vector<std::filesystem::path> extra_inputs(const AssetDefinition& asset, const Options& options,
                                                const ProjectPaths& paths);

}  // namespace aisle
