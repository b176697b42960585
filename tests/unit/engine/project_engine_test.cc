// The engine as the options of a project ask for it.
#include "aisle/engine/project_engine.h"

#include <gtest/gtest.h>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

std::string setting(Engine& engine, const std::string& name) {
  return engine.query("SELECT current_setting('" + name + "') AS s").column("s").text_at(0);
}

TEST(ProjectEngine, SpillsWhereTheOptionsSay) {
  const ProjectPaths paths("/a project");
  Options options;
  EXPECT_EQ(setting(*open_project_engine(options, paths), "temp_directory"), "/a project/.aisle/tmp");
  options.engine.temp_directory = "spill";
  EXPECT_EQ(setting(*open_project_engine(options, paths), "temp_directory"), "/a project/spill");
  options.engine.temp_directory = "/elsewhere/spill";
  options.engine.threads = 3;
  const auto engine = open_project_engine(options, paths);
  EXPECT_EQ(setting(*engine, "temp_directory"), "/elsewhere/spill");
  EXPECT_EQ(setting(*engine, "threads"), "3");
}

TEST(ProjectEngine, SparkIsRefusedWhereTheBuildHasNone) {
  Options options;
  options.engine.kind = EngineKind::kSpark;
  EXPECT_THROW(open_project_engine(options, ProjectPaths("p")), InvalidInput);
}

}  // namespace
}  // namespace aisle
