// Where SQL runs. One interface, so that the same queries serve an embedded engine and a cluster.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/table.h"
#include "aisle/engine/dialect.h"

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

class EmbeddedEngine;

// A column of a file, with its type in Spark's words.
struct ParquetColumn {
  std::string name;
  std::string spark_type;
};

// Parquet files of one table as they are, and which columns of them are wanted.
struct ParquetFiles {
  std::vector<std::filesystem::path> files;
  std::vector<ParquetColumn> columns;
  bool has_partitions = false;  // folders such as year=2024, whose values are text columns
};

// Runs SQL. Not for use by two threads at once. Every call throws DataError for a fault of the data or the
// SQL (with the engine's own words), EnvironmentError for a fault of files, memory or disk, and Cancelled.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  // Whose SQL query() and the next two take: the common subset of dialect.h, or what this one adds to it.
  virtual SqlDialect dialect() const = 0;

  // Keeps the rows of `query` under `name` for later queries; replaces what has that name.
  virtual void make_table(const std::string& name, const std::string& query) = 0;

  // Lets later queries read `query` by a name; replaces what has that name.
  virtual void make_view(const std::string& name, const std::string& query) = 0;

  // Lets later queries read Parquet files of this machine, in place, by a name.
  virtual void make_file_view(const std::string& name, const ParquetFiles& files) = 0;

  // Makes the rows of a query of the embedded engine readable here as a table named `name`.
  virtual void put_rows(const std::string& name, const std::string& query) = 0;

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

  // The engine of this process, for the files of this machine and for tables that fit it. An embedded engine
  // is its own.
  virtual EmbeddedEngine& embedded() = 0;
};

// An engine inside this process: it also takes statements of its own, beyond the common subset.
class EmbeddedEngine : public Engine {
 public:
  // Runs statements whose rows nobody wants.
  virtual void execute(const std::string& sql) = 0;
  EmbeddedEngine& embedded() override { return *this; }
};

// The embedded engine. Throws EnvironmentError when DuckDB cannot start.
std::unique_ptr<EmbeddedEngine> open_duckdb(const EngineOptions& options);

// "text" as an SQL string literal, and as a quoted identifier.
std::string sql_literal(const std::string& text);
std::string sql_name(const std::string& name);

// One Parquet file of this machine, through the embedded engine of `engine`.
Table read_parquet(Engine& engine, const std::filesystem::path& file);
std::int64_t write_table(Engine& engine, const Table& table, const std::filesystem::path& file);

}  // namespace aisle
