#include "aisle/engine/parquet_stream.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <cstring>
#include <exception>

#include "aisle/base/errors.h"
#include "aisle/engine/duckdb_internal.h"
#include "aisle/engine/engine.h"

namespace aisle {
namespace {

static_assert(sizeof(TextHandle) == sizeof(duckdb_string_t));
constexpr std::size_t kInlineBytes = 12;

// One write: what the engine's callbacks need, alive for as long as the COPY runs.
struct WriteJob {
  const std::vector<StreamColumn>* columns;
  const RowProducer* producer;
  std::exception_ptr failure;
};

duckdb_type engine_type(StreamType type) {
  switch (type) {
    case StreamType::kText:
      return DUCKDB_TYPE_VARCHAR;
    case StreamType::kInt64:
      return DUCKDB_TYPE_BIGINT;
    case StreamType::kDouble:
      return DUCKDB_TYPE_DOUBLE;
    case StreamType::kDate:
      return DUCKDB_TYPE_DATE;
  }
  throw InternalError({"parquet_stream", "unknown column type", "", ""});
}

void bind_rows(duckdb_bind_info info) {
  duckdb_value address = duckdb_bind_get_parameter(info, 0);
  auto* job = reinterpret_cast<WriteJob*>(duckdb_get_uint64(address));
  duckdb_destroy_value(&address);
  for (const StreamColumn& column : *job->columns) {
    duckdb_logical_type type = duckdb_create_logical_type(engine_type(column.type));
    duckdb_bind_add_result_column(info, column.name.c_str(), type);
    duckdb_destroy_logical_type(&type);
  }
  duckdb_bind_set_bind_data(info, job, nullptr);
}

// One thread reads a producer: a producer is a sequence and the file keeps its order.
void init_rows(duckdb_init_info info) {
  duckdb_init_set_max_threads(info, 1);
}

void produce_rows(duckdb_function_info info, duckdb_data_chunk chunk) {
  auto* job = static_cast<WriteJob*>(duckdb_function_get_bind_data(info));
  try {
    RowBlock block(chunk, job->columns->size());
    duckdb_data_chunk_set_size(chunk, (*job->producer)(block));
  } catch (...) {
    // An exception must not cross the engine's C frames; write() rethrows it when the query has ended.
    job->failure = std::current_exception();
    duckdb_function_set_error(info, "the producer of rows failed");
  }
}

class Connection {
 public:
  explicit Connection(duckdb_database database) {
    if (duckdb_connect(database, &connection_) != DuckDBSuccess) {
      throw EnvironmentError({"parquet_stream", "DuckDB gave no connection", "", ""});
    }
  }
  ~Connection() { duckdb_disconnect(&connection_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  duckdb_connection get() const { return connection_; }

 private:
  duckdb_connection connection_ = nullptr;
};

void register_rows_function(duckdb_database database) {
  const Connection connection(database);
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "aisle_rows");
  duckdb_logical_type address = duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT);
  duckdb_table_function_add_parameter(function, address);
  duckdb_destroy_logical_type(&address);
  duckdb_table_function_set_bind(function, bind_rows);
  duckdb_table_function_set_init(function, init_rows);
  duckdb_table_function_set_function(function, produce_rows);
  const duckdb_state state = duckdb_register_table_function(connection.get(), function);
  duckdb_destroy_table_function(&function);
  if (state != DuckDBSuccess) {
    throw InternalError({"parquet_stream", "DuckDB refused the table function", "", ""});
  }
}

}  // namespace

TextPool::TextPool(const std::vector<std::string>& texts) {
  std::size_t n_bytes = 0;
  for (const std::string& text : texts) n_bytes += text.size();
  bytes_ = std::make_unique<char[]>(n_bytes + 1);
  handles_.resize(texts.size());
  char* next = bytes_.get();
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const std::string& text = texts[index];
    duckdb_string_t value{};
    value.value.inlined.length = static_cast<std::uint32_t>(text.size());
    if (text.size() <= kInlineBytes) {
      std::memcpy(value.value.inlined.inlined, text.data(), text.size());
    } else {
      std::memcpy(next, text.data(), text.size());
      std::memcpy(value.value.pointer.prefix, text.data(), sizeof(value.value.pointer.prefix));
      value.value.pointer.ptr = next;
      next += text.size();
    }
    std::memcpy(handles_[index].bytes, &value, sizeof(value));
  }
}

RowBlock::RowBlock(void* chunk, std::size_t n_cols)
    : chunk_(chunk), capacity_(duckdb_vector_size()), data_(n_cols) {
  for (std::size_t col = 0; col < n_cols; ++col) {
    data_[col] = duckdb_vector_get_data(
        duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk), static_cast<idx_t>(col)));
  }
}

void RowBlock::copy_text(std::size_t col, std::size_t row, std::string_view text) {
  duckdb_vector_assign_string_element_len(
      duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk_), static_cast<idx_t>(col)), row,
      text.data(), text.size());
}

void RowBlock::set_null(std::size_t col, std::size_t row) {
  duckdb_vector vector =
      duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk_), static_cast<idx_t>(col));
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

struct ParquetStream::Database {
  duckdb_database handle = nullptr;
  ~Database() { duckdb_close(&handle); }
};

ParquetStream::ParquetStream() : database_(std::make_unique<Database>()) {
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) != DuckDBSuccess) {
    throw EnvironmentError({"parquet_stream", "DuckDB gave no configuration", "", ""});
  }
  // No worker threads: each query runs on the thread that asked for it.
  duckdb_set_config(config, "threads", "1");
  duckdb_set_config(config, "autoinstall_known_extensions", "false");
  char* error = nullptr;
  const duckdb_state state = duckdb_open_ext(nullptr, &database_->handle, config, &error);
  duckdb_destroy_config(&config);
  if (state != DuckDBSuccess) {
    const std::string message = error != nullptr ? error : "no message";
    duckdb_free(error);
    throw EnvironmentError({"parquet_stream", "DuckDB did not start: " + message, "", ""});
  }
  register_rows_function(database_->handle);
}

ParquetStream::~ParquetStream() = default;

std::int64_t ParquetStream::write(const std::filesystem::path& file, const std::vector<StreamColumn>& columns,
                                  const RowProducer& producer) {
  WriteJob job{&columns, &producer, nullptr};
  const std::string sql = fmt::format(
      "COPY (FROM aisle_rows({}::UBIGINT)) TO {} (FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false)",
      reinterpret_cast<std::uintptr_t>(&job), sql_literal(file.string()));
  const Connection connection(database_->handle);
  duckdb_internal::OwnedResult result;
  if (duckdb_query(connection.get(), sql.c_str(), result.out()) != DuckDBSuccess) {
    if (job.failure) std::rethrow_exception(job.failure);
    try {
      duckdb_internal::throw_duckdb_error(duckdb_result_error(result.out()));
    } catch (const EnvironmentError& error) {
      if (!error.parts().where.empty()) throw;  // it names the file already
      throw EnvironmentError({file.string(), "cannot be written: " + error.parts().what, "", ""});
    }
  }
  return static_cast<std::int64_t>(duckdb_rows_changed(result.out()));
}

}  // namespace aisle
