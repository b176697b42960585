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

// A build with Spark (AISLE_SPARK) connects at the first query, so opening alone says nothing there.
TEST(ProjectEngine, SparkIsRefusedWhereTheBuildHasNone) {
  if (AISLE_HAS_SPARK) GTEST_SKIP() << "this build has Spark";
  Options options;
  options.engine.kind = EngineKind::kSpark;
  options.engine.spark_url = "sc://127.0.0.1:15002";
  try {
    open_project_engine(options, ProjectPaths("p"));
    FAIL() << "an engine was opened";
  } catch (const InvalidInput& error) {
    EXPECT_STREQ(error.what(),
                 "engine.kind: is spark, and this build of aisle has no Spark part; expected duckdb; build it in: "
                 "make build spark=on");
  }
}

TEST(ProjectEngine, WhatComesAfterTheFeaturesIsEmbeddedWhateverTheKind) {
  Options options;
  options.engine.kind = EngineKind::kSpark;
  options.engine.spark_url = "sc://127.0.0.1:15002";
  EXPECT_EQ(setting(*open_embedded_engine(options, ProjectPaths("/a project")), "temp_directory"),
            "/a project/.aisle/tmp");
}

}  // namespace
}  // namespace aisle
