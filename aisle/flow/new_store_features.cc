#include "aisle/flow/new_store_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/engine/raw_tables.h"
#include "aisle/features/build_features.h"
#include "aisle/project/staged_output.h"
#include "aisle/quality/checks.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

bool is_below(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

fs::path common_folder(const fs::path& a, const fs::path& b) {
  fs::path common;
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  for (auto part = a.begin(); part != end; ++part) common /= *part;
  return common;
}

void check_rows(Engine& engine, const RawTables& raw, const Options& options, const ProjectPaths& paths,
                const EventSink& sink) {
  // What the checks write of these stores is of no use to the project: it disappears.
  const StagedOutput aside(paths.state / "new_stores", StagedOutput::Kind::kFolder);
  ProjectPaths checked = paths;
  checked.validation = aside.path() / "validation";
  checked.quarantine = aside.path() / "quarantine";
  const CheckOutcome outcome = run_checks(engine, raw, options, checked, {}, sink);
  if (outcome.critical_failed) {
    throw DataError({.where = "data checks", .what = outcome.message, .expected = "", .remedy = ""});
  }
  if (outcome.n_quarantined > 0) {
    sink(WarningRaised{"new stores",
                       fmt::format("{} rows failed a check and are left out", outcome.n_quarantined)});
  }
}

}  // namespace

Options options_below(const Options& options, const ProjectPaths& paths, const fs::path& folder) {
  const fs::path raw = fs::absolute(paths.raw).lexically_normal();
  const fs::path target = fs::absolute(folder).lexically_normal();
  std::optional<fs::path> common;
  const auto full = [&](const TableSource& source) {
    return fs::absolute(paths.root / source.path).lexically_normal();
  };
  for (const auto& [name, source] : options.tables) {
    if (source.path.empty() || is_below(full(source), raw)) continue;
    const fs::path parent = full(source).parent_path();
    common = common ? common_folder(*common, parent) : parent;
  }
  Options result = options;
  for (auto& [name, source] : result.tables) {
    if (source.path.empty()) continue;
    const fs::path path = full(source);
    source.path = (target / path.lexically_relative(is_below(path, raw) ? raw : *common)).string();
  }
  return result;
}

Table new_store_features(Engine& engine, const Options& options, const ProjectPaths& paths,
                         const fs::path& folder, const Model& model, const EventSink& sink) {
  if (!fs::is_directory(folder)) {
    throw DataError({.where = folder.string(),
                     .what = "is no folder",
                     .expected = "a folder with the tables of the data contract",
                     .remedy = "for a file of features, say --features"});
  }
  const FeatureBasis basis =
      parse_feature_basis(model.features_document, paths.relative(paths.model / "model.json") + ": features");
  Options below = options_below(options, paths, folder);
  if (basis.options) {
    const std::vector<std::string> groups = std::move(below.features.groups);
    below.features = *basis.options;
    below.features.groups = groups;
  }
  below.features.as_of = basis.as_of;
  ProjectPaths places = paths;
  places.raw = fs::absolute(folder);
  const RawTables raw = open_raw_tables(engine, below, places);
  for (const std::string& note : raw.notes) sink(NoteMade{"raw tables", note});
  check_rows(engine, raw, below, places, sink);
  return build_features(engine, raw, below, places, sink, &basis).store_features;
}

}  // namespace aisle
