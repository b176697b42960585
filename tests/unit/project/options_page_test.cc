#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "aisle/project/option_table.h"
#include "aisle/project/options_text.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

TEST(OptionsPage, TheFileIsCurrent) {
  const std::string file = read_file(std::filesystem::path(AISLE_SOURCE_DIR) / "docs" / "options.md");
  EXPECT_TRUE(file == options_page()) << "docs/options.md is not what the option table says; write it anew:\n"
                                         "  cmake --build build/release --target options_page && "
                                         "build/release/bin/options_page > docs/options.md";
}

// As comments the options of a section say nothing; without the marks they say what is so anyway.
TEST(OptionsPage, SectionsReadBackAsTheirDefaults) {
  const std::vector<std::string>& all = option_sections();
  for (const std::string preset : {"trading", "original"}) {
    std::string text;
    for (const std::string& section : all) {
      if (section != "tables") text += section_text(section, preset);
    }
    const std::string bare = std::regex_replace(text, std::regex("(^|\n)# ([a-z_0-9]+ = )"), "$1$2");
    ASSERT_NE(bare, text);
    const std::vector<std::string> override = {"model.preset=" + preset};
    const std::string plain = canonical_options(parse_options("", "plain", override), all);
    EXPECT_EQ(canonical_options(parse_options(text, "text", override), all), plain);
    EXPECT_EQ(canonical_options(parse_options(bare, "bare", override), all), plain);
  }
}

TEST(OptionsPage, WhatIsSaidStandsInItsPlace) {
  const std::string text = section_text("famd", "trading", {"n_components = 3"});
  EXPECT_EQ(text, "[famd]\n# axes that FAMD keeps\nn_components = 3\n");
}

}  // namespace
}  // namespace aisle
