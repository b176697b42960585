// A small retailer's project that ran well, so that bad input has something to spoil.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/program.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {

// The last line of what the program said, where the one clear message stands.
inline std::string last_line(const std::string& text) {
  const std::string trimmed = text.substr(0, text.find_last_not_of('\n') + 1);
  const auto line_break = trimmed.find_last_of('\n');
  return line_break == std::string::npos ? trimmed : trimmed.substr(line_break + 1);
}

class RetailerProject : public ::testing::Test {
 protected:
  explicit RetailerProject(const std::string& folder = "bad input") : project_(folder) {}

  ProgramResult run(std::vector<std::string> arguments = {"run", "--quiet"}) {
    arguments.insert(arguments.end(), {"--project", project_.path().string()});
    return run_aisle(arguments);
  }

  void run_well() {
    retailer_.write(project_.path());
    const ProgramResult result = run();
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  std::map<std::string, std::string> results() const {
    auto files = files_below(project_ / "data/artifacts");
    files.merge(files_below(project_ / "data/processed"));
    return files;
  }

  // The program ends with this code and one line of this message, and the results stay as they are.
  void expect_refused(int exit_code, const std::string& message,
                      std::vector<std::string> arguments = {"run", "--quiet"}) {
    const auto before = results();
    const ProgramResult result = run(std::move(arguments));
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_EQ(last_line(result.err), "aisle: " + message);
    EXPECT_EQ(difference(results(), before), "");
  }

  // The project's files become those of the changed retailer; then as expect_refused.
  void expect_data_refused(const std::string& message) {
    retailer_.write(project_.path());
    expect_refused(3, message);
  }

  void expect_options_refused(int exit_code, const std::string& options, const std::string& message) {
    retailer_.write(project_.path(), options);
    expect_refused(exit_code, message);
  }

  // The run ends well and says each of these lines.
  ProgramResult expect_well(const std::vector<std::string>& lines, const std::string& options = "") {
    retailer_.write(project_.path(), options);
    ProgramResult result = run();
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const std::string& line : lines) {
      EXPECT_NE(("\n" + result.err).find("\n" + line + "\n"), std::string::npos) << line << "\nin\n"
                                                                                 << result.err;
    }
    return result;
  }

  // Data rows of a table as messages show it, e.g. "2,650".
  std::string n_rows(const std::string& table) const {
    const std::size_t n = retailer_.tables.at(table).size() - 1;
    return n < 1000 ? fmt::format("{}", n) : fmt::format("{},{:03}", n / 1000, n % 1000);
  }

  std::string quarantined(const std::string& table) const {
    return read_text(project_ / "data/quarantine" / table);
  }

  TemporaryFolder project_;
  SmallRetailer retailer_{16, 60};
};

}  // namespace aisle::testing
