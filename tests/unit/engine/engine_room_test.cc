#include "aisle/engine/engine_room.h"

#include <gtest/gtest.h>

#include "aisle/project/staged_output.h"
#include "tests/support/temporary_folder.h"

namespace aisle {
namespace {

TEST(EngineRoom, SparkIsSuggestedOnlyWhereMemoryAndDiskAreTooSmall) {
  EXPECT_EQ(advice_on_room({.data = 10, .memory = 4, .disk = 6}), "");
  EXPECT_EQ(advice_on_room({.data = 900, .memory = 4, .disk = 1000}), "");
  const std::string advice = advice_on_room({.data = 9000000000, .memory = 4000000000, .disk = 1000000000});
  EXPECT_NE(advice.find("9.0 GB"), std::string::npos) << advice;
  EXPECT_NE(advice.find("4.0 GB of memory and 1.0 GB"), std::string::npos) << advice;
  EXPECT_NE(advice.find("engine.kind = \"spark\""), std::string::npos) << advice;
}

TEST(EngineRoom, CountsFilesLimitsAndDisk) {
  const testing::TemporaryFolder folder("engine room");
  write_file(folder / "a.parquet", std::string(1000, 'x'));
  write_file(folder / "b.csv", std::string(500, 'x'));
  RawTables tables;
  tables.tables.push_back({.name = "fact_sales", .columns = {}, .files = {folder / "a.parquet"}});
  tables.tables.push_back(
      {.name = "dim_product", .columns = {}, .files = {folder / "b.csv"}, .is_csv = true});
  Options options;
  options.engine.memory_limit = "512MB";
  const EngineRoom room = engine_room(tables, options, ProjectPaths(folder.path()));
  EXPECT_EQ(room.data, 4500);
  EXPECT_EQ(room.memory, 512000000);
  EXPECT_GT(room.disk, 0);
  options.engine.memory_limit = "2 GiB";
  EXPECT_EQ(engine_room(tables, options, ProjectPaths(folder.path())).memory, std::int64_t{2} << 30);
}

}  // namespace
}  // namespace aisle
