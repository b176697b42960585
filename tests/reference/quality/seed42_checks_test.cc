// The built-in checks change no number of the original's own data (100 stores, seed 42): nothing is put
// aside, and what they report is what is known of that data.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/unit/quality/quality_project.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// The facts (4 MB) are no part of the repository: they are looked for beside it.
fs::path shared_folder() {
  if (const char* folder = std::getenv("AISLE_SHARED")) return folder;
  return fs::path(AISLE_SOURCE_DIR) / ".." / "shared";
}

TEST(Seed42Checks, TheDefaultsChangeNothing) {
  const fs::path raw_folder = shared_folder() / "reference" / "seed42" / "raw";
  if (!fs::exists(raw_folder)) {
    GTEST_SKIP() << "the original's raw facts are not beside the source tree (" << raw_folder
                 << "); set AISLE_SHARED to the folder that has reference/seed42/raw";
  }
  QualityProject project;
  fs::create_directories(project.paths.raw.parent_path());
  fs::create_directory_symlink(fs::absolute(raw_folder), project.paths.raw);
  project.options.features.as_of = "2024-12-31";
  project.engine = open_duckdb({.n_threads = 2});
  project.raw = open_raw_tables(*project.engine, project.options, project.paths);
  const CheckOutcome outcome = project.check();

  EXPECT_FALSE(outcome.critical_failed);
  EXPECT_EQ(outcome.n_quarantined, 0);
  EXPECT_FALSE(fs::exists(project.paths.quarantine));
  for (const TableOutcome& table : outcome.tables) {
    EXPECT_TRUE(table.removals.rows.empty()) << table.name;
    EXPECT_TRUE(table.removals.values.empty()) << table.name;
    EXPECT_TRUE(table.low_days.empty()) << table.name;
    EXPECT_EQ(project.number("SELECT count(*) FROM " + table.name), table.n_rows) << table.name;
  }
  EXPECT_EQ(failed_names(outcome),
            (std::vector<std::string>{"physical_size_m2_not_null", "sales_after_opening"}));
  EXPECT_EQ(result_of(outcome, "physical_size_m2_not_null").message, "4 of 100 rows: size_m2 is null");
  const ExpectationResult& opening = result_of(outcome, "sales_after_opening");
  EXPECT_EQ(opening.expectation.severity, CheckSeverity::kWarning);
  EXPECT_EQ(opening.n_rows, 174282);
  // Counted here by another query: each sale against its store's opening.
  EXPECT_EQ(opening.n_unexpected,
            project.number("SELECT count(*) FROM raw_fact_sales AS s JOIN raw_dim_store_management AS m "
                           "ON m.store_id = s.store_id WHERE s.date < m.opening_date"));
  EXPECT_GT(opening.n_unexpected, 174282 / 5);
  EXPECT_EQ(opening.rows.n_rows(), 20u);
}

}  // namespace
}  // namespace aisle
