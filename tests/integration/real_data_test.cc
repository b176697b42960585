// The whole job through the program on data that others made: the reference retailer and all of Iowa 2021.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "aisle/engine/engine.h"
#include "tests/support/program.h"
#include "tests/support/shared_data.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

ProgramResult run_project(const fs::path& project, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"run", "--project", project.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_aisle(arguments);
}

// store_id -> value of a column of tests/data/seed42/labels.csv.
std::map<std::string, std::string> reference_labels(std::size_t column) {
  std::ifstream file(AISLE_SOURCE_DIR "/tests/data/seed42/labels.csv");
  std::map<std::string, std::string> labels;
  std::string line;
  for (std::getline(file, line); std::getline(file, line);) {
    std::istringstream cells(line);
    std::vector<std::string> words;
    for (std::string word; std::getline(cells, word, ',');) words.push_back(word);
    labels[words.at(0)] = words.at(column);
  }
  return labels;
}

// How often each label of theirs meets each of ours.
using CrossTable = std::map<std::string, std::map<std::int64_t, int>>;

CrossTable cross_table(const Table& stores, const char* column, std::size_t reference_column) {
  const auto labels = reference_labels(reference_column);
  CrossTable table;
  for (std::size_t row = 0; row < stores.n_rows(); ++row) {
    ++table[labels.at(stores.column("store_id").texts[row])][stores.column(column).ints[row]];
  }
  return table;
}

TEST(RealData, TheReferenceRetailerFromRawFilesGivesTheReferencesClusters) {
  const fs::path raw = shared_data() / "reference/seed42/raw";
  if (!fs::exists(raw))
    GTEST_SKIP() << "the reference's raw tables are not at " << raw << " (set AISLE_SHARED)";
  TemporaryFolder project("seed42");
  ASSERT_EQ(run_aisle({"init", "--template", "original", "--project", project.path().string()}).exit_code, 0);
  fs::create_directories(project / "data");
  fs::create_directory_symlink(fs::absolute(raw), project / "data/raw");
  const ProgramResult result = run_project(project.path(), {"--set", "features.as_of=2024-12-31"});
  ASSERT_EQ(result.exit_code, 0) << result.err;

  const json metrics = json::parse(read_text(project / "data/artifacts/metrics.json"));
  EXPECT_EQ(metrics.at("n_clusters"), 8);
  EXPECT_EQ(metrics.at("n_noise"), 35);
  EXPECT_NEAR(metrics.at("dbcv_score").get<double>(), 0.10017048340542156, 1e-9);

  const auto engine = open_duckdb({});
  const Table stores = read_parquet(*engine, project / "data/artifacts/final_clustered_stores.parquet");
  ASSERT_EQ(stores.n_rows(), 100u);
  std::set<std::int64_t> used;
  for (const auto& [theirs, ours] : cross_table(stores, "cluster", 1)) {
    EXPECT_EQ(ours.size(), 1u) << "their cluster " << theirs << " is split";
    EXPECT_TRUE(used.insert(ours.begin()->first).second) << "two of theirs are one of ours";
  }
  int n_agreeing = 0;
  for (const auto& [theirs, ours] : cross_table(stores, "cluster_final", 2)) {
    int most = 0;
    for (const auto& [label, count] : ours) most = std::max(most, count);
    n_agreeing += most;
  }
  EXPECT_GE(n_agreeing, 90);
}

TEST(RealData, AllOfIowaByAMappingAlone) {
  const fs::path data = shared_data() / "data/iowa";
  if (!fs::exists(data)) GTEST_SKIP() << "Iowa's full data is not at " << data << " (set AISLE_SHARED)";
  TemporaryFolder project("iowa");
  fs::copy_file(AISLE_SOURCE_DIR "/examples/iowa/aisle.toml", project / "aisle.toml");
  fs::create_directories(project / "data");
  fs::create_directory_symlink(fs::absolute(data), project / "data/raw");
  const ProgramResult result =
      run_project(project.path(), {"--set", "tables.fact_sales.path=data/raw/sales_2021.parquet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("Feature group size is left out: there is no dim_store_physical.size_m2."),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("Feature group inventory is left out"), std::string::npos);
  EXPECT_NE(result.err.find("73 of 2296 stores take no part in the fit: stopped selling"), std::string::npos);

  const json metrics = json::parse(read_text(project / "data/artifacts/metrics.json"));
  EXPECT_GE(metrics.at("n_clusters").get<int>(), 3);
  EXPECT_LE(metrics.at("n_clusters").get<int>(), 12);
  // What a person who knows the stores would say: convenience stores stand apart.
  EXPECT_NE(result.out.find("placement Convenience"), std::string::npos) << result.out;
}

TEST(RealData, TheSampleInTheRepositoryRunsAsItIs) {
  TemporaryFolder project("sample");
  fs::create_directories(project / "data");
  fs::copy(AISLE_SOURCE_DIR "/examples/iowa/data/raw", project / "data/raw", fs::copy_options::recursive);
  fs::copy_file(AISLE_SOURCE_DIR "/examples/iowa/aisle.toml", project / "aisle.toml");
  const ProgramResult result = run_project(project.path());
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("441 stores fall into"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("Verdict: "), std::string::npos);
}

}  // namespace
}  // namespace aisle::testing
