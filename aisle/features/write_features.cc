#include "aisle/features/write_features.h"

#include <nlohmann/json.hpp>

#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

Json size_json(const FeatureResult& result) {
  if (!result.size_fit) return nullptr;
  return {{"intercept", result.size_fit->intercept},
          {"slope", result.size_fit->slope},
          {"mean_size", result.size_fit->mean_size},
          {"n_fitted", result.size_fit->n_fitted},
          {"n_imputed", result.n_sizes_imputed}};
}

// What the features of stores that come later must be made by too.
Json options_json(const FeatureOptions& options) {
  return {{"from", options.from},
          {"until", options.until},
          {"returns", returns_name(options.returns)},
          {"mix_column", options.mix_column},
          {"min_weeks", options.min_weeks}};
}

}  // namespace

std::string features_json(const FeatureResult& result) {
  Json groups = Json::array();
  for (const GroupOutcome& group : result.groups) {
    groups.push_back(
        {{"group", group.group}, {"made", group.made}, {"why", group.why}, {"columns", group.columns}});
  }
  Json lost = Json::array();
  for (const LostCount& count : result.lost) lost.push_back({{"what", count.what}, {"n", count.n}});
  const Json document = {{"format", kFeaturesFormat},
                         {"n_stores", result.store_features.n_rows()},
                         {"n_columns", result.store_features.n_cols()},
                         {"from", result.from},
                         {"until", result.until},
                         {"as_of", result.as_of},
                         {"options", options_json(result.options)},
                         {"summer", {result.summer.first, result.summer.last}},
                         {"size_imputation", size_json(result)},
                         {"mix_categories", result.mix_categories},
                         {"groups", groups},
                         {"lost", lost},
                         {"notes", result.notes}};
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_features(Engine& engine, const FeatureResult& result, const ProjectPaths& paths) {
  const std::filesystem::path document =
      std::filesystem::path(paths.store_features).replace_extension(".json");
  StagedOutput table(paths.store_features, StagedOutput::Kind::kFile);
  StagedOutput origin(document, StagedOutput::Kind::kFile);
  StagedOutput months(paths.store_months, StagedOutput::Kind::kFile);
  write_table(engine, result.store_features, table.path());
  write_table(engine, result.store_months, months.path());
  origin.write(features_json(result));
  commit_all({&table, &origin, &months});
}

}  // namespace aisle
