// `aisle features`: the store features, and what they are made from when that is stale.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "aisle/cli/verbs/materialising_verb.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/flow/described_results.h"

namespace aisle {

void add_features_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("features", "Make one row of features a store");
  add_shared_options(
      *verb, context,
      "aisle features --project shop --set features.as_of=2024-12-31 --set features.min_weeks=26");
  verb->callback([&context] {
    RunRequest request;
    request.verb = "features";
    request.up_to = "store_features";
    materialise_for(context, request);
    print_result(context, describe_features(context.paths()),
                 context.paths().processed / "store_features.json");
  });
}

}  // namespace aisle
