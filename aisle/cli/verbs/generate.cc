// `aisle generate`: the synthetic retailer, into the project's data/raw.
#include "aisle/generate/generate.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "aisle/cli/terminal_sink.h"
#include "aisle/cli/verbs/materialising_verb.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/project/run_lock.h"

namespace aisle {
namespace {

struct GenerateArguments {
  GenerateOptions options;
  std::string locale = "pt_BR";
  bool dirty = false;
  bool replace = false;
  double closed_share = -1;
};

std::string summary(const GenerateResult& result, const ProjectPaths& paths) {
  std::int64_t n_rows = 0;
  std::string text;
  for (const GeneratedTable& table : result.tables) {
    n_rows += table.n_rows;
    text += fmt::format("  {:<21} {:>13} rows  {:>9}\n", table.table, human_count(table.n_rows),
                        human_bytes(table.n_bytes));
  }
  text = fmt::format("A synthetic retailer of {} rows in {} ({} rows a second), in {}\n", human_count(n_rows),
                     human_seconds(result.seconds),
                     human_count(static_cast<std::int64_t>(static_cast<double>(n_rows) / result.seconds)),
                     paths.relative(paths.raw)) +
         text;
  if (!result.truth_folder.empty()) {
    text += fmt::format("  what was planted is in {}, which no other verb reads\n",
                        paths.relative(result.truth_folder));
  }
  return text;
}

void print_json(const GenerateResult& result) {
  nlohmann::ordered_json line = {{"event", "generated"}, {"seconds", result.seconds}};
  for (const GeneratedTable& table : result.tables) {
    line["tables"][table.table] = {
        {"n_rows", table.n_rows}, {"n_files", table.n_files}, {"n_bytes", table.n_bytes}};
  }
  std::puts(line.dump().c_str());
}

void generate(CommandContext& context, GenerateArguments& arguments) {
  context.check_sets();
  GenerateOptions& options = arguments.options;
  options.locale = parse_locale(arguments.locale);
  options.dirt = arguments.dirty ? Dirt::kPlanted : Dirt::kNone;
  options.replace = arguments.replace ? ReplaceRaw::kAny : ReplaceRaw::kOwnOnly;
  options.n_threads = context.shared().threads;
  if (arguments.closed_share >= 0) options.closed_share = arguments.closed_share;
  check_generate_options(options);
  const ProjectPaths paths = context.paths();
  const RunLock lock(paths, "generate");
  const GenerateResult result = generate_retailer(options, paths.raw, context.sink(), context.cancel());
  if (context.json()) print_json(result);
  if (!context.shared().quiet) print_result(context, summary(result, paths));
}

}  // namespace

void add_generate_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("generate", "Make a synthetic retailer's raw tables in data/raw");
  add_shared_options(*verb, context,
                     "aisle generate --project shop --stores 400 --archetypes 6 --overlap 0.3\n"
                     "  aisle generate --project dirty --dirty --locale en_US");
  auto arguments = std::make_shared<GenerateArguments>();
  GenerateOptions& options = arguments->options;
  verb->add_option("--stores", options.n_stores, "Stores (default: 100)")->type_name("N");
  verb->add_option("--products", options.n_products, "Products (default: 200)")->type_name("N");
  verb->add_option("--years", options.n_years, "Years of sales up to the end date (default: 3)")
      ->type_name("N");
  verb->add_option("--end-date", options.end_date, "Last day of the facts (default: 2024-12-31)")
      ->type_name("DAY");
  verb->add_option("--seed", options.seed, "Same seed, same bytes (default: 42)")->type_name("N");
  verb->add_option("--locale", arguments->locale, "pt_BR or en_US (default: pt_BR)")->type_name("LOCALE");
  verb->add_option("--archetypes", options.n_archetypes,
                   "Plant this many overlapping archetypes (default: 0)")
      ->type_name("K");
  verb->add_option("--overlap", options.overlap, "How much archetypes overlap, 0 to 1 (default: 0.5)")
      ->type_name("X");
  verb->add_option("--closed-share", arguments->closed_share, "Share of stores that closed, 0 to 0.5")
      ->type_name("X");
  verb->add_flag("--dirty", arguments->dirty,
                 "Plant the kinds of dirt that real data has, with a list of it");
  verb->add_flag("--replace", arguments->replace, "Replace raw files that generate did not make");
  verb->callback([&context, arguments] { generate(context, *arguments); });
}

}  // namespace aisle
