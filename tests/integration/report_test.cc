// `aisle report`: where it is written, what it holds for whom, and that names in the data stay text.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/program.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;

bool holds(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

class Report : public ::testing::Test {
 protected:
  ProgramResult in_project(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--project", project_.path().string()});
    return run_aisle(arguments);
  }
  std::string page(const std::string& name = "data/artifacts/report.html") {
    return read_text(project_ / name);
  }

  SmallRetailer retailer_;
  TemporaryFolder project_{"report"};
};

TEST_F(Report, ARunEndsWithItAndSaysWhereItIs) {
  retailer_.write(project_.path());
  const ProgramResult result = in_project({"run"});
  EXPECT_TRUE(holds(result.out, "Report: " + (project_ / "data/artifacts/report.html").string()))
      << result.out;
  EXPECT_TRUE(holds(page(), "<h1>16 stores fall into 2 clusters")) << page().substr(0, 4000);
  EXPECT_TRUE(holds(page(), "<svg") || !fs::exists(project_ / "data/artifacts/insight/map.json"));
}

TEST_F(Report, NamesWithMarkupStayText) {
  const std::string name = "</script><script>alert(1)</script>";
  retailer_.at("dim_store_management", 0, "store_name") = name;
  retailer_.at("dim_store_management", 1, "regional") = "\"<img src=x onerror=alert(1)> \"\"São\"\" 'João'\"";
  retailer_.write(project_.path(), "[project]\nname = \"<i>A&B</i><!--aisle:documents-->\"\n");
  const ProgramResult result = in_project({"report"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_FALSE(holds(page(), name));
  EXPECT_FALSE(holds(page(), "<img"));
  EXPECT_TRUE(holds(page(), "&lt;i&gt;A&amp;B&lt;/i&gt;"));
  EXPECT_FALSE(holds(page(), "<!--aisle:documents-->"));
}

TEST_F(Report, ForExecutivesHoldsNoStore) {
  for (int row = 0; row < 16; ++row) {
    retailer_.at("dim_store_management", row, "store_name") = "Quiet Corner " + std::to_string(row) + "x";
  }
  retailer_.write(project_.path());
  const fs::path out = project_ / "board/of directors.html";
  const ProgramResult result = in_project({"report", "--audience", "exec", "--out", out.string()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(holds(result.out, "Report: " + out.string())) << result.out;
  const std::string board = read_text(out);
  EXPECT_TRUE(holds(board, "16 stores fall into 2 clusters"));
  EXPECT_FALSE(holds(board, "Quiet Corner"));
  EXPECT_FALSE(holds(board, "id=\"aisle-stores\""));
  EXPECT_FALSE(holds(board, "id=\"aisle-map\""));
  // The project's own report stays the full one; without --out the other has a name of its own.
  EXPECT_EQ(in_project({"report", "--audience", "exec"}).exit_code, 0);
  EXPECT_EQ(page("data/artifacts/report-exec.html"), board);
  EXPECT_NE(page(), board);
}

TEST_F(Report, SaysWhatIsWrong) {
  retailer_.write(project_.path());
  const ProgramResult audience = in_project({"report", "--audience", "everyone"});
  EXPECT_EQ(audience.exit_code, 2);
  EXPECT_TRUE(holds(audience.err, "--audience") && holds(audience.err, "full or exec")) << audience.err;
  write_text(project_ / "a file", "");
  const ProgramResult place = in_project({"report", "--out", (project_ / "a file/report.html").string()});
  EXPECT_EQ(place.exit_code, 4);
  EXPECT_TRUE(holds(place.err, "a file")) << place.err;
}

TEST_F(Report, WithJsonSaysTheFile) {
  retailer_.write(project_.path());
  const std::string out = in_project({"report", "--json"}).out;
  const auto last = nlohmann::json::parse(out.substr(out.rfind('\n', out.size() - 2) + 1));
  EXPECT_EQ(last.at("event"), "result");
  EXPECT_EQ(last.at("file"), (project_ / "data/artifacts/report.html").string());
}

}  // namespace
}  // namespace aisle::testing
