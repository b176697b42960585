// docs/checks.md is what the code says.
#include <gtest/gtest.h>

#include <cstdlib>

#include "aisle/project/staged_output.h"
#include "aisle/quality/default_suites.h"

namespace aisle {
namespace {

TEST(ChecksPage, IsNotStale) {
  const char* file = AISLE_SOURCE_DIR "/docs/checks.md";
  if (std::getenv("AISLE_UPDATE_DOCS") != nullptr) write_file(file, checks_page());
  EXPECT_EQ(read_file(file), checks_page())
      << "docs/checks.md is stale: run this test with AISLE_UPDATE_DOCS=1";
}

}  // namespace
}  // namespace aisle
