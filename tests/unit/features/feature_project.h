// A small project on disk for the features' tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/engine/raw_tables.h"
#include "aisle/features/build_features.h"

namespace aisle {

class FeatureProject : public ::testing::Test {
 protected:
  FeatureProject()
      : folder_(std::filesystem::temp_directory_path() /
                ("aisle features " + std::to_string(getpid()) +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name())),
        paths_(folder_) {
    std::filesystem::create_directories(paths_.raw);
    open_engine(2);
  }
  ~FeatureProject() override { std::filesystem::remove_all(folder_); }

  void open_engine(int n_threads) { engine_ = open_duckdb({.n_threads = n_threads}); }

  void write(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  // Rows of a CSV under data/raw.
  void write_raw(const std::string& table, const std::string& text) {
    write(paths_.raw / (table + ".csv"), text);
  }

  FeatureResult build() {
    const RawTables tables = open_raw_tables(*engine_, options_, paths_);
    open_unchecked_tables(*engine_, tables);
    warnings_.clear();
    return build_features(*engine_, tables, options_, paths_, [&](const RunEvent& event) {
      if (const auto* warning = std::get_if<WarningRaised>(&event)) warnings_.push_back(warning->message);
    });
  }

  std::string fault() {
    try {
      build();
    } catch (const Error& error) {
      return error.kind() + std::string(" | ") + error.what();
    }
    return "no error";
  }

  static double value(const FeatureResult& result, const std::string& column, std::size_t row) {
    return result.store_features.column(column).number_at(row);
  }

  std::filesystem::path folder_;
  ProjectPaths paths_;
  std::unique_ptr<EmbeddedEngine> engine_;
  Options options_;
  std::vector<std::string> warnings_;
};

}  // namespace aisle
