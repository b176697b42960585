// Every line's exact shape: Dagster's reader stops at the first that is not as it wants it.
#include "aisle/flow/dagster_pipes.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <limits>
#include <sstream>
#include <string>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

constexpr const char* kHead = R"({"__dagster_pipes_version":"0.1","method":)";

TEST(PipesMessages, OpenAndClose) {
  EXPECT_EQ(pipes_opened(), std::string(kHead) + R"("opened","params":{"extras":{}}})");
  EXPECT_EQ(pipes_closed(), std::string(kHead) + R"("closed","params":{}})");
  EXPECT_EQ(pipes_closed("DataError", "bad \"rows\"\nin sales"),
            std::string(kHead) +
                R"("closed","params":{"exception":{"message":"bad \"rows\"\nin sales","name":"DataError",)"
                R"("stack":[],"cause":null,"context":null}}})");
}

TEST(PipesMessages, AnErrorForWhoStartedTheProcess) {
  EXPECT_EQ(
      pipes_error("DataError", "bad rows"),
      std::string(kHead) +
          R"("report_custom_message","params":{"payload":{"error":{"kind":"DataError","message":"bad rows"}}}})");
}

TEST(PipesMessages, LogsHaveDagstersLevels) {
  const auto line = [](const char* level) {
    return std::string(kHead) + R"("log","params":{"message":"hello","level":")" + level + "\"}}";
  };
  EXPECT_EQ(pipes_log(PipesLogLevel::kDebug, "hello"), line("DEBUG"));
  EXPECT_EQ(pipes_log(PipesLogLevel::kInfo, "hello"), line("INFO"));
  EXPECT_EQ(pipes_log(PipesLogLevel::kWarning, "hello"), line("WARNING"));
  EXPECT_EQ(pipes_log(PipesLogLevel::kError, "hello"), line("ERROR"));
}

TEST(PipesMessages, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(pipes_log(PipesLogLevel::kInfo, "a\xff"),
            std::string(kHead) + "\"log\",\"params\":{\"message\":\"a\xef\xbf\xbd\",\"level\":\"INFO\"}}");
}

TEST(PipesMessages, AMaterialisationHasThreeKeysAndTypedFigures) {
  const std::vector<PipesMetadata> metadata = {{"dagster/row_count", std::int64_t{100}, ""},
                                               {"whole", 1.0, ""},
                                               {"small", 1e-300, ""},
                                               {"none", std::numeric_limits<double>::quiet_NaN(), ""},
                                               {"verdict", std::string("weak"), "text"},
                                               {"page", std::string("http://x/y"), "url"}};
  EXPECT_EQ(pipes_materialisation("shop/report", "abc", metadata),
            std::string(kHead) +
                R"("report_asset_materialization","params":{"asset_key":"shop/report","data_version":"abc",)"
                R"("metadata":{"dagster/row_count":{"raw_value":100,"type":"int"},)"
                R"("whole":{"raw_value":1.0,"type":"float"},"small":{"raw_value":1e-300,"type":"float"},)"
                R"("verdict":{"raw_value":"weak","type":"text"},)"
                R"("page":{"raw_value":"http://x/y","type":"url"}}}})");
  EXPECT_EQ(pipes_materialisation("report", "", {}),
            std::string(kHead) +
                R"("report_asset_materialization","params":{"asset_key":"report","data_version":null,)"
                R"("metadata":{}}})");
}

TEST(PipesMessages, AChecksSeverityIsErrorOrWarn) {
  const auto line = [](const char* passed, const char* severity) {
    return std::string(kHead) +
           R"("report_asset_check","params":{"asset_key":"data_checks","check_name":"c","passed":)" + passed +
           R"(,"severity":")" + severity + R"(","metadata":{"failed rows":{"raw_value":3,"type":"int"}}}})";
  };
  const std::vector<PipesMetadata> metadata = {{"failed rows", std::int64_t{3}, ""}};
  EXPECT_EQ(pipes_check("data_checks", "c", true, CheckSeverity::kCritical, metadata), line("true", "ERROR"));
  EXPECT_EQ(pipes_check("data_checks", "c", false, CheckSeverity::kWarning, metadata), line("false", "WARN"));
  EXPECT_EQ(pipes_check("data_checks", "c", false, CheckSeverity::kInfo, metadata), line("false", "WARN"));
}

class DagsterPipesTest : public ::testing::Test {
 protected:
  DagsterPipes open(std::vector<std::string> asset_keys) {
    PipesBootstrap bootstrap;
    bootstrap.asset_keys = std::move(asset_keys);
    bootstrap.checks = checks_;
    bootstrap.messages = messages_.string();
    return DagsterPipes(std::move(bootstrap), "/shop", [this] { return recorded_; });
  }

  // The lines so far whose method is this one, without what every such line begins with.
  std::vector<std::string> lines(const std::string& method) const {
    const std::string begin = std::string(kHead) + "\"" + method + "\",\"params\":";
    std::vector<std::string> found;
    std::istringstream text(read_file(messages_));
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with(begin)) found.push_back(line.substr(begin.size()));
    }
    return found;
  }

  static CheckReported check(const std::string& name, bool passed, CheckSeverity severity,
                             std::int64_t n_failed) {
    return {"fact_sales", name, passed, severity, n_failed, passed ? "10 rows pass" : "some rows fail"};
  }

  static void make_checks(DagsterPipes& pipes) {
    pipes.emit(StageStarted{"data_checks", "Data checks", "it was never made"});
    pipes.emit(check("known", false, CheckSeverity::kWarning, 2));
    pipes.emit(check("known", true, CheckSeverity::kCritical, 0));
    pipes.emit(check("unique(id)", true, CheckSeverity::kCritical, 0));
    pipes.emit(check("undeclared", false, CheckSeverity::kCritical, 9));
  }

  using Lines = std::vector<std::string>;
  TemporaryFolder folder_{"pipes"};
  std::filesystem::path messages_ = folder_ / "messages";
  std::vector<CheckReported> recorded_;
  std::map<std::string, std::map<std::string, std::string>> checks_ = {
      {"fact_sales", {{"known", "sales_known"}, {"unique(id)", "sales_unique"}}}};
};

TEST_F(DagsterPipesTest, ReportsAMadeAssetOnceItsStageHasEnded) {
  DagsterPipes pipes = open({"shop/store_features"});
  pipes.emit(RunStarted{"run7", "run"});
  pipes.emit(StageStarted{"store_features", "Store features", "fact_sales changed"});
  pipes.emit(AssetMade{"store_features",
                       "data/processed/store_features.parquet",
                       "d1g",
                       100,
                       2048,
                       {{"columns", std::int64_t{53}}, {"share", 1.0}, {"place", std::string("https://x")}}});
  EXPECT_EQ(lines("report_asset_materialization"), Lines{});
  pipes.emit(StageFinished{"store_features", 0.5, 1});
  pipes.emit(RunFinished{true, 0.6});
  pipes.close();
  EXPECT_EQ(
      lines("report_asset_materialization"),
      Lines{R"({"asset_key":"shop/store_features","data_version":"d1g","metadata":{)"
            R"("dagster/row_count":{"raw_value":100,"type":"int"},"columns":{"raw_value":53,"type":"int"},)"
            R"("share":{"raw_value":1.0,"type":"float"},"place":{"raw_value":"https://x","type":"url"},)"
            R"("path":{"raw_value":"/shop/data/processed/store_features.parquet","type":"path"},)"
            R"("bytes":{"raw_value":2048,"type":"int"},"seconds":{"raw_value":0.5,"type":"float"},)"
            R"("why":{"raw_value":"fact_sales changed","type":"text"},)"
            R"("aisle run":{"raw_value":"run7","type":"text"}}}})"});
  EXPECT_EQ(lines("opened").size(), 1U);
  EXPECT_EQ(lines("closed"), Lines{"{}}"});
}

TEST_F(DagsterPipesTest, ReportsNothingThatDagsterDidNotAskFor) {
  checks_.clear();
  DagsterPipes pipes = open({"report"});
  make_checks(pipes);
  pipes.emit(AssetMade{"data_checks", "data/validation", "d", -1, 0, {}});
  pipes.emit(StageFinished{"data_checks", 0.1, 1});
  recorded_ = {check("known", false, CheckSeverity::kCritical, 1)};
  pipes.emit(AssetLeft{"data_checks", "fresh", "data/validation", "d", -1, 0, {}});
  EXPECT_EQ(lines("report_asset_materialization"), Lines{});
  EXPECT_EQ(lines("report_asset_check"), Lines{});
}

TEST_F(DagsterPipesTest, ReportsTheDeclaredChecksEachOnceByItsWorstResult) {
  DagsterPipes pipes = open({"data_checks"});
  make_checks(pipes);
  EXPECT_EQ(lines("report_asset_check"), Lines{});
  pipes.emit(AssetMade{"data_checks", "data/validation", "d", -1, 0, {}});
  pipes.emit(StageFinished{"data_checks", 0.1, 1});
  EXPECT_EQ(
      lines("report_asset_check"),
      (Lines{R"({"asset_key":"data_checks","check_name":"sales_known","passed":false,"severity":"WARN",)"
             R"("metadata":{"table":{"raw_value":"fact_sales","type":"text"},)"
             R"("failed rows":{"raw_value":2,"type":"int"},)"
             R"("result":{"raw_value":"some rows fail","type":"text"}}}})",
             R"({"asset_key":"data_checks","check_name":"sales_unique","passed":true,"severity":"ERROR",)"
             R"("metadata":{"table":{"raw_value":"fact_sales","type":"text"},)"
             R"("failed rows":{"raw_value":0,"type":"int"},)"
             R"("result":{"raw_value":"10 rows pass","type":"text"}}}})"}));
}

TEST_F(DagsterPipesTest, ReportsChecksWithoutTheirAssetWhereTheyAloneAreAskedFor) {
  DagsterPipes pipes = open({});
  recorded_ = {check("known", true, CheckSeverity::kWarning, 0)};
  pipes.emit(AssetLeft{"data_checks", "fresh", "data/validation", "d", -1, 0, {}});
  EXPECT_EQ(lines("report_asset_materialization"), Lines{});
  EXPECT_EQ(lines("report_asset_check").size(), 1U);
}

TEST_F(DagsterPipesTest, ReportsTheChecksOfAStageThatTheyStopped) {
  DagsterPipes pipes = open({"data_checks", "report"});
  make_checks(pipes);
  pipes.emit(StageFailed{"data_checks", "DataError", "data checks: 9 rows"});
  pipes.close("DataError", "data checks: 9 rows");
  pipes.close();  // once
  EXPECT_EQ(lines("report_asset_check").size(), 2U);
  EXPECT_EQ(lines("report_asset_materialization"), Lines{});
  EXPECT_EQ(lines("closed"), Lines{R"({"exception":{"message":"data checks: 9 rows","name":"DataError",)"
                                   R"("stack":[],"cause":null,"context":null}}})"});
}

TEST_F(DagsterPipesTest, ALeftAssetStandsAsItWasMade) {
  DagsterPipes pipes = open({"data_checks"});
  recorded_ = {check("known", false, CheckSeverity::kCritical, 1),
               check("unique(id)", true, CheckSeverity::kInfo, 0)};
  pipes.emit(
      AssetLeft{"data_checks", "fresh", "data/validation", "d1g", -1, 12, {{"failed", std::int64_t{1}}}});
  EXPECT_EQ(lines("report_asset_materialization"),
            Lines{R"({"asset_key":"data_checks","data_version":"d1g","metadata":{)"
                  R"("failed":{"raw_value":1,"type":"int"},)"
                  R"("path":{"raw_value":"/shop/data/validation","type":"path"},)"
                  R"("bytes":{"raw_value":12,"type":"int"},)"
                  R"("left as it is":{"raw_value":"fresh","type":"text"}}}})"});
  EXPECT_EQ(lines("report_asset_check").size(), 2U);
}

TEST_F(DagsterPipesTest, MessagesThatCannotBeWrittenAreOneError) {
  messages_ = folder_ / "nowhere/messages";
  try {
    open({"report"});
    FAIL() << "expected an error";
  } catch (const EnvironmentError& error) {
    EXPECT_EQ(error.what(), messages_.string() +
                                ": Dagster's messages cannot be written there; unset DAGSTER_PIPES_CONTEXT "
                                "and DAGSTER_PIPES_MESSAGES to run without it");
  }
}

TEST_F(DagsterPipesTest, ALostMessageStopsNothingAndIsSaidAtTheEnd) {
  DagsterPipes pipes = open({"report"});
  // No file may grow any more: a full disk, for this process.
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit full = before;
  full.rlim_cur = std::filesystem::file_size(messages_);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  pipes.emit(NoteMade{"report", "a note"});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  try {
    pipes.close();
    FAIL() << "expected an error";
  } catch (const EnvironmentError& error) {
    EXPECT_EQ(
        error.what(),
        messages_.string() +
            ": a message to Dagster was lost: the file cannot be written; the outputs are whole; free some "
            "disk space and materialise again");
  }
}

}  // namespace
}  // namespace aisle::testing
