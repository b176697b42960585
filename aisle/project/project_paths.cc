#include "aisle/project/project_paths.h"

namespace aisle {

ProjectPaths::ProjectPaths(std::filesystem::path project_dir) {
  root = std::filesystem::absolute(project_dir).lexically_normal();
  if (!root.has_filename() && root != root.root_path()) root = root.parent_path();
  options_file = root / "aisle.toml";
  raw = root / "data" / "raw";
  validation = root / "data" / "validation";
  quarantine = root / "data" / "quarantine";
  processed = root / "data" / "processed";
  store_features = processed / "store_features.parquet";
  store_months = processed / "store_months.parquet";
  artifacts = root / "data" / "artifacts";
  clustered_stores = artifacts / "final_clustered_stores.parquet";
  metrics = artifacts / "metrics.json";
  model = artifacts / "model";
  stability = artifacts / "stability.json";
  identity = artifacts / "identity.json";
  insight = artifacts / "insight";
  report = artifacts / "report.html";
  sql = root / "sql";
  state = root / ".aisle";
  logs = state / "logs";
  run_store = state / "runs.db";
  kept_runs = state / "runs";
  outbox = state / "outbox";
  fingerprints = state / "fingerprints.json";
  lock = state / "lock";
  utf8_copies = state / "utf8";
}

std::string ProjectPaths::relative(const std::filesystem::path& file) const {
  const std::filesystem::path whole = std::filesystem::absolute(file).lexically_normal();
  const std::filesystem::path inside = whole.lexically_relative(root);
  // What lies outside the project keeps its whole name: "../../elsewhere" would tell the reader less.
  if (inside.empty() || *inside.begin() == "..") return whole.generic_string();
  return inside.generic_string();
}

}  // namespace aisle
