// `aisle export`: what a planning system and a spreadsheet get.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "aisle/engine/engine.h"
#include "tests/integration/read_workbook.h"
#include "tests/integration/retailer_project.h"
#include "tests/support/small_disk.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Export : public RetailerProject {
 protected:
  Export() : RetailerProject("export") {}

  fs::path out(const std::string& name) const { return project_ / name; }
  ProgramResult export_to(const std::string& name, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"export", "--out", out(name).string()});
    return run(more);
  }
  // Names as people give them: quotes, accents, a formula, HTML, an id with a leading zero.
  void run_with_odd_names() {
    retailer_.at("dim_store_management", 0, "store_name") = R"csv("=HYPERLINK(""http://x"")")csv";
    retailer_.at("dim_store_management", 1, "store_name") = "Praça <b>São João</b>";
    retailer_.at("dim_store_management", 2, "store_name") = "-1+1";
    for (auto& [name, rows] : retailer_.tables) {
      for (auto& row : rows) {
        for (std::string& cell : row) {
          if (cell == "S000") cell = "0007";
        }
      }
    }
    run_well();
  }
};

TEST_F(Export, ACsvHasTheColumnsOfTheOptionEachStoreOnceAndIdsAsText) {
  run_with_odd_names();
  const ProgramResult result = export_to(
      "plan.csv",
      {"--set", "export.columns=[\"store_id as Store\", \"cluster_final as Cluster\", \"store_name\"]"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::string text = read_text(out("plan.csv"));
  EXPECT_EQ(text.substr(0, text.find('\n')), "\"Store\",Cluster,\"store_name\"");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 17);
  EXPECT_EQ(text.substr(text.find('\n') + 1, 7), "\"0007\",");
  EXPECT_NE(text.find(R"csv("'=HYPERLINK(""http://x"")")csv"), std::string::npos) << text;
  EXPECT_NE(text.find("\"'-1+1\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"Praça <b>São João</b>\""), std::string::npos) << text;
  EXPECT_NE(result.out.find("2 texts begin like a formula"), std::string::npos) << result.out;
}

TEST_F(Export, AWorkbookHasASheetAClusterAndNoFormula) {
  run_with_odd_names();
  ASSERT_EQ(export_to("plan.xlsx").exit_code, 0);
  const json book = read_workbook(out("plan.xlsx"));
  const json& sheets = book.at("sheets");
  ASSERT_EQ(book.at("order").at(0), "Clusters");
  ASSERT_EQ(book.at("order").at(1), "All stores");
  ASSERT_GE(book.at("order").size(), 4u);
  const json& all = sheets.at("All stores").at("rows");
  ASSERT_EQ(all.size(), 17u);
  EXPECT_EQ(sheets.at("All stores").at("filter").get<std::string>().substr(0, 3), "A1:");
  EXPECT_EQ(sheets.at("All stores").at("freeze"), "B2");
  EXPECT_EQ(all.at(1).at(0), json::array({"s", "0007", "@"}));
  std::size_t in_sheets = 0;
  for (const auto& [name, sheet] : sheets.items()) {
    if (name != "Clusters" && name != "All stores") in_sheets += sheet.at("rows").size() - 1;
    for (const json& row : sheet.at("rows")) {
      for (const json& cell : row) EXPECT_NE(cell.at(0), "f") << name << ": " << cell;
    }
  }
  EXPECT_EQ(in_sheets, 16u);
  EXPECT_EQ(all.at(1).at(1).at(1), "=HYPERLINK(\"http://x\")");
}

TEST_F(Export, ParquetHasTheValuesOfTheResult) {
  run_well();
  ASSERT_EQ(export_to("plan.parquet").exit_code, 0);
  const auto engine = open_duckdb({});
  const std::string result =
      sql_literal((project_ / "data/artifacts/final_clustered_stores.parquet").string());
  const std::string exported = sql_literal(out("plan.parquet").string());
  const Table difference = engine->query(
      "SELECT count(*) AS n FROM ((SELECT store_id, cluster_final, total_revenue FROM read_parquet(" +
      result + ")) EXCEPT (SELECT store_id, cluster_final, total_revenue FROM read_parquet(" + exported +
      ")))");
  EXPECT_EQ(difference.column("n").ints.at(0), 0);
  EXPECT_EQ(read_parquet(*engine, out("plan.parquet")).n_rows(), 16u);
}

TEST_F(Export, TheSameBytesEachTime) {
  run_well();
  for (const char* name : {"plan.csv", "plan.parquet", "plan.xlsx"}) {
    ASSERT_EQ(export_to(name).exit_code, 0);
    const std::string first = read_text(out(name));
    ASSERT_EQ(export_to(name, {"--threads", "1"}).exit_code, 0);
    EXPECT_TRUE(read_text(out(name)) == first) << name;
  }
}

TEST_F(Export, WhatCannotBeExportedIsSaid) {
  const std::string file = out("plan.csv").string();
  retailer_.write(project_.path());
  expect_refused(3, "data/artifacts/final_clustered_stores.parquet: is not there; run `aisle run`",
                 {"export", "--out", file});
  run_well();
  expect_refused(2,
                 "export --out: '" + out("plan").string() +
                     "' does not say which format; expected csv, parquet or xlsx; say --format, or end the "
                     "file's name in it",
                 {"export", "--out", out("plan").string()});
  expect_refused(2, "export --format: 'xls' is no format of export; expected csv, parquet or xlsx",
                 {"export", "--out", file, "--format", "xls"});
  expect_refused(2,
                 "export.columns: names 'qqqq', which the clustered stores do not have; expected a column of "
                 "data/artifacts/final_clustered_stores.parquet; docs/documents.md lists them",
                 {"export", "--out", file, "--set", "export.columns=[\"qqqq\"]"});
  expect_refused(2,
                 "export.columns: gives two columns the name 'a'; expected a name of its own for each; write "
                 "COLUMN as NAME",
                 {"export", "--out", file, "--set", "export.columns=[\"store_id as a\", \"city as a\"]"});
  expect_refused(2, "export.columns: has the entry ' as a'; expected COLUMN or COLUMN as NAME",
                 {"export", "--out", file, "--set", "export.columns=[\" as a\"]"});
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(Export, AFullDiskLeavesTheLastExport) {
  run_well();
  const fs::path disk = out("disk");
  const SmallDisk mounted(disk, "64k");
  if (!mounted.mounted()) GTEST_SKIP() << "a tmpfs cannot be mounted here (it needs root)";
  for (const char* name : {"plan.xlsx", "plan.csv", "plan.parquet"}) {
    const fs::path file = disk / name;
    write_text(file, "the last one");
    std::ofstream(disk / "filler") << std::string(64 * 1024, 'x');  // as much as there is room for
    const ProgramResult result = run({"export", "--out", file.string()});
    EXPECT_EQ(result.exit_code, 4) << name << "\n" << result.err;
    EXPECT_NE(result.err.find("the disk is full"), std::string::npos) << name << "\n" << result.err;
    EXPECT_TRUE(read_text(file) == "the last one") << name;
    fs::remove(file);
    EXPECT_EQ(std::distance(fs::directory_iterator(disk), {}), 1) << name;
  }
}

}  // namespace
}  // namespace aisle::testing
