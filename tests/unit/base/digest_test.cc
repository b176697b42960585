#include "aisle/base/digest.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

TEST(Digest, AFileHasTheDigestOfItsBytes) {
  const auto file = std::filesystem::temp_directory_path() / ("aisle_digest_" + std::to_string(::getpid()));
  const std::string bytes(3'000'001, 'x');
  std::ofstream(file, std::ios::binary) << bytes;
  EXPECT_EQ(digest_of_file(file), digest_of(bytes));
  EXPECT_EQ(digest_of(bytes).size(), 32u);
  EXPECT_NE(digest_of(bytes), digest_of(bytes + "y"));
  std::filesystem::remove(file);
}

TEST(Digest, XxhashsOwnValueOfTheEmptyInput) {
  EXPECT_EQ(digest_of(""), "99aa06d3014798d86001c324468d497f");
}

TEST(Digest, AFileThatIsNotThereIsNamed) {
  try {
    digest_of_file("/no/such/file");
    FAIL();
  } catch (const EnvironmentError& error) {
    EXPECT_STREQ(error.what(), "/no/such/file: cannot be read (No such file or directory)");
  }
}

}  // namespace
}  // namespace aisle
