// Data that is too large to travel with the project: tests that use it skip where it is not there.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace aisle::testing {

// The folder named by AISLE_SHARED, else `shared` beside the source tree.
inline std::filesystem::path shared_data() {
  if (const char* folder = std::getenv("AISLE_SHARED")) return folder;
  return std::filesystem::path(AISLE_SOURCE_DIR) / ".." / "shared";
}

}  // namespace aisle::testing
