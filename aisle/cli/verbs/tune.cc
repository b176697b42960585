// `aisle tune`: what other options would give, side by side, and which is recommended.
#include "aisle/segment/tune.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/value_list.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/engine/project_engine.h"
#include "aisle/insight/trials_table.h"
#include "aisle/project/options_edit.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/search_space.h"
#include "aisle/segment/store_table.h"
#include "aisle/segment/train.h"
#include "aisle/segment/trial_choice.h"
#include "aisle/segment/trial_documents.h"
#include "aisle/track/tracking.h"
#include "aisle/track/tuning_delivery.h"

namespace aisle {
namespace {

constexpr const char* kTuning = "tuning";
constexpr std::size_t kUsualRows = 15;

// As the command line says it; empty texts are left out.
struct TuneArguments {
  std::string components;
  std::string scalings;
  std::string left_out;
  std::vector<std::string> weights;
  std::string metrics;
  std::string min_cluster_sizes;
  std::string min_samples;
  std::string epsilons;
  std::string methods;
  std::string clusters;
  int min_stores = 0;
  double most_noise = 1.0;
  std::size_t n_random = 0;
  std::optional<std::uint64_t> seed;
  int resamples = TuneSettings().resamples;
  std::size_t n_rows = kUsualRows;
  std::string file;
};

// Each text of the list as its value; refuses one that is not among `known`.
template <typename Value>
std::vector<Value> choices(const std::string& text, const std::string& where,
                           const std::vector<std::pair<std::string, Value>>& known) {
  std::vector<Value> values;
  if (text.empty()) return values;
  for (const std::string& item : text_list(text, where)) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == item; });
    if (found == known.end()) {
      throw InvalidInput({.where = where,
                          .what = fmt::format("'{}' is not among the choices", item),
                          .expected = fmt::format("{} or {}", known.front().first, known.back().first),
                          .remedy = ""});
    }
    values.push_back(found->second);
  }
  return values;
}

// "6..8" or "7".
void read_clusters(const std::string& text, SearchSpace& space) {
  if (text.empty()) return;
  const std::vector<int> counts = whole_list(text, "tune --clusters");
  if (counts.front() < 2) {
    throw InvalidInput({.where = "tune --clusters",
                        .what = fmt::format("asks for {}", counts.front()),
                        .expected = "at least 2, e.g. 6..8",
                        .remedy = ""});
  }
  space.fewest_clusters = *std::min_element(counts.begin(), counts.end());
  space.most_clusters = *std::max_element(counts.begin(), counts.end());
}

// "GROUP=2,4,8".
GroupWeights read_weights(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0) {
    throw InvalidInput({.where = "tune --weight",
                        .what = fmt::format("'{}' has no group and weights", text),
                        .expected = "GROUP=WEIGHT,WEIGHT, e.g. mix=2,4,8",
                        .remedy = ""});
  }
  GroupWeights weights{.group = text.substr(0, equals),
                       .weights = number_list(text.substr(equals + 1), "tune --weight " + text)};
  for (const double weight : weights.weights) {
    if (weight > 0) continue;
    throw InvalidInput({.where = "tune --weight " + text,
                        .what = fmt::format("has the weight {}", weight),
                        .expected = "weights above 0",
                        .remedy = "--leave-out tries a group's absence"});
  }
  return weights;
}

SearchSpace read_space(const TuneArguments& said) {
  const auto wholes = [](const std::string& text, const char* where) {
    return text.empty() ? std::vector<int>{} : whole_list(text, where);
  };
  SearchSpace space;
  space.components = wholes(said.components, "tune --components");
  space.scalings = choices<ContextScaling>(
      said.scalings, "tune --scaling",
      {{"axes", ContextScaling::kAxes}, {"standardised", ContextScaling::kStandardised}});
  if (!said.left_out.empty()) space.left_out = text_list(said.left_out, "tune --leave-out");
  for (const std::string& text : said.weights) space.weights.push_back(read_weights(text));
  space.metrics = choices<DistanceMetric>(
      said.metrics, "tune --metric",
      {{"euclidean", DistanceMetric::kEuclidean}, {"manhattan", DistanceMetric::kManhattan}});
  space.min_cluster_sizes = wholes(said.min_cluster_sizes, "tune --min-cluster-size");
  space.min_samples = wholes(said.min_samples, "tune --min-samples");
  if (!said.epsilons.empty()) space.epsilons = number_list(said.epsilons, "tune --epsilon");
  space.methods = choices<TreeSelection>(
      said.methods, "tune --method", {{"eom", TreeSelection::kExcessOfMass}, {"leaf", TreeSelection::kLeaf}});
  read_clusters(said.clusters, space);
  space.min_stores = said.min_stores;
  return space;
}

std::vector<TunePoint> points_of(const TuneArguments& said, const Options& options, const Table& stores) {
  SearchSpace space = read_space(said);
  const auto eligible = eligibility(stores);
  const auto n_stores = static_cast<std::size_t>(std::count(eligible.begin(), eligible.end(), 1));
  if (said.n_random > 0) {
    space = filled(space, usual_random_space(options, n_stores));
    return random_points(space, options, stores, said.n_random, said.seed.value_or(options.model.seed));
  }
  if (space.says_nothing()) space = filled(space, usual_grid(options, n_stores));
  return grid_points(space, options, stores);
}

// The store features and the digest of the file that they are of, which a run may be replacing.
std::pair<Table, std::string> read_with_digest(Engine& engine, const ProjectPaths& paths) {
  const auto digest = [&] {
    return std::filesystem::exists(paths.store_features) ? digest_of_file(paths.store_features) : "";
  };
  std::string before = digest();
  Table stores = read_store_features(engine, paths).stores;
  if (digest() == before) return {std::move(stores), std::move(before)};
  throw DataError({.where = paths.relative(paths.store_features),
                   .what = "was replaced while it was read",
                   .expected = "",
                   .remedy = "try again"});
}

// On the tracking server, where there is one. What is not sent is a warning: the run store has the trials.
void track(const std::optional<TrackingTarget>& target, const Tuning& tuning,
           const std::vector<Trial>& trials, const EventSink& sink, const CancelFlag* cancel) {
  if (!target) return;
  try {
    const std::string url = log_tuning(
        *target, tuning, trials,
        {{"trials.csv", trials_csv(tuning, trials)}, {"tuning.json", tuning_json(tuning, trials) + "\n"}},
        cancel);
    sink(RunTracked{tuning.id, url});
  } catch (const EnvironmentError& error) {
    sink(WarningRaised{"tracking", fmt::format("{}; the trials are kept here alone", error.what())});
  }
}

// Searches, chooses and keeps. Takes no lock: it reads what the last run left and adds rows of its own.
void tune(CommandContext& context, const TuneArguments& said) {
  const auto started = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  const Options options = context.load_options();
  const ThreadLimit limit(options.engine.threads);
  const std::optional<TrackingTarget> target = tracking_target(options);
  const ProjectPaths paths = context.paths();
  const EventSink sink = context.sink();
  const CancelFlag* cancel = context.cancel();
  const auto engine = open_project_engine(options, paths, cancel);
  const auto [stores, features] = read_with_digest(*engine, paths);
  const std::vector<TunePoint> points = points_of(said, options, stores);

  if (options.model.method != ClusterMethod::kHdbscan) {
    sink(WarningRaised{kTuning, "the trials are HDBSCAN's, which is not the project's model.method"});
  }
  sink(StageStarted{.asset = kTuning, .title = "Trials", .why = fmt::format("{} points", points.size())});
  const TuneSettings settings{.resamples = said.resamples, .seed = options.model.seed};
  const auto progress = [&](std::size_t done, std::size_t total) {
    sink(Progress{.asset = kTuning,
                  .done = static_cast<double>(done),
                  .total = static_cast<double>(total),
                  .unit = "points"});
  };
  TuneResult result = evaluate_points(stores, points, settings, progress, cancel);
  for (const std::string& note : result.notes) sink(WarningRaised{kTuning, note});
  if (digest_of_file(paths.store_features) != features) {
    sink(WarningRaised{
        kTuning, "the store features changed meanwhile: the trials are of those that were there before"});
  }
  std::vector<Trial>& trials = result.trials;
  const TrialChoice choice =
      choose_trial(trials, {.most_noise = said.most_noise, .min_stores = said.min_stores});
  const auto eligible = eligibility(stores);
  Tuning tuning;
  tuning.options = canonical_options(options, cluster_sections());
  tuning.features = features;
  tuning.n_stores = std::count(eligible.begin(), eligible.end(), 1);
  tuning.n_trials = static_cast<std::int64_t>(trials.size());
  tuning.recommended = choice.recommended;
  tuning.reason = choice.reason;
  tuning = TrialStore(paths.run_store).add(std::move(tuning), trials, seconds());
  track(target, tuning, trials, sink, cancel);
  sink(StageFinished{.asset = kTuning, .seconds = seconds()});

  if (!said.file.empty()) write_file(said.file, trials_csv(tuning, trials));
  if (context.json()) {
    const auto document = nlohmann::ordered_json::parse(tuning_json(tuning, trials));
    std::puts(nlohmann::ordered_json{{"event", "result"}, {"document", document}}.dump().c_str());
    return;
  }
  std::fputs(render_trials(tuning, trials, said.n_rows, context.width()).c_str(), stdout);
  if (choice.recommended > 0) {
    fmt::print("`aisle adopt {}` makes it the project's options and runs what is stale.\n",
               choice.recommended);
  }
}

void add_search_options(CLI::App& verb, TuneArguments& said) {
  verb.add_option("--components", said.components, "Numbers of FAMD's axes, e.g. 3,4,5 or 3..8")
      ->type_name("LIST");
  verb.add_option("--scaling", said.scalings,
                  "axes (the context's numbers on FAMD's axes), standardised (beside them), or both")
      ->type_name("LIST");
  verb.add_option("--leave-out", said.left_out,
                  "Feature groups or columns of the model; each is tried with and without")
      ->type_name("LIST");
  verb.add_option("--weight", said.weights, "Weights of a feature group or column; may be repeated")
      ->type_name("GROUP=LIST")
      ->allow_extra_args(false);
  verb.add_option("--metric", said.metrics, "euclidean, manhattan, or both")->type_name("LIST");
  verb.add_option("--min-cluster-size", said.min_cluster_sizes, "Smallest clusters, e.g. 5..25:5")
      ->type_name("LIST");
  verb.add_option("--min-samples", said.min_samples, "Neighbours that make a core distance, e.g. 1,3,5")
      ->type_name("LIST");
  verb.add_option("--epsilon", said.epsilons, "Distances below which clusters are merged, e.g. 0,0.5,1")
      ->type_name("LIST");
  verb.add_option("--method", said.methods, "How clusters are taken from the tree: eom, leaf, or both")
      ->type_name("LIST");
  verb.add_option("--clusters", said.clusters, "How many clusters there may be, e.g. 6..8")
      ->type_name("N..N");
}

}  // namespace

void add_tune_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb =
      app.add_subcommand("tune", "Try other options side by side: figures, trade-off, and one to take");
  const auto said = std::make_shared<TuneArguments>();
  add_search_options(*verb, *said);
  verb->add_option("--min-stores", said->min_stores, "Stores that each cluster must have")
      ->type_name("N")
      ->check(CLI::Range(2, 1'000'000));
  verb->add_option("--max-noise", said->most_noise,
                   "Largest share of noise that may be recommended, e.g. 0.2")
      ->type_name("SHARE")
      ->check(CLI::Range(0.0, 1.0));
  verb->add_option("--random", said->n_random, "Draw this many points instead of the whole grid")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, kMostTunePoints));
  verb->add_option("--seed", said->seed, "Of --random (default: model.seed)")->type_name("N");
  verb->add_option("--resamples", said->resamples,
                   "Resamples of the stability; 0: none is measured (default: 10)")
      ->type_name("N")
      ->check(CLI::Range(0, 1000));
  verb->add_option("--top", said->n_rows, "Trials that the terminal shows (default: 15)")->type_name("N");
  verb->add_option("--out", said->file, "Write all trials as CSV")->type_name("FILE");
  add_shared_options(
      *verb, context,
      "aisle tune --project shop\n"
      "  aisle tune --project shop --components 3,4,5 --min-cluster-size 5..15:5 --min-samples 1,3,5\n"
      "  aisle tune --project shop --random 500 --leave-out season,growth --weight mix=2,4,8\n"
      "  aisle tune --project shop --clusters 6..8 --min-stores 20 --out trials.csv");
  verb->callback([&context, said] { tune(context, *said); });
}

}  // namespace aisle
