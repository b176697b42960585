// A model package whose model.json is from anybody, beside good Parquet files: it is refused with an Error,
// or placing stores by it stays in bounds.
#include <cstdint>
#include <fstream>

#include "aisle/base/errors.h"
#include "aisle/segment/package.h"
#include "aisle/segment/predict.h"
#include "aisle/segment/store_table.h"
#include "tests/fuzz/json_mutator.h"
#include "tests/fuzz/small_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const aisle::fuzz::SmallProject project;
  static const aisle::Table features = aisle::fuzz::small_stores();
  std::ofstream(project.paths.model / "model.json", std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  try {
    const aisle::Model model = aisle::read_model(*project.engine, project.paths.model);
    aisle::StorePredictor(model).predict(aisle::canonical_stores(features, model.as_of));
  } catch (const aisle::InternalError&) {
    throw;
  } catch (const aisle::Error&) {
  }
  return 0;
}
