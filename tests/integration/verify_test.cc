// `aisle verify`: what is written. scripts/test_verify.sh runs it with the real hdbscan and prince.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;

class Verify : public RetailerProject {
 protected:
  Verify() : RetailerProject("verify") {}
  fs::path out(const std::string& name) const { return project_ / name; }
};

TEST_F(Verify, WritesMatrixOptionsLabelsAndScriptAndTheSameBytesAgain) {
  run_well();
  const std::string folder = out("check").string();
  const ProgramResult result = run({"verify", "--out", folder});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto first = files_below(folder);
  ASSERT_EQ(first.size(), 5u);
  const std::string& matrix = first.at("matrix.csv");
  EXPECT_EQ(matrix.substr(0, 19), "store_id,\"1:FAMD_1\"");
  EXPECT_EQ(std::count(matrix.begin(), matrix.end(), '\n'), 17);
  const auto options = nlohmann::json::parse(first.at("options.json"));
  const auto metrics = nlohmann::json::parse(read_text(out("data/artifacts/metrics.json")));
  EXPECT_EQ(options.at("dbcv"), metrics.at("dbcv_score"));
  EXPECT_EQ(options.at("famd").at("eigenvalues"), metrics.at("eigenvalues"));
  EXPECT_EQ(options.at("hdbscan").at("metric"), "manhattan");
  ASSERT_EQ(run({"verify", "--out", folder}).exit_code, 0);
  EXPECT_EQ(difference(files_below(folder), first), "");
}

TEST_F(Verify, WhatCannotBeVerifiedIsSaid) {
  retailer_.write(project_.path());
  const std::string folder = out("check").string();
  expect_refused(3, "data/artifacts/final_clustered_stores.parquet: is not there; run `aisle train`",
                 {"verify", "--out", folder});
  run_well();
  const std::string raw = out("data/raw").string();
  expect_refused(
      2,
      "verify --out: '" + raw +
          "' is there and holds something else; expected a new or empty folder, or one that `aisle "
          "verify` wrote",
      {"verify", "--out", raw});
  EXPECT_FALSE(fs::exists(folder));
}

}  // namespace
}  // namespace aisle::testing
