#include "aisle/flow/asset_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/insight/actions.h"
#include "aisle/insight/write_insight.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

AssetDefinition source(const std::string& table, const std::string& title, const std::string& description) {
  AssetDefinition asset;
  asset.key = table;
  asset.title = title;
  asset.description = description;
  asset.kind = AssetKind::kSource;
  asset.option_prefixes = {"tables." + table};
  return asset;
}

std::vector<AssetDefinition> make_graph() {
  std::vector<AssetDefinition> graph = {
      source("dim_product", "Products", "One row a product: category, base price, cost."),
      source("dim_store_physical", "Stores, physical", "One row a store: size, placement, place."),
      source("dim_store_management", "Stores, management", "One row a store: name, region, opening, label."),
      source("fact_sales", "Sales", "One row a sale line: day, store, product, quantity, price."),
      source("fact_inventory", "Inventory", "One row a snapshot of a product's stock in a store."),
  };
  std::vector<std::string> tables;
  for (const AssetDefinition& asset : graph) tables.push_back(asset.key);

  AssetDefinition checks;
  checks.key = "data_checks";
  checks.title = "Data checks";
  checks.description = "Expectations over the raw tables; rows that break a rule go to quarantine.";
  checks.depends_on = tables;
  checks.option_prefixes = {"tables",        "scope",          "quality",        "features.returns",
                            "features.from", "features.until", "features.as_of", "features.mix_column"};
  checks.outputs = {"data/validation", "data/quarantine"};

  AssetDefinition features;
  features.key = "store_features";
  features.code_version = 3;
  features.title = "Store features";
  features.description = "One row a store: how it trades, where it stands, what it stocks.";
  features.depends_on = tables;
  features.depends_on.push_back("data_checks");
  features.option_prefixes = {"tables", "scope", "features", "project.locale"};
  features.outputs = {"data/processed/store_features.parquet", "data/processed/store_features.json",
                      "data/processed/store_months.parquet"};

  AssetDefinition model;
  model.key = "cluster_model";
  model.title = "Cluster model";
  model.description = "The model package, the clustered stores, the metrics and the verdict.";
  model.depends_on = {"store_features"};
  model.code_version = 4;
  model.option_prefixes = {"model",  "famd",   "hdbscan", "gaussian_mixture",
                           "kmeans", "limits", "forest",  "identity"};
  model.outputs = {"data/artifacts/model", "data/artifacts/final_clustered_stores.parquet",
                   "data/artifacts/metrics.json", "data/artifacts/identity.json"};

  AssetDefinition stability;
  stability.key = "cluster_stability";
  stability.title = "Stability";
  stability.description = "Whether each cluster would come back, and what chance gives.";
  stability.depends_on = {"cluster_model"};
  stability.code_version = 2;
  stability.option_prefixes = {"stability"};
  stability.outputs = {"data/artifacts/stability.json"};

  AssetDefinition segments;
  segments.key = "segments";
  segments.title = "Segments";
  segments.description =
      "Each cluster's size, share of revenue and what sets it apart; the verdict in words.";
  segments.depends_on = {"store_features", "cluster_model", "cluster_stability"};
  segments.code_version = 3;
  segments.option_prefixes = {"project"};
  segments.outputs = {"data/artifacts/insight/segments.json"};

  AssetDefinition insight;
  insight.key = "insight";
  insight.title = "Insight";
  insight.description = "Profiles, personas, stores, months, prize, change and drivers of the clusters.";
  insight.depends_on = {"data_checks", "store_features", "cluster_model"};
  insight.code_version = 2;
  insight.option_prefixes = {"project", "tables", "scope",   "quality",          "features",
                             "model",   "famd",   "hdbscan", "gaussian_mixture", "kmeans",
                             "limits",  "forest", "identity"};
  for (const std::string& name : insight_documents()) {
    insight.outputs.push_back("data/artifacts/insight/" + name);
  }

  AssetDefinition map;
  map.key = "store_map";
  map.title = "Store map";
  map.description = "A place in the plane for every store, near those that are like it.";
  map.depends_on = {"cluster_model"};
  map.outputs = {"data/artifacts/insight/map.json"};

  AssetDefinition report;
  report.key = "report";
  report.title = "Report";
  report.description = "One page to send: the result, its reasons and its figures.";
  report.depends_on = {"cluster_model", "segments", "insight", "store_map"};
  report.code_version = 4;
  report.option_prefixes = {"project"};
  report.outputs = {"data/artifacts/report.html"};

  graph.insert(graph.end(), {checks, features, model, stability, segments, insight, map, report});
  return graph;
}

}  // namespace

const std::vector<AssetDefinition>& asset_graph() {
  static const std::vector<AssetDefinition> graph = make_graph();
  return graph;
}

const AssetDefinition& find_asset(const std::string& key) {
  std::vector<std::string> keys;
  for (const AssetDefinition& asset : asset_graph()) {
    if (asset.key == key) return asset;
    keys.push_back(asset.key);
  }
  const std::string nearest = nearest_name(key, keys);
  throw InvalidInput({.where = "",
                      .what = fmt::format("unknown asset '{}'", key),
                      .expected = nearest.empty() ? fmt::format("one of {}", fmt::join(keys, ", ")) : "",
                      .remedy = nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest)});
}

std::vector<fs::path> extra_inputs(const AssetDefinition& asset, const Options& options,
                                   const ProjectPaths& paths) {
  std::vector<fs::path> files;
  if (asset.key == "data_checks") {
    for (const std::string& suite : options.quality.suites) files.push_back(paths.root / suite);
  }
  if (asset.key == "cluster_model" && !options.identity.baseline.empty()) {
    const fs::path kept = paths.kept_runs / options.identity.baseline;
    for (const fs::path& file : {paths.clustered_stores, paths.metrics})
      files.push_back(kept / file.filename());
  }
  std::error_code error;
  if (asset.key == "insight" && fs::exists(paths.root / kActionsFile, error)) {
    files.push_back(paths.root / kActionsFile);
  }
  if (asset.key == "store_features" && fs::is_directory(paths.sql, error)) {
    for (const auto& entry : fs::directory_iterator(paths.sql)) {
      if (entry.path().extension() == ".sql") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
  }
  return files;
}

}  // namespace aisle
