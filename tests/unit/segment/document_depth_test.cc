#include <gtest/gtest.h>

#include "aisle/base/errors.h"
#include "aisle/segment/metrics.h"

namespace aisle {
namespace {

TEST(DocumentDepth, ADocumentOfBracketsIsRefusedInOneLine) {
  const std::string text = R"({"kind": "aisle-metrics", "format": 1, "notes": )" + std::string(60'000, '[') +
                           std::string(60'000, ']') + "}";
  try {
    parse_metrics(text, "metrics.json");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "metrics.json: is nested too deeply; run `aisle train` to make it anew");
  }
}

}  // namespace
}  // namespace aisle
