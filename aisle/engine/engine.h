// Where SQL runs. One interface, so that the same queries serve an embedded engine and a cluster.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "aisle/base/cancel.h"
#include "aisle/base/table.h"

namespace aisle {

// Called twice a second with a share done in [0, 1] while a long query runs; 0 as long as the engine cannot
// tell.
using QueryProgress = std::function<void(double share)>;

struct EngineOptions {
  int n_threads = 0;                          // 0: all cores
  std::string memory_limit = {};              // "512MB"; empty: the engine's own default
  std::filesystem::path temp_directory = {};  // where it spills; empty: the engine's own default
  const CancelFlag* cancel = nullptr;         // checked while queries run
};

// Runs SQL. Not for use by two threads at once. Every call throws DataError for a fault of the data or the
// SQL (with the engine's own words), EnvironmentError for a fault of files, memory or disk, and Cancelled.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  // Runs statements whose rows nobody wants.
  virtual void execute(const std::string& sql) = 0;

  // Runs one query and brings its rows here, in the query's order. Integers of every width come as int64
  // (DECIMAL and HUGEINT too where scale is 0 and they fit; else as double), dates as days, timestamps as
  // the day's date, anything else as text.
  virtual Table query(const std::string& sql) = 0;

  // Makes `table` readable in SQL as a table named `name`; replaces one of that name.
  virtual void put_table(const std::string& name, const Table& table) = 0;

  // Writes the rows of a query, in its order, to one Parquet file (zstd). Returns the number of rows.
  // The caller stages the path. The same rows give the same bytes.
  virtual std::int64_t write_parquet(const std::string& query, const std::filesystem::path& file) = 0;

  virtual void set_progress(QueryProgress progress) = 0;
};

// The embedded engine. Throws EnvironmentError when DuckDB cannot start.
std::unique_ptr<Engine> open_duckdb(const EngineOptions& options);

// "text" as an SQL string literal, and as a quoted identifier.
std::string sql_literal(const std::string& text);
std::string sql_name(const std::string& name);

// One Parquet file through any engine.
Table read_parquet(Engine& engine, const std::filesystem::path& file);
std::int64_t write_table(Engine& engine, const Table& table, const std::filesystem::path& file);

}  // namespace aisle
