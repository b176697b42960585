// `aisle track`: the runs that the project remembers, and what a tracking server is owed of them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/tracked_runs.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/track/tracking.h"

namespace aisle {
namespace {

struct TrackArguments {
  std::string action;
  std::vector<std::string> runs;
  int limit = 20;
};

void check_runs(const TrackArguments& wanted) {
  const std::size_t most = wanted.action == "compare" ? 2 : wanted.action == "show" ? 1 : 0;
  if (wanted.runs.size() <= most) return;
  throw InvalidInput({.where = "track " + wanted.action,
                      .what = fmt::format("{} runs are named", wanted.runs.size()),
                      .expected = most == 0 ? "none" : fmt::format("at most {}", most),
                      .remedy = ""});
}

std::string run_or(const TrackArguments& wanted, std::size_t place, const char* usual) {
  return place < wanted.runs.size() ? wanted.runs[place] : usual;
}

void say_delivery(CommandContext& context, const Delivery& delivery) {
  if (context.json()) {
    nlohmann::ordered_json sent = nlohmann::ordered_json::array();
    for (const SentRun& run : delivery.sent) sent.push_back({{"run", run.run}, {"url", run.url}});
    const nlohmann::ordered_json line = {
        {"event", "synced"}, {"sent", sent}, {"n_owed", delivery.n_owed}, {"why", delivery.why}};
    std::puts(line.dump().c_str());
  } else if (delivery.sent.empty() && delivery.n_owed == 0) {
    std::puts("nothing is owed");
  } else if (!delivery.sent.empty()) {
    fmt::print("sent {} {}\n", delivery.sent.size(), delivery.sent.size() == 1 ? "run" : "runs");
  }
}

void send_what_is_owed(CommandContext& context) {
  const Options options = context.load_options();
  const auto target = tracking_target(options);
  const ProjectPaths paths = context.paths();
  if (!target) {
    throw InvalidInput({.where = "track sync",
                        .what = "no tracking server is named",
                        .expected = "",
                        .remedy = "set tracking.mlflow_uri in aisle.toml, or MLFLOW_TRACKING_URI"});
  }
  const EventSink sink = context.sink();
  const Delivery delivery = send_owed(target->server, paths, patience_of_a_sync(), sink, context.cancel());
  say_delivery(context, delivery);
  if (delivery.n_owed == 0) return;
  throw EnvironmentError({.where = "",
                          .what = fmt::format("{} {} still owed: {}", delivery.n_owed,
                                              delivery.n_owed == 1 ? "run is" : "runs are", delivery.why),
                          .expected = "",
                          .remedy = ""});
}

void track(CommandContext& context, const TrackArguments& wanted) {
  check_runs(wanted);
  if (wanted.action == "sync") {
    send_what_is_owed(context);
    return;
  }
  context.load_options();  // a folder that is no project says so
  const TrackedRuns runs(context.paths());
  std::string text;
  if (wanted.action == "list") {
    text = runs.list(wanted.limit, context.json());
  } else if (wanted.action == "show") {
    text = runs.show(runs.named(run_or(wanted, 0, "latest")), context.json());
  } else {
    text = runs.compare(runs.named(run_or(wanted, 0, "previous")), runs.named(run_or(wanted, 1, "latest")),
                        context.json());
  }
  std::fputs(text.c_str(), stdout);
}

}  // namespace

void add_track_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb =
      app.add_subcommand("track", "The project's runs: list, show, compare; sync sends what MLflow is owed");
  const auto wanted = std::make_shared<TrackArguments>();
  verb->add_option("ACTION", wanted->action, "list, show, compare or sync")
      ->required()
      ->check(CLI::IsMember({"list", "show", "compare", "sync"}));
  verb->add_option("RUN", wanted->runs,
                   "for show one (default: latest), for compare two (default: previous latest): "
                   "a run's id, `latest` or `previous`");
  verb->add_option("--limit", wanted->limit, "list at most this many runs (default: 20)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000));
  add_shared_options(*verb, context,
                     "aisle track list --project shop\n"
                     "  aisle track show latest --project shop --json\n"
                     "  aisle track compare previous latest --project shop\n"
                     "  aisle track sync --project shop");
  verb->callback([&context, wanted] { track(context, *wanted); });
}

}  // namespace aisle
