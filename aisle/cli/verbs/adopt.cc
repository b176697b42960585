// `aisle adopt`: a trial's options become the project's, and back.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cli/verbs/line_diff.h"
#include "aisle/cli/verbs/materialising_verb.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/engine/project_engine.h"
#include "aisle/flow/described_results.h"
#include "aisle/insight/comparison_table.h"
#include "aisle/insight/option_effect.h"
#include "aisle/project/options_edit.h"
#include "aisle/project/run_lock.h"
#include "aisle/project/staged_output.h"
#include "aisle/track/adoption_store.h"
#include "aisle/track/trial_store.h"

namespace aisle {
namespace {

constexpr const char* kFile = "aisle.toml";

struct AdoptArguments {
  std::string trial;
  bool undo = false;
  bool yes = false;
};

// What shall be written, and what is recorded of it.
struct Change {
  std::string title;
  std::string before;  // aisle.toml, whole
  std::string after;
  Options options_before;
  Options options_after;
  std::vector<OptionChange> changes;
  std::vector<std::string> notes;
  Adoption adoption;  // the new one, or the one that is undone
};

// Canonical "key = value" lines as --set takes them.
std::vector<std::string> as_overrides(const std::string& lines) {
  std::vector<std::string> overrides;
  for (std::size_t start = 0; start < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', start), lines.size());
    std::string line = lines.substr(start, end - start);
    const std::size_t sign = line.find(" = ");
    if (sign != std::string::npos) overrides.push_back(line.replace(sign, 3, "="));
    start = end + 1;
  }
  return overrides;
}

void fill_options(Change& change) {
  change.options_before = parse_options(change.before, kFile, {});
  change.options_after = parse_options(change.after, kFile, {});
  change.changes = changes_between(change.options_before, change.options_after, cluster_sections());
}

// The presets are of different features: options of the one on features of the other are no trial.
void refuse_another_preset(const Options& now, const Options& wanted, const std::string& title) {
  if (now.model.preset == wanted.model.preset) return;
  throw InvalidInput(
      {.where = "adopt",
       .what = fmt::format("{} is of the preset {}, and aisle.toml has {}", title, wanted.model.preset,
                           now.model.preset),
       .expected = "a trial of the project's preset",
       .remedy = fmt::format("tune anew, or first `aisle options model.preset={}`", wanted.model.preset)});
}

Change adoption_of(const ProjectPaths& paths, const std::string& name) {
  const NamedTrial named = named_trial(TrialStore(paths.run_store), name, "adopt");
  if (!named.trial.problem.empty()) {
    throw InvalidInput(
        {.where = "adopt",
         .what = fmt::format("trial {} has no clusters: {}", named.trial.number, named.trial.problem),
         .expected = "a trial with clusters",
         .remedy = ""});
  }
  std::vector<std::string> overrides = as_overrides(named.tuning.options);
  overrides.insert(overrides.end(), named.trial.settings.begin(), named.trial.settings.end());
  const Options wanted = parse_options("", fmt::format("tuning {}", named.tuning.id), overrides);
  Change change;
  change.title = fmt::format("Trial {} of tuning {}", named.trial.number, named.tuning.id);
  change.before = read_file(paths.options_file);
  refuse_another_preset(parse_options(change.before, kFile, {}), wanted, change.title);
  change.after = edited_options(change.before, kFile, wanted, cluster_sections());
  fill_options(change);
  change.adoption.tuning = named.tuning.id;
  change.adoption.trial = named.trial.number;
  change.adoption.before = change.before;
  change.adoption.after = change.after;
  if (digest_of_file(paths.store_features) != named.tuning.features) {
    change.notes.emplace_back("The store features are not those that were tuned: its figures are of others.");
  }
  return change;
}

Change undoing(const ProjectPaths& paths) {
  const std::string before = read_file(paths.options_file);
  const std::optional<Adoption> adoption = AdoptionStore(paths.run_store).last(before);
  if (!adoption) {
    throw InvalidInput({.where = "adopt --undo",
                        .what = "no trial was adopted, or all are undone",
                        .expected = "",
                        .remedy = ""});
  }
  Change change;
  change.title = fmt::format("Before trial {} of tuning {}", adoption->trial, adoption->tuning);
  change.before = before;
  change.after = adoption->before;
  if (change.before != adoption->after) {
    throw InvalidInput({.where = kFile,
                        .what = fmt::format("was edited after trial {} was adopted", adoption->trial),
                        .expected = "",
                        .remedy = "take the options back by hand: undoing would lose your edits"});
  }
  fill_options(change);
  change.adoption = *adoption;
  return change;
}

void show(const CommandContext& context, const Change& change, const std::optional<Comparison>& effect) {
  if (context.json()) {
    nlohmann::ordered_json changes = nlohmann::ordered_json::array();
    for (const OptionChange& one : change.changes) {
      changes.push_back({{"key", one.key}, {"before", one.before}, {"after", one.after}});
    }
    const nlohmann::ordered_json line = {
        {"event", "adoption"},
        {"tuning", change.adoption.tuning},
        {"trial", change.adoption.trial},
        {"changes", changes},
        {"diff", line_diff(change.before, change.after)},
        {"notes", change.notes},
        {"comparison",
         effect ? nlohmann::ordered_json::parse(comparison_json(*effect)) : nlohmann::ordered_json(nullptr)}};
    std::puts(line.dump().c_str());
    return;
  }
  fmt::print("{}, as changes of {}:\n\n{}\n", change.title, kFile, line_diff(change.before, change.after));
  for (const std::string& note : change.notes) fmt::print("{}\n", note);
  if (effect) {
    fmt::print("What would change (A: now, B: then):\n\n{}", render_comparison(*effect, context.width()));
  } else {
    fmt::print("There is no result yet to compare with.\n");
  }
  std::fflush(stdout);
}

// Throws where nobody can answer.
bool is_confirmed(const CommandContext& context, const AdoptArguments& said) {
  if (said.yes) return true;
  if (context.json()) return false;
  fmt::print("\nWrite {} and run what is stale? [y/N] ", kFile);
  std::fflush(stdout);
  std::string answer;
  if (!std::getline(std::cin, answer)) {
    throw InvalidInput({.where = "adopt",
                        .what = "asks before it changes aisle.toml, and nobody answered",
                        .expected = "y or n",
                        .remedy = "say --yes"});
  }
  return answer == "y" || answer == "Y" || answer == "yes";
}

// Under the lock.
void write_options(const ProjectPaths& paths, const Change& change, bool undo) {
  if (read_file(paths.options_file) != change.before) {
    throw InvalidInput({.where = kFile,
                        .what = "was edited while this was looked at",
                        .expected = "",
                        .remedy = "try again"});
  }
  const AdoptionStore store(paths.run_store);
  if (undo) {
    rewrite_file(paths.options_file, change.after);
    store.mark_undone(change.adoption.number);
    return;
  }
  // The way back is kept first: without it nothing is written. What is not written has nothing to undo.
  const std::int64_t number = store.add(change.adoption);
  try {
    rewrite_file(paths.options_file, change.after);
  } catch (...) {
    store.mark_undone(number);
    throw;
  }
}

// What the clusters would be. Nothing where no one waits for an answer: who said yes and reads events hears
// of the run itself.
std::optional<Comparison> preview(CommandContext& context, const AdoptArguments& said, const Change& change) {
  if (change.before == change.after || (said.yes && context.json())) return std::nullopt;
  const Options options = context.load_options();
  const ProjectPaths paths = context.paths();
  const ThreadLimit limit(options.engine.threads);
  const auto engine = open_project_engine(options, paths, context.cancel());
  return effect_of_options(*engine, paths, change.options_before, change.options_after, context.cancel());
}

void check_arguments(CommandContext& context, const AdoptArguments& said) {
  if (said.undo == !said.trial.empty()) {
    throw InvalidInput({.where = "adopt",
                        .what = said.undo ? "has a trial and --undo" : "has no trial",
                        .expected = "a trial's number, `recommended`, or --undo",
                        .remedy = said.undo ? "" : "`aisle tune` makes trials"});
  }
  if (!context.shared().sets.empty()) {
    throw InvalidInput({.where = "adopt --set",
                        .what = "would run other options than those that are shown and written",
                        .expected = "no --set",
                        .remedy = "`aisle options` sets some in aisle.toml"});
  }
}

void adopt(CommandContext& context, const AdoptArguments& said) {
  check_arguments(context, said);
  context.load_options();  // says clearly where there is no project
  const ProjectPaths paths = context.paths();
  const Change change = said.undo ? undoing(paths) : adoption_of(paths, said.trial);
  const std::optional<Comparison> effect = preview(context, said, change);
  if (change.before == change.after && !context.json()) {
    fmt::print("{}: the project has these options already.\n", change.title);
    return;
  }
  show(context, change, effect);
  if (change.before == change.after) return;
  if (!is_confirmed(context, said)) {
    if (!context.json()) fmt::print("Nothing was changed.\n");
    return;
  }
  // Held until the run has ended, so that no other run comes between the options and what they give.
  const RunLock lock(paths, "adopt");
  write_options(paths, change, said.undo);
  RunRequest request;
  request.verb = "adopt";
  request.lock = &lock;
  materialise_for(context, request);
  print_result(context, describe_segments(paths, context.width()), paths.insight / "segments.json");
}

}  // namespace

void add_adopt_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand(
      "adopt", "Make a trial of `aisle tune` the project's options: shows what would change, asks, runs");
  const auto said = std::make_shared<AdoptArguments>();
  verb->add_option("TRIAL", said->trial, "A number of the newest tuning, TUNING/NUMBER, or `recommended`")
      ->type_name("TRIAL");
  verb->add_flag("--undo", said->undo, "Take the newest adoption back");
  verb->add_flag("--yes", said->yes, "Do not ask");
  add_shared_options(*verb, context,
                     "aisle adopt recommended --project shop\n"
                     "  aisle adopt 14 --project shop --yes\n"
                     "  aisle adopt --undo --project shop");
  verb->callback([&context, said] { adopt(context, *said); });
}

}  // namespace aisle
