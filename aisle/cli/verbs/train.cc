// `aisle train`: the model, and what it is made from when that is stale.
#include <CLI/CLI.hpp>

#include "aisle/cli/verbs/materialising_verb.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/flow/described_results.h"

namespace aisle {

void add_train_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb =
      app.add_subcommand("train", "Fit the clusters; writes the model, the stores and the metrics");
  add_shared_options(*verb, context,
                     "aisle train --project shop --set hdbscan.min_cluster_size=8 --set famd.n_components=4");
  verb->callback([&context] {
    RunRequest request;
    request.verb = "train";
    request.up_to = "cluster_model";
    materialise_for(context, request);
    print_result(context, describe_metrics(context.paths()), context.paths().metrics);
  });
}

}  // namespace aisle
