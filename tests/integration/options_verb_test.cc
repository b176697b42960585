// `aisle options` through the verb: shows every option, sets some, keeps the rest of the file.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

class OptionsVerb : public RetailerProject {
 protected:
  OptionsVerb() : RetailerProject("options") {
    retailer_.write(project_.path(), "# mine\n[forest]\nn_trees = 10\n");
  }
};

TEST_F(OptionsVerb, ShowsWhatHoldsAndSetsInPlace) {
  const std::string before = read_text(project_ / "aisle.toml");
  const ProgramResult set = run({"options", "forest.n_trees=20", "tracking.keep_runs=3"});
  ASSERT_EQ(set.exit_code, 0) << set.err;
  EXPECT_NE(set.out.find("- n_trees = 10\n+ n_trees = 20\n"), std::string::npos) << set.out;
  const std::string after = read_text(project_ / "aisle.toml");
  EXPECT_NE(after.find("# mine\n[forest]\nn_trees = 20\n"), std::string::npos) << after;
  EXPECT_EQ(after.size(), before.size() + std::string("\n[tracking]\nkeep_runs = 3\n").size());
  const auto shown = nlohmann::json::parse(run({"options", "--json"}).out).at("options");
  EXPECT_EQ(shown.at("forest.n_trees"), 20);
  EXPECT_EQ(shown.at("tracking.keep_runs"), 3);
  EXPECT_EQ(shown.at("model.preset"), "original");
  EXPECT_TRUE(shown.at("model.context").is_array());
  EXPECT_NE(run({"options"}).out.find("forest.n_trees = 20\n"), std::string::npos);
}

TEST_F(OptionsVerb, RefusesAMapOfSeveralLinesAndLeavesTheFileWhole) {
  const std::string before =
      read_text(project_ / "aisle.toml") + "\n[quality.severity]\nexpect_column_to_exist = \"warning\"\n";
  write_text(project_ / "aisle.toml", before);
  const ProgramResult refused = run({"options", "quality.severity.expect_column_to_exist=info"});
  EXPECT_EQ(refused.exit_code, 2) << refused.out;
  EXPECT_NE(refused.err.find("quality.severity is written on several lines of its own"), std::string::npos)
      << refused.err;
  EXPECT_EQ(read_text(project_ / "aisle.toml"), before);
}

TEST_F(OptionsVerb, KeepsALinkedFileLinkedAndItsPermissions) {
  namespace fs = std::filesystem;
  fs::rename(project_ / "aisle.toml", project_ / "shared.toml");
  fs::permissions(project_ / "shared.toml", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("shared.toml", project_ / "aisle.toml");
  ASSERT_EQ(run({"options", "forest.n_trees=20"}).exit_code, 0);
  EXPECT_TRUE(fs::is_symlink(project_ / "aisle.toml"));
  EXPECT_NE(read_text(project_ / "shared.toml").find("n_trees = 20\n"), std::string::npos);
  EXPECT_EQ(fs::status(project_ / "shared.toml").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(OptionsVerb, RefusesAndChangesNothing) {
  const std::string before = read_text(project_ / "aisle.toml");
  expect_refused(2, "--set forest.trees=20: unknown key 'forest.trees'; did you mean 'forest.n_trees'?",
                 {"options", "forest.trees=20"});
  expect_refused(
      2,
      "options tables.dim_store_physical.path=x: is of a table; expected an option of docs/options.md "
      "outside [tables]; edit aisle.toml",
      {"options", "tables.dim_store_physical.path=x"});
  EXPECT_EQ(read_text(project_ / "aisle.toml"), before);
}

}  // namespace
}  // namespace aisle::testing
