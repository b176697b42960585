// `aisle assets`: the static graph of a project; no data is read.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/flow/asset_graph.h"
#include "aisle/flow/graph_documents.h"

namespace aisle {

void add_assets_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("assets", "The graph of assets: what each is and what it depends on");
  add_shared_options(*verb, context, "aisle assets --json");
  verb->callback([&context] {
    const ProjectPaths paths = context.paths();
    const bool has_options = std::filesystem::exists(paths.options_file);
    if (!has_options) context.check_sets();
    if (context.json()) {
      std::puts(assets_json(has_options ? context.load_options() : Options{}, paths).c_str());
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
