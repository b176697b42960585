// A project folder that lasts as long as a test, with an engine and the stages' options.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "aisle/engine/engine.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

class TemporaryProject {
 public:
  TemporaryProject()
      : folder_(std::filesystem::temp_directory_path() /
                ("aisle segment é " + std::to_string(getpid()) + " " + std::to_string(++count()))),
        paths(folder_),
        engine(open_duckdb({.n_threads = 2})) {
    std::filesystem::create_directories(paths.processed);
  }
  ~TemporaryProject() {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  TemporaryProject(const TemporaryProject&) = delete;
  TemporaryProject& operator=(const TemporaryProject&) = delete;

  void put_features(const Table& features, const std::string& as_of = "2024-12-31") {
    write_table(*engine, features, paths.store_features);
    std::ofstream(paths.processed / "store_features.json") << "{\"as_of\": \"" << as_of << "\"}";
  }

 private:
  static int& count() {
    static int n = 0;
    return n;
  }
  std::filesystem::path folder_;

 public:
  ProjectPaths paths;
  std::unique_ptr<EmbeddedEngine> engine;
};

inline Options preset_options(const std::string& preset, const std::vector<std::string>& overrides = {}) {
  return parse_options("format = 1\n[model]\npreset = \"" + preset + "\"\n", "aisle.toml", overrides);
}

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

}  // namespace aisle
