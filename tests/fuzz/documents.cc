// metrics.json and segments.json from anybody: read or refused with an Error.
#include <cstdint>

#include "aisle/base/errors.h"
#include "aisle/insight/segments.h"
#include "aisle/insight/segments_table.h"
#include "aisle/segment/metrics.h"
#include "tests/fuzz/json_mutator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    aisle::metrics_json(aisle::parse_metrics(text, "metrics.json"));
  } catch (const aisle::InternalError&) {
    throw;
  } catch (const aisle::Error&) {
  }
  try {
    aisle::segments_json(aisle::parse_segments(text, "segments.json"));
  } catch (const aisle::InternalError&) {
    throw;
  } catch (const aisle::Error&) {
  }
  return 0;
}
