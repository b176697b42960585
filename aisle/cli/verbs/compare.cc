// `aisle compare`: two runs side by side.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/engine/project_engine.h"
#include "aisle/insight/comparison.h"
#include "aisle/insight/comparison_table.h"
#include "aisle/track/kept_runs.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

struct TwoRuns {
  std::string a = "previous";
  std::string b = "latest";
};

// A run of the project first; then a folder that a run kept, or a project's, of which the newest run counts.
fs::path folder_of(const ProjectPaths& paths, const Options& options, const std::string& name) {
  constexpr const char* kWhere = "compare";
  const std::string run = named_run(paths, name, options.identity.baseline, kWhere);
  const std::vector<std::string> kept = kept_runs(paths);
  const bool is_kept = std::find(kept.begin(), kept.end(), run) != kept.end();
  if (is_kept || run != name || !fs::is_directory(name)) return kept_run(paths, run, kWhere);
  if (!fs::exists(fs::path(name) / "aisle.toml")) return name;
  const ProjectPaths other(name);
  return kept_run(other, named_run(other, "latest", "", name), name);
}

void compare(CommandContext& context, const TwoRuns& wanted) {
  const Options options = context.load_options();
  const ProjectPaths paths = context.paths();
  const fs::path a = folder_of(paths, options, wanted.a);
  const fs::path b = folder_of(paths, options, wanted.b);
  const auto engine = open_embedded_engine(options, paths, context.cancel());
  const Comparison comparison = compare_results(read_kept_result(*engine, a), read_kept_result(*engine, b));
  const std::string text =
      context.json() ? comparison_json(comparison) : render_comparison(comparison, context.width());
  std::fputs(text.c_str(), stdout);
}

}  // namespace

void add_compare_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand(
      "compare", "Two runs side by side: who moved, from where to where, what it is worth, what differs");
  const auto wanted = std::make_shared<TwoRuns>();
  const std::string what =
      "a run's id, `latest`, `previous`, `baseline`, or a folder: a kept run's or a project's";
  verb->add_option("A", wanted->a, "The run from which stores move: " + what + " (default: previous)")
      ->type_name("RUN");
  verb->add_option("B", wanted->b, "The run to which they move (default: latest)")->type_name("RUN");
  add_shared_options(*verb, context,
                     "aisle compare --project shop\n"
                     "  aisle compare baseline latest --project shop --json");
  verb->callback([&context, wanted] { compare(context, *wanted); });
}

}  // namespace aisle
