// The embedded engine: DuckDB in memory over its stable C API.
//
// A statement runs by stepping its pending result: this thread works at the query's tasks and looks at the
// cancel flag between them, so that Ctrl-C and progress need no second thread.
#include <duckdb.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>

#include "aisle/base/errors.h"
#include "aisle/engine/duckdb_internal.h"
#include "aisle/engine/engine.h"
#include "aisle/engine/source_files.h"

namespace aisle {
namespace {

using namespace duckdb_internal;

// Progress is told this often, so never of a query that is done by then; DuckDB computes it over the whole
// plan.
constexpr std::chrono::milliseconds kProgressEvery{500};
// While other threads have all the tasks: first short naps, so that quick queries end at once.
constexpr std::chrono::microseconds kShortNap{20};
constexpr std::chrono::microseconds kLongNap{500};
constexpr int kShortNaps = 50;

class DuckdbEngine : public EmbeddedEngine {
 public:
  explicit DuckdbEngine(const EngineOptions& options);
  ~DuckdbEngine() override;

  SqlDialect dialect() const override { return SqlDialect::kDuckdb; }
  void execute(const std::string& sql) override;
  void make_table(const std::string& name, const std::string& query) override;
  void make_view(const std::string& name, const std::string& query) override;
  void make_file_view(const std::string& name, const ParquetFiles& files) override;
  void put_rows(const std::string& name, const std::string& query) override { make_table(name, query); }
  Table query(const std::string& sql) override;
  void put_table(const std::string& name, const Table& table) override;
  std::int64_t write_parquet(const std::string& query, const std::filesystem::path& file) override;
  void set_progress(QueryProgress progress) override;

 private:
  void check_cancelled() const {
    if (cancel_ != nullptr) cancel_->check();
  }
  void tune();
  void report_progress();
  // Prepares and runs every statement of `sql`; `result` is the last one's.
  void run(const std::string& sql, OwnedResult& result);
  void run_prepared(duckdb_prepared_statement statement, OwnedResult& result);
  duckdb_pending_state step_to_end(duckdb_pending_result pending);

  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
  const CancelFlag* cancel_ = nullptr;
  QueryProgress progress_;
  std::chrono::steady_clock::time_point last_progress_;
};

void set_option(duckdb_config config, const char* name, const std::string& value) {
  if (duckdb_set_config(config, name, value.c_str()) == DuckDBError) {
    throw InvalidInput({.where = std::string("engine.") + name,
                        .what = "DuckDB does not take '" + value + "'",
                        .expected = "",
                        .remedy = ""});
  }
}

// By itself an in-memory DuckDB spills to ".tmp" in the current folder, which may be anywhere.
std::string spill_directory(const EngineOptions& options) {
  if (!options.temp_directory.empty()) return options.temp_directory.string();
  return (std::filesystem::temp_directory_path() / ("aisle-spill-" + std::to_string(getpid()))).string();
}

DuckdbEngine::DuckdbEngine(const EngineOptions& options) : cancel_(options.cancel) {
  Owned<duckdb_config, duckdb_destroy_config> config;
  if (duckdb_create_config(config.out()) == DuckDBError) {
    throw EnvironmentError(
        {.where = "engine", .what = "DuckDB could not start", .expected = "", .remedy = ""});
  }
  set_option(config.get(), "autoinstall_known_extensions", "false");
  set_option(config.get(), "autoload_known_extensions", "false");
  set_option(config.get(), "temp_directory", spill_directory(options));
  if (options.n_threads > 0) set_option(config.get(), "threads", std::to_string(options.n_threads));
  if (!options.memory_limit.empty()) set_option(config.get(), "memory_limit", options.memory_limit);
  char* message = nullptr;
  if (duckdb_open_ext(nullptr, &database_, config.get(), &message) == DuckDBError) {
    const std::string text = message == nullptr ? "no reason given" : message;
    duckdb_free(message);
    throw EnvironmentError(
        {.where = "engine",
         .what = "DuckDB could not start: " + text,
         .expected = "",
         .remedy = "look at engine.threads, engine.memory_limit and engine.temp_directory"});
  }
  if (duckdb_connect(database_, &connection_) == DuckDBError) {
    duckdb_close(&database_);
    throw EnvironmentError(
        {.where = "engine", .what = "DuckDB gave no connection", .expected = "", .remedy = ""});
  }
  try {
    tune();
  } catch (...) {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
    throw;
  }
}

// Groups of small integer keys are summed in an array instead of a hash table. It has up to 2^bits entries of
// about 100 bytes in each thread, so more threads take fewer bits: under 130 MB in all.
constexpr int kArrayBitsOfOneThread = 20;
constexpr int kFewestArrayBits = 12;

void DuckdbEngine::tune() {
  const Table setting = query("SELECT CAST(current_setting('threads') AS BIGINT) AS n");
  int bits = kArrayBitsOfOneThread;
  for (std::int64_t n = setting.column("n").ints[0]; n > 1; n /= 2) --bits;
  execute(fmt::format("SET perfect_ht_threshold = {}; SET parquet_metadata_cache = true",
                      std::max(bits, kFewestArrayBits)));
}

DuckdbEngine::~DuckdbEngine() {
  duckdb_disconnect(&connection_);
  duckdb_close(&database_);
}

void DuckdbEngine::report_progress() {
  if (!progress_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < kProgressEvery) return;
  last_progress_ = now;
  const double percentage = duckdb_query_progress(connection_).percentage;
  progress_(std::clamp(percentage / 100, 0.0, 1.0));  // below 0: DuckDB cannot tell
}

// What interrupts a query must wait for its end: tasks on other threads hold what the query is made of.
duckdb_pending_state DuckdbEngine::step_to_end(duckdb_pending_result pending) {
  last_progress_ = std::chrono::steady_clock::now();
  std::exception_ptr refusal;
  duckdb_pending_state state = duckdb_pending_execute_task(pending);
  for (int n_naps = 0; !duckdb_pending_execution_is_finished(state);) {
    try {
      check_cancelled();
      if (!refusal) report_progress();
    } catch (...) {
      refusal = std::current_exception();
      duckdb_interrupt(connection_);
    }
    n_naps = state == DUCKDB_PENDING_NO_TASKS_AVAILABLE ? n_naps + 1 : 0;
    if (n_naps > 0) std::this_thread::sleep_for(n_naps < kShortNaps ? kShortNap : kLongNap);
    state = duckdb_pending_execute_task(pending);
  }
  if (refusal) std::rethrow_exception(refusal);
  return state;
}

void DuckdbEngine::run_prepared(duckdb_prepared_statement statement, OwnedResult& result) {
  OwnedPending pending;
  if (duckdb_pending_prepared(statement, pending.out()) == DuckDBError) {
    throw_duckdb_error(duckdb_pending_error(pending.get()));
  }
  if (step_to_end(pending.get()) == DUCKDB_PENDING_ERROR) {
    throw_duckdb_error(duckdb_pending_error(pending.get()));
  }
  if (duckdb_execute_pending(pending.get(), result.out()) == DuckDBError) {
    throw_duckdb_error(duckdb_result_error(result.out()));
  }
}

void DuckdbEngine::run(const std::string& sql, OwnedResult& result) {
  check_cancelled();
  OwnedStatements statements;
  const idx_t n_statements = duckdb_extract_statements(connection_, sql.c_str(), statements.out());
  if (n_statements == 0) {
    const char* message = duckdb_extract_statements_error(statements.get());
    throw_duckdb_error(message == nullptr ? "Parser Error: there is no statement" : message);
  }
  for (idx_t at = 0; at < n_statements; ++at) {
    OwnedPrepared prepared;
    if (duckdb_prepare_extracted_statement(connection_, statements.get(), at, prepared.out()) ==
        DuckDBError) {
      throw_duckdb_error(duckdb_prepare_error(prepared.get()));
    }
    duckdb_destroy_result(result.out());
    run_prepared(prepared.get(), result);
  }
}

void DuckdbEngine::execute(const std::string& sql) {
  OwnedResult result;
  run(sql, result);
}

void DuckdbEngine::make_table(const std::string& name, const std::string& query) {
  execute("CREATE OR REPLACE TABLE " + sql_name(name) + " AS\n" + query);
}

void DuckdbEngine::make_view(const std::string& name, const std::string& query) {
  execute("CREATE OR REPLACE VIEW " + sql_name(name) + " AS\n" + query);
}

void DuckdbEngine::make_file_view(const std::string& name, const ParquetFiles& files) {
  make_view(name, fmt::format("SELECT * FROM {}", parquet_relation(files.files, files.has_partitions)));
}

Table DuckdbEngine::query(const std::string& sql) {
  check_cancelled();
  OwnedPrepared prepared;
  if (duckdb_prepare(connection_, sql.c_str(), prepared.out()) == DuckDBError) {
    throw_duckdb_error(duckdb_prepare_error(prepared.get()));
  }
  const idx_t n_cols = duckdb_prepared_statement_column_count(prepared.get());
  std::string casts;
  for (idx_t at = 0; at < n_cols; ++at) {
    if (!needs_text_cast(duckdb_prepared_statement_column_type(prepared.get(), at))) continue;
    const char* name = duckdb_prepared_statement_column_name(prepared.get(), at);
    const std::string quoted = sql_name(name);
    duckdb_free(const_cast<char*>(name));  // the caller's, though the C API gives it as const
    casts += (casts.empty() ? "" : ", ") + ("CAST(" + quoted + " AS VARCHAR) AS " + quoted);
  }
  OwnedResult result;
  if (casts.empty()) {
    run_prepared(prepared.get(), result);
  } else {
    const std::string bare = sql.substr(0, sql.find_last_not_of("; \n\t") + 1);
    run("SELECT * REPLACE (" + casts + ") FROM (\n" + bare + "\n)", result);
  }
  return read_result(result.out());
}

void DuckdbEngine::put_table(const std::string& name, const Table& table) {
  execute("CREATE OR REPLACE TABLE " + sql_name(name) + " (" + column_definitions(table) + ")");
  append_rows(connection_, name, table);
}

std::int64_t DuckdbEngine::write_parquet(const std::string& query, const std::filesystem::path& file) {
  OwnedResult result;
  run("COPY (\n" + query + "\n) TO " + sql_literal(file.string()) +
          " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)",
      result);
  return static_cast<std::int64_t>(duckdb_rows_changed(result.out()));
}

void DuckdbEngine::set_progress(QueryProgress progress) {
  // Without a progress bar DuckDB does not count; it must not print one either.
  if (progress && !progress_) {
    execute(
        "SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0");
  }
  progress_ = std::move(progress);
}

}  // namespace

std::unique_ptr<EmbeddedEngine> open_duckdb(const EngineOptions& options) {
  return std::make_unique<DuckdbEngine>(options);
}

}  // namespace aisle
