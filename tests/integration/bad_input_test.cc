// Bad input, each kind with its exact message, its exit code, and the last good outputs left whole.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/program.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

ProgramResult run_in(const TemporaryFolder& project,
                     std::vector<std::string> arguments = {"run", "--quiet"}) {
  arguments.push_back("--project");
  arguments.push_back(project.path().string());
  return run_aisle(arguments);
}

// The last line of what the program said, where the one clear message stands.
std::string last_line(const std::string& text) {
  const std::string trimmed = text.substr(0, text.find_last_not_of('\n') + 1);
  const auto line_break = trimmed.find_last_of('\n');
  return line_break == std::string::npos ? trimmed : trimmed.substr(line_break + 1);
}

// A project that ran well, so that a failure has something to spare.
class BadInput : public ::testing::Test {
 protected:
  void expect_message(int exit_code, const std::string& message) {
    const auto before = files_below(project_ / "data/artifacts");
    const ProgramResult result = run_in(project_);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_EQ(last_line(result.err), "aisle: " + message);
    EXPECT_EQ(difference(files_below(project_ / "data/artifacts"), before), "");
  }

  TemporaryFolder project_{"bad input"};
  SmallRetailer retailer_;
};

TEST_F(BadInput, AProjectWithoutOptionsSaysHowToMakeThem) {
  expect_message(2, project_.path().string() + "/aisle.toml is not there; aisle init writes one");
}

}  // namespace
}  // namespace aisle::testing
