// Any number of threads and any order of rows give the same bytes.
#include <algorithm>
#include <map>

#include "tests/unit/quality/quality_project.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// Every file that a check of one dirty retailer writes. The rows come in the order of `seed`.
std::map<std::string, std::string> outputs(int n_threads, int seed) {
  QualityProject project(n_threads);
  project.table("fact_sales", "SELECT t.* FROM raw_fact_sales t, range(20)");
  project.sql(
      "INSERT INTO raw_fact_sales SELECT DATE '2024-02-01' + (i % 9)::INTEGER, 'S' || (i % 11), 'P' || (i % "
      "13), "
      "i % 4 - 1, CASE i % 17 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN 'inf' WHEN 2 THEN NULL ELSE i / 7 - 3 "
      "END, "
      "i / 3 FROM range(5000) r(i)");
  project.sql("DELETE FROM raw_fact_sales WHERE date = DATE '2024-05-05' AND store_id <> 'S1'");
  project.sql("INSERT INTO raw_dim_store_physical VALUES ('S5', -1, NULL, 'nan')");
  project.sql(
      "INSERT INTO raw_dim_product VALUES (NULL, 'none', NULL, 'inf', 3), ('P4', 'again', 'B', 1, 2)");
  project.suite(
      "fact_sales",
      R"({"type": "expect_column_mean_to_be_between", "kwargs": {"column": "unit_price_at_sale", "max_value": 3}},
                   {"type": "expect_compound_columns_to_be_unique",
                    "kwargs": {"column_list": ["date", "store_id", "product_id"]}})");
  for (const char* name :
       {"dim_product", "dim_store_physical", "dim_store_management", "fact_sales", "fact_inventory"}) {
    const std::string table = std::string("raw_") + name;
    project.sql("CREATE TABLE shuffled AS SELECT t.* FROM " + table + " t ORDER BY hash(t, " +
                std::to_string(seed) + ")");
    project.sql("DROP TABLE " + table);
    project.sql("ALTER TABLE shuffled RENAME TO " + table);
  }
  project.check();
  std::map<std::string, std::string> files;
  for (const fs::path& folder : {project.paths.validation, project.paths.quarantine}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      files[entry.path().filename().string()] = read_file(entry.path());
    }
  }
  return files;
}

TEST(Determinism, ThreadsAndOrderOfRowsChangeNoByte) {
  const auto reference = outputs(1, 1);
  EXPECT_EQ(reference.size(), 10u);
  for (const auto& [n_threads, seed] : std::vector<std::pair<int, int>>{{1, 2}, {2, 3}, {7, 4}}) {
    const auto other = outputs(n_threads, seed);
    ASSERT_EQ(other.size(), reference.size());
    for (const auto& [name, bytes] : reference)
      EXPECT_TRUE(other.at(name) == bytes) << name << ", " << n_threads;
  }
}

}  // namespace
}  // namespace aisle
