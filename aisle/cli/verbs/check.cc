// `aisle check`: the expectations over the raw tables, and what they found.
#include <CLI/CLI.hpp>

#include "aisle/cli/verbs/materialising_verb.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/flow/described_results.h"

namespace aisle {

void add_check_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb =
      app.add_subcommand("check", "Check the raw tables; rows that break a rule go to quarantine");
  add_shared_options(*verb, context,
                     "aisle check --project shop\n"
                     "  aisle check --set 'quality.suites=[\"suites/sales.json\"]'\n"
                     "A failed critical expectation ends with exit code 3.");
  verb->callback([&context] {
    RunRequest request;
    request.verb = "check";
    request.up_to = "data_checks";
    try {
      materialise_for(context, request);
    } catch (...) {
      print_result(context, describe_checks(context.paths()), context.paths().validation / "checks.json");
      throw;
    }
    print_result(context, describe_checks(context.paths()), context.paths().validation / "checks.json");
  });
}

}  // namespace aisle
