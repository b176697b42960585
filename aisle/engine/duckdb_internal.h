// Inside the engine room only: DuckDB's C handles as owners, its errors as ours, its rows as our tables.
// The .cc files that use it include <duckdb.h> first: DuckDB's types stay out of every header.
#pragma once

#include <string>

#include "aisle/base/table.h"

namespace aisle::duckdb_internal {

// Owns a C handle; `destroy` is the C API's own function for it.
template <typename Handle, void (*destroy)(Handle*)>
class Owned {
 public:
  Owned() = default;
  ~Owned() { destroy(&handle_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Handle* out() { return &handle_; }
  Handle get() const { return handle_; }

 private:
  Handle handle_{};
};

using OwnedResult = Owned<duckdb_result, duckdb_destroy_result>;
using OwnedPrepared = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using OwnedPending = Owned<duckdb_pending_result, duckdb_destroy_pending>;
using OwnedStatements = Owned<duckdb_extracted_statements, duckdb_destroy_extracted>;
using OwnedChunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;
inline void destroy_appender(duckdb_appender* appender) {
  duckdb_appender_destroy(appender);
}
using OwnedAppender = Owned<duckdb_appender, destroy_appender>;
using OwnedType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;

// Throws what DuckDB's message means: Cancelled for an interrupt, EnvironmentError for files, memory, disk
// and missing extensions, InternalError for DuckDB's own broken invariants, else DataError. The message is
// DuckDB's own on one line, without the echo of the SQL.
[[noreturn]] void throw_duckdb_error(const char* message);

// True when read_result has no column type of its own for `type`, so that the query must cast it to text.
bool needs_text_cast(duckdb_type type);

// All rows of a finished result.
Table read_result(duckdb_result* result);

// CREATE TABLE's column list for `table`, and its rows appended to a table made so.
std::string column_definitions(const Table& table);
void append_rows(duckdb_connection connection, const std::string& name, const Table& table);

}  // namespace aisle::duckdb_internal
