#include "aisle/flow/graph_documents.h"

#include <nlohmann/json.hpp>

#include "aisle/flow/asset_graph.h"
#include "aisle/quality/messages.h"
#include "aisle/quality/plan.h"

namespace aisle {
namespace {

using nlohmann::ordered_json;

ordered_json checks_to_json(const std::string& table, const std::vector<Suite>& suites) {
  ordered_json checks = ordered_json::array();
  for (const Suite& suite : suites) {
    if (suite.table != table) continue;
    for (const Expectation& expectation : suite.expectations) {
      checks.push_back({{"name", expectation.name},
                        {"suite", suite.name},
                        {"severity", severity_name(expectation.severity)},
                        {"description", expectation_text(expectation)}});
    }
  }
  return checks;
}

ordered_json asset_to_json(const AssetDefinition& asset, const std::vector<Suite>& suites) {
  ordered_json columns = ordered_json::array();
  for (const AssetColumn& column : asset_columns(asset.key)) {
    columns.push_back({{"name", column.name}, {"type", column.type}, {"description", column.description}});
  }
  return {{"key", asset.key},
          {"title", asset.title},
          {"description", asset.description},
          {"kind", asset.kind == AssetKind::kSource ? "source" : "derived"},
          {"depends_on", asset.depends_on},
          {"options", asset.option_prefixes},
          {"code_version", asset.code_version},
          {"outputs", asset.outputs},
          {"columns", columns},
          {"checks", checks_to_json(asset.key, suites)}};
}

}  // namespace

std::string assets_json(const Options& options, const ProjectPaths& paths) {
  const std::vector<Suite> suites = project_suites(options, paths);
  ordered_json document = {{"format", 2}, {"assets", ordered_json::array()}};
  for (const AssetDefinition& asset : asset_graph()) {
    document["assets"].push_back(asset_to_json(asset, suites));
  }
  return document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string status_json(const std::vector<AssetStatus>& statuses, const AssetState& state) {
  ordered_json document = {{"assets", ordered_json::array()}};
  for (const AssetStatus& status : statuses) {
    ordered_json entry = {
        {"asset", status.key}, {"state", freshness_name(status.freshness)}, {"why", status.why}};
    if (!status.digest.empty()) entry["digest"] = status.digest;
    if (const AssetRecord* record = state.find(status.key); record != nullptr) {
      if (record->n_rows >= 0) entry["n_rows"] = record->n_rows;
      entry["n_bytes"] = record->n_bytes;
      entry["made_at"] = record->made_at;
      entry["run"] = record->run_id;
      entry["outputs"] = record->outputs;
    }
    document["assets"].push_back(entry);
  }
  return document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace aisle
