// `aisle init`: writes a commented aisle.toml, from a template or from a look at the user's files.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <sstream>

#include "aisle/base/errors.h"
#include "aisle/cli/verbs/materialising_verb.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/engine/engine.h"
#include "aisle/onboard/proposal.h"
#include "aisle/onboard/templates.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

struct InitArguments {
  std::string template_name;
  std::string from;
  bool force = false;
};

void refuse_existing(const ProjectPaths& paths, const InitArguments& arguments) {
  if (arguments.force || !fs::exists(paths.options_file)) return;
  throw InvalidInput({.where = paths.options_file.string(),
                      .what = "is there already",
                      .expected = "",
                      .remedy = "--force replaces it"});
}

std::string next_steps(const ProjectPaths& paths, const std::string& template_name) {
  const std::string project = paths.root.string();
  std::string text = fmt::format("Wrote {}. Next:\n", paths.options_file.string());
  if (template_name == "original") text += fmt::format("  aisle generate --project {}\n", project);
  if (template_name == "blank")
    text += "  put your tables into data/raw, or say in aisle.toml where they are\n";
  return text + fmt::format("  aisle run --project {}\n", project);
}

// The options text with `set` ("section.key=value") in its section: in place of the key's own line, else as
// the section's first, else in a section of its own at the end.
std::string with_set(const std::string& text, const std::string& set) {
  const std::size_t equals = set.find('=');
  const std::size_t dot = set.substr(0, equals).rfind('.');
  const std::string header = "[" + set.substr(0, dot) + "]";
  const std::string key = set.substr(dot + 1, equals - dot - 1);
  std::string value = set.substr(equals + 1);
  try {
    parse_options(header + "\n" + key + " = " + value + "\n", "--set", {});
  } catch (const InvalidInput&) {
    value = fmt::format("\"{}\"", value);  // a bare word: the options take it as text
  }
  const std::string line = key + " = " + value;
  std::string result;
  std::istringstream lines(text);
  std::string section;
  bool is_set = false;
  for (std::string old; std::getline(lines, old);) {
    if (!old.empty() && old.front() == '[') section = old.substr(0, old.find(']') + 1);
    const bool is_own = section == header && old.rfind(key + " =", 0) == 0;
    result += (is_own ? line : old) + "\n";
    is_set = is_set || is_own;
  }
  if (is_set) return result;
  const std::size_t at = result.find(header + "\n");
  if (at == std::string::npos) return result + "\n" + header + "\n" + line + "\n";
  return result.insert(at + header.size() + 1, line + "\n");
}

void init(CommandContext& context, const InitArguments& arguments) {
  context.check_sets();
  const ProjectPaths paths = context.paths();
  refuse_existing(paths, arguments);
  std::string options_text;
  std::string said;
  if (arguments.from.empty()) {
    const std::string name = arguments.template_name.empty() ? "blank" : arguments.template_name;
    options_text = template_toml(name);
    said = next_steps(paths, name);
  } else {
    EngineOptions engine_options;
    engine_options.n_threads = context.shared().threads;
    engine_options.cancel = context.cancel();
    const auto engine = open_duckdb(engine_options);
    const Proposal proposal = look_at(*engine, arguments.from, context.sink());
    options_text = render(proposal, paths.root);
    said = report(proposal) + next_steps(paths, "");
  }
  for (const std::string& set : context.shared().sets) options_text = with_set(options_text, set);
  fs::create_directories(paths.root);
  write_file(paths.options_file, options_text);
  if (!context.shared().quiet) print_result(context, said);
}

}  // namespace

void add_init_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb =
      app.add_subcommand("init", "Write a commented aisle.toml, from a template or from your files");
  add_shared_options(*verb, context,
                     "aisle init --template original --project shop\n"
                     "  aisle init --from /data/exports --project shop");
  auto arguments = std::make_shared<InitArguments>();
  CLI::Option* named = verb->add_option("--template", arguments->template_name,
                                        "original (the synthetic retailer), iowa, or blank (default)")
                           ->type_name("NAME")
                           ->check(CLI::IsMember({"original", "iowa", "blank"}));
  verb->add_option("--from", arguments->from,
                   "Look at the files in DIR and propose a mapping; changes nothing there")
      ->type_name("DIR")
      ->excludes(named);
  verb->add_flag("--force", arguments->force, "Replace an aisle.toml that is there");
  verb->callback([&context, arguments] { init(context, *arguments); });
}

}  // namespace aisle
