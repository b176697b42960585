// Rows as Spark Connect sends them: Arrow's IPC stream format, without a library for it.
//
// Read by the format's own description (arrow.apache.org, Columnar Format 1.5): messages whose heads are
// flatbuffers (Message.fbs, Schema.fbs), bodies without compression. The bytes come from another machine, so
// every offset is checked before it is followed.
#pragma once

#include <string_view>

#include "aisle/base/table.h"

namespace aisle {

// Appends the rows of one IPC stream (a schema, then record batches) to `rows`; the first stream makes its
// columns. Whole numbers of every width, and decimals of scale 0 that fit, become int64; other decimals and
// floats double; timestamps the day's date. Throws DataError for a column of another type, and
// EnvironmentError for bytes that are no such stream or differ in their columns from the rows before.
void append_arrow_rows(std::string_view stream, Table& rows);

}  // namespace aisle
