// The same input and options give the same bytes, whatever the threads and the order of rows and files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "tests/support/program.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

using Files = std::map<std::string, std::string>;

// Runs a retailer in a folder of its own and returns everything that it made; n_files 0 is one file a table.
Files made_by(const SmallRetailer& retailer, const std::string& preset, int threads, int n_files = 0) {
  TemporaryFolder project("same bytes");
  if (n_files == 0) {
    retailer.write(project.path());
  } else {
    retailer.write_in_parts(project.path(), n_files);
  }
  const ProgramResult result =
      run_aisle({"run", "--quiet", "--project", project.path().string(), "--threads", std::to_string(threads),
                 "--set", "model.preset=" + preset, "--set", "features.min_weeks=2"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  Files files;
  for (const char* folder : {"data/processed", "data/artifacts", "data/validation", "data/quarantine"}) {
    for (auto& [name, bytes] : files_below(project / folder)) files[std::string(folder) + "/" + name] = bytes;
  }
  return files;
}

void expect_same(const Files& left, const Files& right) {
  ASSERT_FALSE(left.empty());
  EXPECT_EQ(difference(left, right), "");
}

class SameBytes : public ::testing::TestWithParam<const char*> {};

TEST_P(SameBytes, ForAnyNumberOfThreads) {
  const SmallRetailer retailer(40, 200);
  const Files one = made_by(retailer, GetParam(), 1);
  expect_same(one, made_by(retailer, GetParam(), 2));
  expect_same(one, made_by(retailer, GetParam(), 7));
}

TEST_P(SameBytes, ForAnyOrderOfRows) {
  SmallRetailer retailer(40, 200);
  const Files sorted = made_by(retailer, GetParam(), 2);
  std::mt19937 generator(5);
  for (auto& [name, rows] : retailer.tables) std::shuffle(rows.begin() + 1, rows.end(), generator);
  expect_same(sorted, made_by(retailer, GetParam(), 2));
}

TEST_P(SameBytes, ForAnyCutIntoFiles) {
  const SmallRetailer retailer(40, 200);
  const Files whole = made_by(retailer, GetParam(), 2);
  expect_same(whole, made_by(retailer, GetParam(), 2, 3));
  expect_same(whole, made_by(retailer, GetParam(), 2, 7));
}

INSTANTIATE_TEST_SUITE_P(Presets, SameBytes, ::testing::Values("original", "trading"));

}  // namespace
}  // namespace aisle::testing
