// `aisle assets`: the static graph of a project; no data is read.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/flow/asset_graph.h"

namespace aisle {
namespace {

using nlohmann::ordered_json;

ordered_json asset_to_json(const AssetDefinition& asset) {
  ordered_json columns = ordered_json::array();
  for (const AssetColumn& column : asset_columns(asset.key)) {
    columns.push_back({{"name", column.name}, {"type", column.type}, {"description", column.description}});
  }
  return {{"key", asset.key},
          {"title", asset.title},
          {"description", asset.description},
          {"kind", asset.kind == AssetKind::kSource ? "source" : "derived"},
          {"depends_on", asset.depends_on},
          {"options", asset.option_prefixes},
          {"code_version", asset.code_version},
          {"outputs", asset.outputs},
          {"columns", columns},
          {"checks", asset_checks(asset.key)}};
}

}  // namespace

void add_assets_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("assets", "The graph of assets: what each is and what it depends on");
  add_shared_options(*verb, context, "aisle assets --json");
  verb->callback([&context] {
    context.check_sets();
    if (context.json()) {
      ordered_json document = {{"format", 1}, {"assets", ordered_json::array()}};
      for (const AssetDefinition& asset : asset_graph()) document["assets"].push_back(asset_to_json(asset));
      std::puts(document.dump(1).c_str());
      return;
    }
    for (const AssetDefinition& asset : asset_graph()) {
      const std::string from = asset.depends_on.empty()
                                   ? "a raw table"
                                   : fmt::format("from {}", fmt::join(asset.depends_on, ", "));
      std::puts(fmt::format("{:<21} {}\n{:<21} {}", asset.key, asset.description, "", from).c_str());
    }
  });
}

}  // namespace aisle
