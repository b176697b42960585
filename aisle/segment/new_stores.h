// Stores that a model has not seen, as a table of the engine: the columns that the model reads, checked,
// typed and sorted, so that any number of them can be taken block by block.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "aisle/engine/engine.h"
#include "aisle/segment/model.h"

namespace aisle {

struct NewStores {
  std::int64_t n_stores = 0;
  std::vector<std::string> notes;  // what is filled or not known to the fit, a sentence each
};

// Makes a view `name` of the features in a CSV or Parquet file (by its ending), every value of a CSV a text.
// Throws DataError for another file, EnvironmentError for one that is not there.
void open_feature_file(EmbeddedEngine& engine, const std::string& name, const std::filesystem::path& file);

// Makes the table new_stores from the table or view `given`; `where` names it in messages. A column that the
// model reads and that is not there is a DataError naming it, as are a text that should be a number, an
// infinite number, a store without an id and one that is there twice.
NewStores open_new_stores(EmbeddedEngine& engine, const std::string& given, const Model& model,
                          const std::string& where);

// Stores [first, first + count) in the order of their ids, as canonical_stores makes them.
Table new_stores_block(EmbeddedEngine& engine, const Model& model, std::int64_t first, std::int64_t count);

}  // namespace aisle
