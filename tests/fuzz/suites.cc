// A suite of expectations from anybody: read, written and read again, or an Error.
#include <cstdint>
#include <cstdlib>

#include "aisle/base/errors.h"
#include "aisle/quality/suite.h"
#include "tests/fuzz/json_mutator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  aisle::Suite suite;
  try {
    suite = aisle::parse_suite(std::string(reinterpret_cast<const char*>(data), size), "suite.json", "");
  } catch (const aisle::InternalError&) {
    throw;
  } catch (const aisle::Error&) {
    return 0;
  }
  // What was understood is written so that it is understood the same way; an Error here is a fault.
  const std::string once = aisle::suite_json(suite);
  if (aisle::suite_json(aisle::parse_suite(once, "suite.json", "")) != once) std::abort();
  return 0;
}
