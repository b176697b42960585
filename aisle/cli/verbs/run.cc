// `aisle run`: everything that is stale, in order, then the segments.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "aisle/cli/verbs/materialising_verb.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/flow/described_results.h"

namespace aisle {
namespace {

struct RunArguments {
  RunRequest request;
  bool force = false;
  bool dry_run = false;
};

void print_plan(const CommandContext& context, const std::vector<AssetOutcome>& outcomes) {
  for (const AssetOutcome& outcome : outcomes) {
    if (context.json()) {
      const nlohmann::ordered_json line = {
          {"event", "plan"}, {"asset", outcome.key}, {"would_make", outcome.made}, {"why", outcome.why}};
      std::puts(line.dump().c_str());
    } else {
      std::puts(
          fmt::format("{} {:<15} {}", outcome.made ? "would make " : "would leave", outcome.key, outcome.why)
              .c_str());
    }
  }
}

}  // namespace

void add_run_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("run", "Make everything that is stale, then print the segments");
  add_shared_options(*verb, context,
                     "aisle run --project shop\n"
                     "  aisle run --project shop --dry-run\n"
                     "  aisle run --project shop --from store_features --set model.preset=trading");
  auto arguments = std::make_shared<RunArguments>();
  verb->add_flag("--force", arguments->force, "Make assets even when they are fresh");
  verb->add_option("--only", arguments->request.only, "Look at these assets alone")
      ->delimiter(',')
      ->type_name("A,B");
  verb->add_option("--from", arguments->request.from, "Make this asset and all that depends on it")
      ->type_name("ASSET");
  verb->add_flag("--dry-run", arguments->dry_run, "Say what would be made and why; make nothing");
  verb->callback([&context, arguments] {
    if (arguments->force) arguments->request.freshening = Freshening::kAll;
    if (arguments->dry_run) {
      print_plan(context, plan(context.load_options(), context.paths(), arguments->request));
      return;
    }
    materialise_for(context, arguments->request);
    print_result(context, describe_segments(context.paths(), context.width()),
                 context.paths().insight / "segments.json");
    if (!context.json() && std::filesystem::exists(context.paths().report)) {
      std::puts(fmt::format("\nReport: {}", context.paths().report.string()).c_str());
    }
  });
}

}  // namespace aisle
