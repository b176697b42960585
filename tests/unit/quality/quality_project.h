// A small retailer in the engine's memory for the tests of the checks: three stores, four products and
// eighteen weeks of sales, without a fault. Tests damage it by SQL.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "aisle/quality/checks.h"
#include "tests/support/common_sql.h"

namespace aisle {

class QualityProject {
 public:
  explicit QualityProject(int n_threads = 2)
      : folder_(std::filesystem::temp_directory_path() /
                ("aisle quality é " + std::to_string(getpid()) + " " + std::to_string(n_made()++))),
        paths(folder_),
        engine(open_duckdb({.n_threads = n_threads})) {
    std::filesystem::create_directories(folder_);
    table(
        "dim_product",
        "SELECT * FROM (VALUES ('P1', 'one', 'A', 10.0::DOUBLE, 4.0::DOUBLE), ('P2', 'two', 'A', 20.0, 9.0), "
        "('P3', 'three', 'B', 30.0, 11.0), ('P4', 'four', 'B', 40.0, 15.0)) "
        "v(product_id, name, category, base_price, cost)");
    table("dim_store_physical",
          "SELECT * FROM (VALUES ('S1', 100.0::DOUBLE, 'Mall', 20.0::DOUBLE), ('S2', 50.0, 'Street', 10.0), "
          "('S3', 80.0, 'Street', 15.0)) v(store_id, size_m2, placement, storage_capacity_m2)");
    table("dim_store_management",
          "SELECT * FROM (VALUES ('S1', 'North', DATE '2020-01-01'), ('S2', 'South', DATE '2020-02-01'), "
          "('S3', 'South', DATE '2021-03-01')) v(store_id, regional, opening_date)");
    table("fact_sales",
          "SELECT (DATE '2024-01-01' + d::INTEGER)::DATE AS date, 'S' || s AS store_id, 'P' || p AS "
          "product_id, "
          "1 + (d + p) % 3 AS qty, (10.0 * p)::DOUBLE AS unit_price_at_sale, (4.0 * p)::DOUBLE AS "
          "profit_at_sale "
          "FROM range(126) r(d), range(1, 4) q(s), range(1, 5) x(p)");
    table("fact_inventory",
          "SELECT (DATE '2024-01-01' + 7 * w::INTEGER)::DATE AS snapshot_date, 'S' || s AS store_id, "
          "'P' || p AS product_id, 5 + (w + p) % 7 AS qty_on_hand FROM range(18) r(w), range(1, 4) q(s), "
          "range(1, 5) x(p)");
  }
  ~QualityProject() { std::filesystem::remove_all(folder_); }
  QualityProject(const QualityProject&) = delete;
  QualityProject& operator=(const QualityProject&) = delete;

  // Makes raw_NAME from a query; replaces one of that name.
  void table(const std::string& name, const std::string& query) {
    engine->execute("CREATE OR REPLACE TABLE raw_" + name + " AS " + query);
    const Table empty = engine->query("SELECT * FROM raw_" + name + " LIMIT 0");
    RawTable made{name, {}, {}};
    for (const Column& column : empty.columns()) made.columns.push_back(column.name);
    for (RawTable& present : raw.tables) {
      if (present.name != name) continue;
      present = made;
      return;
    }
    raw.tables.push_back(made);
  }
  void drop(const std::string& name) {
    std::erase_if(raw.tables, [&](const RawTable& present) { return present.name == name; });
  }
  void sql(const std::string& statement) { engine->execute(statement); }
  std::int64_t number(const std::string& query) { return engine->query(query).columns().front().ints.at(0); }

  // A suite of the user's, on TABLE, of the expectations given as JSON.
  void suite(const std::string& table_name, const std::string& expectations) {
    const std::string file = "suite" + std::to_string(options.quality.suites.size()) + ".json";
    write_file(paths.root / file, "{\"name\": \"mine\", \"expectations\": [" + expectations + "]}");
    options.quality.suites.push_back(table_name + "=" + file);
  }

  // Every statement must be one that both engines understand alike.
  CheckOutcome check() {
    events.clear();
    testing::RecordingEngine recording(*engine);
    CheckOutcome outcome = run_checks(recording, raw, options, paths, run,
                                      [this](const RunEvent& event) { events.push_back(event); });
    EXPECT_FALSE(recording.statements.empty());
    for (const std::string& statement : recording.statements) {
      EXPECT_EQ(testing::fault_of_common_sql(statement), "") << statement;
    }
    return outcome;
  }
  // The message of the error that a check gives.
  std::string fault() {
    try {
      check();
    } catch (const Error& error) {
      return error.kind() + std::string(" | ") + error.what();
    }
    return "no error";
  }
  nlohmann::json document(const std::string& name) {
    return nlohmann::json::parse(read_file(paths.validation / name));
  }

  // Rows of the quarantine as text, each "value|value|...|reason".
  std::vector<std::string> quarantined(const std::string& name) {
    std::vector<std::string> lines;
    const Table rows = read_parquet(*engine, paths.quarantine / (name + ".parquet"));
    for (std::size_t row = 0; row < rows.n_rows(); ++row) {
      lines.emplace_back();
      for (const Column& column : rows.columns()) {
        lines.back() +=
            (lines.back().empty() ? "" : "|") + (column.null_at(row) ? "null" : column.text_at(row));
      }
    }
    return lines;
  }
  bool has_quarantine(const std::string& name) {
    return std::filesystem::exists(paths.quarantine / (name + ".parquet"));
  }

 private:
  static int& n_made() {
    static int count = 0;
    return count;
  }
  std::filesystem::path folder_;

 public:
  ProjectPaths paths;
  std::unique_ptr<EmbeddedEngine> engine;
  RawTables raw;
  Options options;
  CheckRun run;
  std::vector<RunEvent> events;
};

inline const ExpectationResult& result_of(const CheckOutcome& outcome, const std::string& name) {
  for (const TableOutcome& table : outcome.tables) {
    for (const ExpectationResult& result : table.results) {
      if (result.expectation.name == name) return result;
    }
  }
  throw std::runtime_error("no result of " + name);
}

inline std::vector<std::string> failed_names(const CheckOutcome& outcome) {
  std::vector<std::string> names;
  for (const TableOutcome& table : outcome.tables) {
    for (const ExpectationResult& result : table.results) {
      if (!result.success) names.push_back(result.expectation.name);
    }
  }
  return names;
}

}  // namespace aisle
