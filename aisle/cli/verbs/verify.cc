// `aisle verify`: what a sceptic needs to get the same clusters from other people's code.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/engine/project_engine.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/train.h"
#include "aisle/segment/verification.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// A folder that holds anything else is a slip of the hand: it would be replaced whole.
void refuse_another_folder(const fs::path& folder) {
  if (!fs::exists(folder)) return;
  if (fs::is_directory(folder) && (fs::is_empty(folder) || fs::exists(folder / "verify.py"))) return;
  throw InvalidInput({.where = "verify --out",
                      .what = fmt::format("'{}' is there and holds something else", folder.string()),
                      .expected = "a new or empty folder, or one that `aisle verify` wrote",
                      .remedy = ""});
}

void verify(CommandContext& context, const fs::path& folder) {
  const Options options = context.load_options();
  refuse_another_folder(folder);
  const auto engine = open_embedded_engine(options, context.paths(), context.cancel());
  const TrainedModel trained = read_trained(*engine, context.paths());
  StagedOutput staged(folder, StagedOutput::Kind::kFolder);
  write_verification(trained, staged.path());
  staged.commit();
  if (context.json()) {
    const nlohmann::ordered_json line = {{"event", "verification_written"},
                                         {"folder", folder.string()},
                                         {"n_stores", trained.model.store_ids.size()}};
    std::puts(line.dump().c_str());
  } else if (!context.shared().quiet) {
    fmt::print(
        "{}: the matrix, options and labels of {} stores\npython3 '{}' gets them again from hdbscan and "
        "prince\n",
        folder.string(), trained.model.store_ids.size(), (folder / "verify.py").string());
    if (trained.metrics.limits) {
      fmt::print("hdbscan has no limits: the labels are those of the clusters without [limits]\n");
    }
  }
}

}  // namespace

void add_verify_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand(
      "verify", "Writes the model's matrix, options and labels, and a Python script that gets them again");
  const auto folder = std::make_shared<std::string>();
  verb->add_option("--out", *folder, "the folder to write; one that this verb wrote is replaced")
      ->required()
      ->type_name("DIR");
  add_shared_options(*verb, context, "aisle verify --project shop --out check");
  verb->callback([&context, folder] { verify(context, *folder); });
}

}  // namespace aisle
