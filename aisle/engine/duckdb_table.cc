// Rows between DuckDB's vectors and our columns, a chunk (2,048 rows) at a time.
#include <duckdb.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/engine/duckdb_internal.h"
#include "aisle/engine/engine.h"

namespace aisle::duckdb_internal {
namespace {

constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;

struct ResultColumn {
  duckdb_type type = DUCKDB_TYPE_INVALID;     // what the result has
  duckdb_type storage = DUCKDB_TYPE_INVALID;  // how its values lie in a vector (decimals: an integer)
  double scale = 1;                           // decimals: 10^scale
  Column column;
};

bool is_integer(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
      return true;
    default:
      return false;
  }
}

ResultColumn column_of(duckdb_result* result, idx_t at) {
  ResultColumn out;
  out.type = duckdb_column_type(result, at);
  out.storage = out.type;
  out.column.name = duckdb_column_name(result, at);
  if (out.type == DUCKDB_TYPE_DECIMAL) {
    OwnedType logical;
    *logical.out() = duckdb_column_logical_type(result, at);
    out.storage = duckdb_decimal_internal_type(logical.get());
    for (int digit = duckdb_decimal_scale(logical.get()); digit > 0; --digit) out.scale *= 10;
    out.column.type = out.scale == 1 ? ColumnType::kInt64 : ColumnType::kDouble;
  } else if (is_integer(out.type)) {
    out.column.type = ColumnType::kInt64;
  } else if (out.type == DUCKDB_TYPE_FLOAT || out.type == DUCKDB_TYPE_DOUBLE) {
    out.column.type = ColumnType::kDouble;
  } else if (out.type == DUCKDB_TYPE_BOOLEAN) {
    out.column.type = ColumnType::kBool;
  } else if (out.type == DUCKDB_TYPE_DATE || out.type == DUCKDB_TYPE_TIMESTAMP ||
             out.type == DUCKDB_TYPE_TIMESTAMP_TZ) {
    out.column.type = ColumnType::kDate;
  }
  return out;
}

// The column turns to double as a whole at its first integer that does not fit 64 bits.
void turn_to_double(Column& column) {
  column.type = ColumnType::kDouble;
  column.doubles.assign(column.ints.begin(), column.ints.end());
  column.ints.clear();
}

void add_integer(ResultColumn& out, std::int64_t value) {
  if (out.column.type == ColumnType::kInt64) {
    out.column.ints.push_back(value);
  } else {
    out.column.doubles.push_back(static_cast<double>(value) / out.scale);
  }
}

void add_wide(ResultColumn& out, bool fits, std::int64_t value, double rounded) {
  if (fits) {
    add_integer(out, value);
    return;
  }
  if (out.column.type == ColumnType::kInt64) turn_to_double(out.column);
  out.column.doubles.push_back(rounded / out.scale);
}

void add_hugeint(ResultColumn& out, duckdb_hugeint value) {
  const bool fits = (value.upper == 0 && value.lower <= std::numeric_limits<std::int64_t>::max()) ||
                    (value.upper == -1 && value.lower > std::numeric_limits<std::int64_t>::max());
  add_wide(out, fits, static_cast<std::int64_t>(value.lower), duckdb_hugeint_to_double(value));
}

std::int64_t day_of(std::int64_t microseconds) {
  const std::int64_t day = microseconds / kMicrosecondsPerDay;
  return microseconds % kMicrosecondsPerDay < 0 ? day - 1 : day;
}

template <typename Value>
const Value* values_of(const void* data) {
  return static_cast<const Value*>(data);
}

void add_value(ResultColumn& out, void* data, idx_t row) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  switch (out.storage) {
    case DUCKDB_TYPE_BOOLEAN:
      out.column.ints.push_back(values_of<bool>(data)[row] ? 1 : 0);
      return;
    case DUCKDB_TYPE_TINYINT:
      return add_integer(out, values_of<std::int8_t>(data)[row]);
    case DUCKDB_TYPE_SMALLINT:
      return add_integer(out, values_of<std::int16_t>(data)[row]);
    case DUCKDB_TYPE_INTEGER:
      return add_integer(out, values_of<std::int32_t>(data)[row]);
    case DUCKDB_TYPE_BIGINT:
      return add_integer(out, values_of<std::int64_t>(data)[row]);
    case DUCKDB_TYPE_UTINYINT:
      return add_integer(out, values_of<std::uint8_t>(data)[row]);
    case DUCKDB_TYPE_USMALLINT:
      return add_integer(out, values_of<std::uint16_t>(data)[row]);
    case DUCKDB_TYPE_UINTEGER:
      return add_integer(out, values_of<std::uint32_t>(data)[row]);
    case DUCKDB_TYPE_UBIGINT: {
      const std::uint64_t value = values_of<std::uint64_t>(data)[row];
      return add_wide(out, value <= kMost, static_cast<std::int64_t>(value), static_cast<double>(value));
    }
    case DUCKDB_TYPE_HUGEINT:
      return add_hugeint(out, values_of<duckdb_hugeint>(data)[row]);
    case DUCKDB_TYPE_UHUGEINT: {
      const duckdb_uhugeint value = values_of<duckdb_uhugeint>(data)[row];
      return add_wide(out, value.upper == 0 && value.lower <= kMost, static_cast<std::int64_t>(value.lower),
                      duckdb_uhugeint_to_double(value));
    }
    case DUCKDB_TYPE_FLOAT:
      out.column.doubles.push_back(static_cast<double>(values_of<float>(data)[row]));
      return;
    case DUCKDB_TYPE_DOUBLE:
      out.column.doubles.push_back(values_of<double>(data)[row]);
      return;
    case DUCKDB_TYPE_DATE:
      out.column.ints.push_back(values_of<duckdb_date>(data)[row].days);
      return;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      out.column.ints.push_back(day_of(values_of<duckdb_timestamp>(data)[row].micros));
      return;
    case DUCKDB_TYPE_VARCHAR: {
      duckdb_string_t* text = static_cast<duckdb_string_t*>(data) + row;
      out.column.texts.emplace_back(duckdb_string_t_data(text), duckdb_string_t_length(*text));
      return;
    }
    default:
      throw InternalError({.where = "engine",
                           .what = "column " + out.column.name + " has a type that was not cast to text",
                           .expected = "",
                           .remedy = ""});
  }
}

void add_null(ResultColumn& out) {
  switch (out.column.type) {
    case ColumnType::kText:
      out.column.texts.emplace_back();
      return;
    case ColumnType::kDouble:
      out.column.doubles.push_back(0);
      return;
    default:
      out.column.ints.push_back(0);
  }
}

void add_chunk(ResultColumn& out, duckdb_vector vector, idx_t n_rows) {
  void* data = duckdb_vector_get_data(vector);
  std::uint64_t* validity = duckdb_vector_get_validity(vector);
  for (idx_t row = 0; row < n_rows; ++row) {
    if (validity != nullptr && !duckdb_validity_row_is_valid(validity, row)) {
      out.column.is_null.resize(out.column.size(), 0);
      add_null(out);
      out.column.is_null.push_back(1);
    } else {
      add_value(out, data, row);
    }
  }
}

duckdb_type type_for(ColumnType type) {
  switch (type) {
    case ColumnType::kInt64:
      return DUCKDB_TYPE_BIGINT;
    case ColumnType::kDouble:
      return DUCKDB_TYPE_DOUBLE;
    case ColumnType::kBool:
      return DUCKDB_TYPE_BOOLEAN;
    case ColumnType::kDate:
      return DUCKDB_TYPE_DATE;
    case ColumnType::kText:
      break;
  }
  return DUCKDB_TYPE_VARCHAR;
}

const char* sql_type_for(ColumnType type) {
  switch (type) {
    case ColumnType::kInt64:
      return "BIGINT";
    case ColumnType::kDouble:
      return "DOUBLE";
    case ColumnType::kBool:
      return "BOOLEAN";
    case ColumnType::kDate:
      return "DATE";
    case ColumnType::kText:
      break;
  }
  return "VARCHAR";
}

void fill_vector(duckdb_vector vector, const Column& column, std::size_t begin, std::size_t end) {
  void* data = duckdb_vector_get_data(vector);
  for (std::size_t row = begin; row < end; ++row) {
    const idx_t at = row - begin;
    if (column.null_at(row)) {
      duckdb_vector_ensure_validity_writable(vector);
      duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), at);
      continue;
    }
    switch (column.type) {
      case ColumnType::kText:
        duckdb_vector_assign_string_element_len(vector, at, column.texts[row].data(),
                                                column.texts[row].size());
        break;
      case ColumnType::kDouble:
        static_cast<double*>(data)[at] = column.doubles[row];
        break;
      case ColumnType::kInt64:
        static_cast<std::int64_t*>(data)[at] = column.ints[row];
        break;
      case ColumnType::kBool:
        static_cast<bool*>(data)[at] = column.ints[row] != 0;
        break;
      case ColumnType::kDate:
        static_cast<std::int32_t*>(data)[at] = static_cast<std::int32_t>(column.ints[row]);
        break;
    }
  }
}

}  // namespace

bool needs_text_cast(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return false;
    default:
      return !is_integer(type);
  }
}

Table read_result(duckdb_result* result) {
  std::vector<ResultColumn> columns;
  for (idx_t at = 0; at < duckdb_column_count(result); ++at) columns.push_back(column_of(result, at));
  while (true) {
    OwnedChunk chunk;
    *chunk.out() = duckdb_fetch_chunk(*result);
    if (chunk.get() == nullptr) break;
    const idx_t n_rows = duckdb_data_chunk_get_size(chunk.get());
    for (idx_t at = 0; at < columns.size(); ++at) {
      add_chunk(columns[at], duckdb_data_chunk_get_vector(chunk.get(), at), n_rows);
    }
  }
  Table table;
  for (ResultColumn& column : columns) {
    if (!column.column.is_null.empty()) column.column.is_null.resize(column.column.size(), 0);
    table.add(std::move(column.column));
  }
  return table;
}

std::string column_definitions(const Table& table) {
  std::string list;
  for (const Column& column : table.columns()) {
    if (!list.empty()) list += ", ";
    list += sql_name(column.name) + " " + sql_type_for(column.type);
  }
  return list;
}

void append_rows(duckdb_connection connection, const std::string& name, const Table& table) {
  OwnedAppender appender;
  const auto check = [&](duckdb_state state) {
    if (state == DuckDBError) throw_duckdb_error(duckdb_appender_error(appender.get()));
  };
  check(duckdb_appender_create(connection, nullptr, name.c_str(), appender.out()));
  std::vector<OwnedType> owned(table.n_cols());
  std::vector<duckdb_logical_type> types;
  for (std::size_t col = 0; col < table.n_cols(); ++col) {
    *owned[col].out() = duckdb_create_logical_type(type_for(table.columns()[col].type));
    types.push_back(owned[col].get());
  }
  OwnedChunk chunk;
  *chunk.out() = duckdb_create_data_chunk(types.data(), types.size());
  const std::size_t block = duckdb_vector_size();
  for (std::size_t begin = 0; begin < table.n_rows(); begin += block) {
    const std::size_t end = std::min(begin + block, table.n_rows());
    duckdb_data_chunk_reset(chunk.get());
    for (std::size_t col = 0; col < table.n_cols(); ++col) {
      fill_vector(duckdb_data_chunk_get_vector(chunk.get(), col), table.columns()[col], begin, end);
    }
    duckdb_data_chunk_set_size(chunk.get(), end - begin);
    check(duckdb_append_data_chunk(appender.get(), chunk.get()));
  }
  check(duckdb_appender_close(appender.get()));
}

}  // namespace aisle::duckdb_internal
