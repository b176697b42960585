// `aisle options`: what every option is, or some of them set in aisle.toml.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/line_diff.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/project/option_table.h"
#include "aisle/project/options_edit.h"
#include "aisle/project/run_lock.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

void print_options(const CommandContext& context, const Options& options) {
  Json values = Json::object();
  for (const OptionRow& row : option_table()) {
    const OptionValue value = row.get(options);
    if (context.json()) {
      std::visit([&](const auto& plain) { values[std::string(row.key)] = plain; }, value);
    } else {
      fmt::print("{} = {}\n", row.key, toml_text(value));
    }
  }
  if (context.json()) std::puts(Json{{"event", "options"}, {"options", values}}.dump().c_str());
}

std::vector<std::string> settable_sections() {
  std::vector<std::string> sections = option_sections();
  std::erase(sections, "tables");
  return sections;
}

// Writes the values into aisle.toml, under the lock, so that no run reads half of them.
void set_options(const CommandContext& context, const std::vector<std::string>& settings) {
  const ProjectPaths paths = context.paths();
  context.load_options();  // says clearly where there is no project
  const RunLock lock(paths, "options");
  const std::string before = read_file(paths.options_file);
  const Options wanted = parse_options(before, "aisle.toml", settings);
  for (const std::string& setting : settings) {
    if (!setting.starts_with("tables.")) continue;
    throw InvalidInput({.where = "options " + setting,
                        .what = "is of a table",
                        .expected = "an option of docs/options.md outside [tables]",
                        .remedy = "edit aisle.toml"});
  }
  const std::string after = edited_options(before, "aisle.toml", wanted, settable_sections());
  rewrite_file(paths.options_file, after);
  if (context.json()) {
    std::puts(Json{{"event", "options_set"}, {"diff", line_diff(before, after)}}.dump().c_str());
  } else {
    std::fputs(line_diff(before, after).c_str(), stdout);
  }
}

}  // namespace

void add_options_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("options", "Show every option's value, or set some in aisle.toml");
  const auto settings = std::make_shared<std::vector<std::string>>();
  verb->add_option("SETTING", *settings, "An option to set; comments and order of aisle.toml stay")
      ->type_name("SECTION.KEY=VALUE");
  add_shared_options(*verb, context,
                     "aisle options --project shop\n"
                     "  aisle options hdbscan.min_cluster_size=8 famd.n_components=4 --project shop");
  verb->callback([&context, settings] {
    if (settings->empty()) {
      print_options(context, context.load_options());
    } else {
      set_options(context, *settings);
    }
  });
}

}  // namespace aisle
