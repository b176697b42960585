// Parquet files that an engine elsewhere can read where they lie, without help of the embedded one.
#pragma once

#include <optional>
#include <string>

#include "aisle/engine/engine.h"
#include "aisle/engine/table_source.h"

namespace aisle {

struct InPlace {
  ParquetFiles files;
  std::string select;  // the contract's columns over them, in the common subset of SQL
};

// Nothing when a column is an expression, text that stands for something else, or of a type that Spark reads
// in another way. `view` is the name under which the files will stand.
std::optional<InPlace> read_in_place(const OpenedSource& opened, const std::string& view);

}  // namespace aisle
