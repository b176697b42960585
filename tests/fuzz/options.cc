// aisle.toml from anybody: options, or an Error with its message.
#include "aisle/project/options.h"

#include <cstdint>

#include "aisle/base/errors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const aisle::Options options = aisle::parse_options(text, "aisle.toml", {});
    aisle::canonical_options(options, {"features", "model", "famd", "hdbscan", "tables"});
  } catch (const aisle::InternalError&) {
    throw;  // whatever the text is, it is not a fault of the program
  } catch (const aisle::Error&) {
  }
  return 0;
}
