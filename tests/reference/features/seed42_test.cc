// Parity with the original's store features (tests/data/seed42/store_features.parquet, made by its own ETL:
// PySpark 4.1.0, seed 42, 100 stores) to 1e-9 relative.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "aisle/engine/raw_tables.h"
#include "aisle/features/build_features.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr double kTolerance = 1e-9;

// The facts (4 MB) are no part of the repository: they are looked for beside it.
fs::path shared_folder() {
  if (const char* folder = std::getenv("AISLE_SHARED")) return folder;
  return fs::path(AISLE_SOURCE_DIR) / ".." / "shared";
}

Table reference_features(Engine& engine) {
  const std::string file = std::string(AISLE_SOURCE_DIR) + "/tests/data/seed42/store_features.parquet";
  return engine.query("SELECT * FROM read_parquet(" + sql_literal(file) + ") ORDER BY store_id");
}

void expect_same_column(const Column& made, const Column& reference) {
  ASSERT_EQ(made.size(), reference.size());
  for (std::size_t row = 0; row < made.size(); ++row) {
    if (reference.type == ColumnType::kText || reference.type == ColumnType::kDate) {
      ASSERT_EQ(made.text_at(row), reference.text_at(row)) << made.name << ", row " << row;
    } else {
      const double expected = reference.number_at(row);
      ASSERT_NEAR(made.number_at(row), expected, kTolerance * std::abs(expected))
          << made.name << ", row " << row;
    }
  }
}

TEST(Seed42, SizesAreImputedAsInTheReference) {
  const auto engine = open_duckdb({});
  const std::string folder = std::string(AISLE_SOURCE_DIR) + "/tests/data/seed42/";
  const Table raw = engine->query("SELECT size_m2, storage_capacity_m2 FROM read_parquet(" +
                                  sql_literal(folder + "dim_store_physical.parquet") + ") ORDER BY store_id");
  std::vector<double> sizes;
  std::vector<double> storages;
  for (std::size_t row = 0; row < raw.n_rows(); ++row) {
    sizes.push_back(raw.column("size_m2").number_at(row));
    storages.push_back(raw.column("storage_capacity_m2").number_at(row));
  }
  const auto fit = fit_size(sizes, storages);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->n_fitted, 96);
  EXPECT_NEAR(fit->intercept, 33.05469477671556, 1e-9);
  EXPECT_NEAR(fit->slope, 3.414771681487678, 1e-9);
  const Table expected = reference_features(*engine);
  for (std::size_t row = 0; row < raw.n_rows(); ++row) {
    const double size = sizes[row] > 0 ? sizes[row] : imputed_size(*fit, storages[row]);
    EXPECT_NEAR(size, expected.column("size_m2").doubles[row], 1e-9 * size);
  }
}

TEST(Seed42, FeaturesEqualTheReference) {
  const fs::path raw = shared_folder() / "reference" / "seed42" / "raw";
  if (!fs::exists(raw)) GTEST_SKIP() << "the reference's facts are not at " << raw << " (set AISLE_SHARED)";
  const auto engine = open_duckdb({.n_threads = 2});
  Options options;
  options.features.as_of = "2024-12-31";
  for (const char* table : {"dim_product", "dim_store_physical", "dim_store_management"}) {
    options.tables[table].path = fs::absolute(raw / (std::string(table) + ".parquet")).string();
  }
  for (const char* table : {"fact_sales", "fact_inventory"})
    options.tables[table].path = fs::absolute(raw / table).string();
  const ProjectPaths paths(fs::temp_directory_path() / "aisle-no-such-project");
  const RawTables tables = open_raw_tables(*engine, options, paths);
  open_unchecked_tables(*engine, tables);
  const FeatureResult made = build_features(*engine, tables, options, paths, ignore_events);
  const Table expected = reference_features(*engine);
  ASSERT_EQ(made.store_features.n_rows(), 100u);
  for (std::size_t col = 0; col < expected.n_cols(); ++col) {
    ASSERT_EQ(made.store_features.columns()[col].name, expected.columns()[col].name);
    ASSERT_EQ(made.store_features.columns()[col].type, expected.columns()[col].type);
    expect_same_column(made.store_features.columns()[col], expected.columns()[col]);
  }
  EXPECT_TRUE(made.lost.empty());
  EXPECT_EQ(made.n_sizes_imputed, 4);
  EXPECT_EQ(made.until, "2025-01-05");
  EXPECT_EQ(made.as_of, "2024-12-31");
}

}  // namespace
}  // namespace aisle
