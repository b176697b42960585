// A workbook as tests/integration/read_workbook.py reads it.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace aisle::testing {

inline nlohmann::json read_workbook(const std::filesystem::path& file) {
  const std::string command = "PATH=/usr/bin:$PATH python3 '" AISLE_SOURCE_DIR
                              "/tests/integration/read_workbook.py' '" +
                              file.string() + "'";
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  char block[4096];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, pipe)) > 0;) text.append(block, n);
  EXPECT_EQ(::pclose(pipe), 0);
  return nlohmann::json::parse(text);
}

}  // namespace aisle::testing
