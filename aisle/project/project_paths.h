// Where each file of a project lies. The original's names are kept, so what reads its outputs reads these.
#pragma once

#include <filesystem>

namespace aisle {

struct ProjectPaths {
  explicit ProjectPaths(std::filesystem::path project_dir);

  std::filesystem::path root;
  std::filesystem::path options_file;      // aisle.toml
  std::filesystem::path raw;               // data/raw
  std::filesystem::path validation;        // data/validation
  std::filesystem::path quarantine;        // data/quarantine
  std::filesystem::path processed;         // data/processed
  std::filesystem::path store_features;    // data/processed/store_features.parquet
  std::filesystem::path store_months;      // data/processed/store_months.parquet
  std::filesystem::path artifacts;         // data/artifacts
  std::filesystem::path clustered_stores;  // data/artifacts/final_clustered_stores.parquet
  std::filesystem::path metrics;           // data/artifacts/metrics.json
  std::filesystem::path model;             // data/artifacts/model
  std::filesystem::path stability;         // data/artifacts/stability.json
  std::filesystem::path identity;          // data/artifacts/identity.json
  std::filesystem::path insight;           // data/artifacts/insight
  std::filesystem::path report;            // data/artifacts/report.html
  std::filesystem::path sql;               // sql: the user's own features
  std::filesystem::path state;             // .aisle
  std::filesystem::path logs;              // .aisle/logs
  std::filesystem::path run_store;         // .aisle/runs.db
  std::filesystem::path kept_runs;         // .aisle/runs: results of past runs
  std::filesystem::path outbox;            // .aisle/outbox: files that a tracking server is owed
  std::filesystem::path fingerprints;      // .aisle/fingerprints.json
  std::filesystem::path lock;              // .aisle/lock
  std::filesystem::path utf8_copies;       // .aisle/utf8: CSV files in other encodings

  // `file` relative to the project, for messages and documents.
  std::string relative(const std::filesystem::path& file) const;
};

}  // namespace aisle
