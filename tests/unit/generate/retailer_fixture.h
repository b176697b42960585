// A folder of its own for each test, retailers made in it, and SQL over them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/engine/engine.h"
#include "aisle/generate/generate.h"

namespace aisle {

class RetailerTest : public testing::Test {
 protected:
  RetailerTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("aisle_generate_" + std::to_string(::getpid()) + "_" +
                 testing::UnitTest::GetInstance()->current_test_info()->name())),
        engine_(open_duckdb({.n_threads = 1})) {
    std::filesystem::create_directories(folder_);
  }
  ~RetailerTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path raw(const std::string& name) const { return folder_ / name / "data" / "raw"; }

  // Makes a retailer in NAME/data/raw, and its tables as the SQL views NAME_TABLE ("a_sales").
  GenerateResult make(const std::string& name, const GenerateOptions& options) {
    const GenerateResult result = generate_retailer(options, raw(name), ignore_events, nullptr);
    const std::map<std::string, std::string> tables = {{"product", "dim_product.parquet"},
                                                       {"physical", "dim_store_physical.parquet"},
                                                       {"management", "dim_store_management.parquet"},
                                                       {"sales", "fact_sales/**/*.parquet"},
                                                       {"inventory", "fact_inventory/**/*.parquet"}};
    for (const auto& [table, files] : tables) {
      engine_->execute("CREATE OR REPLACE VIEW " + name + "_" + table + " AS SELECT * FROM read_parquet(" +
                       sql_literal((raw(name) / files).string()) + ", hive_partitioning = false)");
    }
    return result;
  }

  Table rows(const std::string& sql) { return engine_->query(sql); }
  // The one value of a query of one row and column.
  double number(const std::string& sql) {
    const Table table = engine_->query(sql);
    EXPECT_EQ(table.n_rows(), 1u) << sql;
    return table.columns().front().number_at(0);
  }
  std::int64_t count(const std::string& from) {
    return static_cast<std::int64_t>(number("SELECT count(*) FROM " + from));
  }

  // Digest of every file below a folder, by relative path.
  static std::map<std::string, std::string> digests(const std::filesystem::path& folder) {
    std::map<std::string, std::string> result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      result[std::filesystem::relative(entry.path(), folder).string()] = digest_of_file(entry.path());
    }
    return result;
  }

  std::filesystem::path folder_;
  std::unique_ptr<EmbeddedEngine> engine_;
};

}  // namespace aisle
