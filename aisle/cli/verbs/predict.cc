// `aisle predict`: clusters of stores that the model has not seen.
#include "aisle/segment/predict.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/output_format.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/engine/csv_output.h"
#include "aisle/engine/project_engine.h"
#include "aisle/flow/new_store_features.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/new_stores.h"
#include "aisle/segment/package.h"

namespace aisle {
namespace {

constexpr const char* kAsset = "predict";
constexpr const char* kGiven = "given_stores";
constexpr const char* kPredicted = "predicted_stores";

struct Wanted {
  std::string features;
  std::string raw;
  std::string model;  // "": the project's
  std::string format;
  std::string file;
};

void check_source(const Wanted& wanted) {
  if (wanted.features.empty() != wanted.raw.empty()) return;
  throw InvalidInput({.where = "predict",
                      .what = wanted.raw.empty() ? "neither --features nor --raw says which stores"
                                                 : "both --features and --raw are given",
                      .expected = "one of them: a file of store features, or a folder of raw tables",
                      .remedy = ""});
}

// A model from elsewhere, over features that are given, needs no project.
Options options_for(const CommandContext& context, const Wanted& wanted) {
  const bool needs_project = wanted.model.empty() || !wanted.raw.empty();
  std::error_code error;
  if (needs_project || std::filesystem::exists(context.paths().options_file, error)) {
    return context.load_options();
  }
  return context.options_without_project();
}

NewStores open_stores(Engine& engine, const Options& options, const ProjectPaths& paths, const Model& model,
                      const Wanted& wanted, const EventSink& sink) {
  if (!wanted.features.empty()) {
    open_feature_file(engine.embedded(), kGiven, wanted.features);
    return open_new_stores(engine.embedded(), kGiven, model, wanted.features);
  }
  EmbeddedEngine& embedded = engine.embedded();
  embedded.put_table(kGiven, new_store_features(engine, options, paths, wanted.raw, model, sink));
  return open_new_stores(embedded, kGiven, model, wanted.raw);
}

std::int64_t write(EmbeddedEngine& engine, const std::string& format, const std::string& file) {
  const std::string query = fmt::format("SELECT * FROM {} ORDER BY store_id", kPredicted);
  StagedOutput staged(file, StagedOutput::Kind::kFile);
  std::int64_t n_guarded = 0;
  if (format == "csv") {
    n_guarded = write_csv(engine, query, staged.path());
  } else {
    engine.write_parquet(query, staged.path());
  }
  staged.commit();
  return n_guarded;
}

void print(CommandContext& context, const PredictionCounts& counts, std::int64_t n_guarded,
           const std::string& file) {
  if (context.json()) {
    const nlohmann::ordered_json line = {{"event", "predicted"},        {"file", file},
                                         {"n_stores", counts.n_stores}, {"n_outliers", counts.n_outliers},
                                         {"n_short", counts.n_short},   {"n_left_out", counts.n_left_out},
                                         {"n_guarded", n_guarded}};
    std::puts(line.dump().c_str());
    return;
  }
  if (context.shared().quiet) return;
  fmt::print("{}: {} stores\n", file, counts.n_stores);
  if (counts.n_outliers > 0) {
    fmt::print("{} of them are outliers; the forest says which cluster is nearest\n", counts.n_outliers);
  }
  if (counts.n_short > 0) {
    fmt::print("{} have too short a history; the forest alone places them\n", counts.n_short);
  }
  if (counts.n_left_out > 0) fmt::print("{} are in no cluster\n", counts.n_left_out);
  if (n_guarded > 0) {
    fmt::print(
        "{} ids begin like a formula; an apostrophe before them keeps spreadsheets from running them\n",
        n_guarded);
  }
}

void predict(CommandContext& context, const Wanted& wanted) {
  const std::string format = output_format("predict", wanted.format, wanted.file, {"csv", "parquet"});
  check_source(wanted);
  const ProjectPaths paths = context.paths();
  const Options options = options_for(context, wanted);
  const ThreadLimit limit(options.engine.threads);
  const EventSink sink = context.sink();
  const auto engine = open_project_engine(options, paths, context.cancel());
  const Model model =
      read_model(*engine, wanted.model.empty() ? paths.model : std::filesystem::path(wanted.model));
  const NewStores stores = open_stores(*engine, options, paths, model, wanted, sink);
  for (const std::string& note : stores.notes) sink(WarningRaised{kAsset, note});
  const PredictionCounts counts =
      predict_new_stores(engine->embedded(), model, stores.n_stores, kPredicted, context.cancel(),
                         [&](std::size_t done, std::size_t total) {
                           sink(Progress{.asset = kAsset,
                                         .done = static_cast<double>(done),
                                         .total = static_cast<double>(total),
                                         .unit = "stores"});
                         });
  print(context, counts, write(engine->embedded(), format, wanted.file), wanted.file);
}

}  // namespace

void add_predict_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand(
      "predict", "Clusters of stores that the model has not seen, by the training's own windows and axes");
  const auto wanted = std::make_shared<Wanted>();
  verb->add_option("--features", wanted->features,
                   "their features: a CSV or Parquet file with the columns that the model reads")
      ->type_name("FILE");
  verb->add_option("--raw", wanted->raw, "their raw tables: a folder laid out as the project's own files are")
      ->type_name("DIR");
  verb->add_option("--model", wanted->model, "a model package from elsewhere (default: the project's own)")
      ->type_name("DIR");
  verb->add_option("--format", wanted->format, "csv or parquet; without it, as the file's name ends")
      ->type_name("FORMAT");
  verb->add_option("--out", wanted->file, "the file to write; one that is there is replaced")
      ->required()
      ->type_name("FILE");
  add_shared_options(*verb, context, "aisle predict --project shop --raw new_stores --out clusters.csv");
  verb->callback([&context, wanted] { predict(context, *wanted); });
}

}  // namespace aisle
