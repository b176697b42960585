#include "aisle/track/run_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/track/run_recorder.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

class RunStoreTest : public testing::Test {
 protected:
  RunStoreTest()
      : folder_(fs::temp_directory_path() / ("aisle run store é " + std::to_string(getpid()) + " " +
                                             testing::UnitTest::GetInstance()->current_test_info()->name())),
        file_(folder_ / "state" / "runs.db") {
    fs::remove_all(folder_);
  }
  ~RunStoreTest() override {
    std::error_code error;
    fs::permissions(folder_ / "state", fs::perms::owner_all, error);
    fs::remove_all(folder_, error);
  }

  std::string message_of_opening() const {
    try {
      RunStore store(file_);
    } catch (const EnvironmentError& error) {
      return error.what();
    }
    return "opened";
  }

  fs::path folder_;
  fs::path file_;
};

TEST_F(RunStoreTest, KeepsARunWithAllThatBelongsToIt) {
  std::string run;
  {
    RunStore store(file_);
    run = store.start_run("run", "hdbscan.min_samples = 1\n");
    store.record_asset(run, {.key = "store_features",
                             .status = "made",
                             .why = "is missing",
                             .path = "data/processed/store_features.parquet",
                             .digest = "abc",
                             .n_rows = 100,
                             .n_bytes = 31064,
                             .seconds = 0.25,
                             .peak_bytes = 1 << 20});
    store.record_metric(run, {"cluster_model", "dbcv_score", 0.1});
    store.record_metric(run, {"cluster_model", "dbcv_score", 0.2});
    store.record_metric(run, {"cluster_model", "silhouette_score", std::numeric_limits<double>::quiet_NaN()});
    store.record_check(run, {.asset = "fact_sales",
                             .name = "qty is at least 1",
                             .passed = false,
                             .severity = "warning",
                             .n_failed = 3,
                             .message = "3 rows"});
    store.finish_run(run, RunStatus::kSucceeded);
  }
  const RunStore store(file_, RunStore::Access::kRead);
  const auto runs = store.last_runs(10);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].id, run);
  EXPECT_EQ(runs[0].verb, "run");
  EXPECT_EQ(runs[0].status, RunStatus::kSucceeded);
  EXPECT_EQ(runs[0].options, "hdbscan.min_samples = 1\n");
  EXPECT_EQ(runs[0].options_digest, digest_of("hdbscan.min_samples = 1\n"));
  EXPECT_EQ(runs[0].started_at.size(), std::string("2024-12-31T09:30:00.123Z").size());
  EXPECT_GE(runs[0].finished_at, runs[0].started_at);
  EXPECT_GE(runs[0].seconds, 0.0);
  EXPECT_LT(runs[0].seconds, 60.0);
  const auto assets = store.assets(run);
  ASSERT_EQ(assets.size(), 1U);
  EXPECT_EQ(assets[0].n_rows, 100);
  EXPECT_EQ(assets[0].digest, "abc");
  EXPECT_EQ(assets[0].peak_bytes, 1 << 20);
  EXPECT_EQ(assets[0].seconds, 0.25);
  const auto metrics = store.metrics(run);
  ASSERT_EQ(metrics.size(), 1U);
  EXPECT_EQ(metrics[0].value, 0.2);
  const auto checks = store.checks(run);
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_FALSE(checks[0].passed);
  EXPECT_EQ(checks[0].n_failed, 3);
  EXPECT_EQ(checks[0].message, "3 rows");
  EXPECT_TRUE(store.assets("unknown").empty());
}

TEST_F(RunStoreTest, GivesTheNewestRunsFirstAndMarksThoseThatWereCutOff) {
  RunStore store(file_);
  const std::string first = store.start_run("train", "");
  const std::string second = store.start_run("run", "");
  EXPECT_NE(first, second);
  store.finish_run(second, RunStatus::kFailed, "disk full");
  const std::string third = store.start_run("check", "");
  const auto runs = store.last_runs(3);
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_EQ(runs[0].id, third);
  EXPECT_EQ(runs[0].status, RunStatus::kRunning);
  EXPECT_EQ(runs[0].finished_at, "");
  EXPECT_EQ(runs[0].seconds, 0.0);
  EXPECT_EQ(runs[1].id, second);
  EXPECT_EQ(runs[1].status, RunStatus::kFailed);
  EXPECT_EQ(runs[1].message, "disk full");
  EXPECT_EQ(runs[2].id, first);
  EXPECT_EQ(runs[2].status, RunStatus::kInterrupted);
  EXPECT_EQ(store.last_runs(1).size(), 1U);
}

TEST_F(RunStoreTest, ReplacesTheDaysOfATable) {
  RunStore store(file_);
  store.set_volumes("fact_sales", {{10, 500, 5}, {11, 480, 5}});
  store.set_volumes("fact_inventory", {{10, 7, -1}});
  store.set_volumes("fact_sales", {{12, 490, 4}, {11, 481, 5}});
  const auto days = store.volumes("fact_sales");
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].day, 11);
  EXPECT_EQ(days[0].n_rows, 481);
  EXPECT_EQ(days[1].day, 12);
  EXPECT_EQ(days[1].n_stores, 4);
  EXPECT_EQ(store.volumes("fact_inventory").front().n_stores, -1);
  EXPECT_TRUE(store.volumes("dim_product").empty());
}

TEST_F(RunStoreTest, ReadersSeeAWholeStoreWhileAWriterWrites) {
  RunStore writer(file_);
  writer.start_run("run", "first");
  std::atomic<bool> stop{false};
  std::atomic<int> n_broken{0};
  const auto read = [&] {
    const RunStore reader(file_, RunStore::Access::kRead);
    while (!stop) {
      const auto days = reader.volumes("fact_sales");
      if (!days.empty() && days.size() != 200) ++n_broken;
      if (reader.last_runs(5).empty()) ++n_broken;
    }
  };
  std::thread first_reader(read);
  std::thread second_reader(read);
  for (int round = 0; round < 20; ++round) {
    std::vector<DailyVolume> days;
    for (int day = 0; day < 200; ++day) days.push_back({day, round, 1});
    writer.set_volumes("fact_sales", days);
  }
  stop = true;
  first_reader.join();
  second_reader.join();
  EXPECT_EQ(n_broken, 0);
}

TEST_F(RunStoreTest, AnAbsentStoreReadsAsEmptyAndIsNotMade) {
  const RunStore store(file_, RunStore::Access::kRead);
  EXPECT_TRUE(store.last_runs(5).empty());
  EXPECT_TRUE(store.volumes("fact_sales").empty());
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(RunStoreTest, SaysWhatToDoWithADamagedFile) {
  fs::create_directories(file_.parent_path());
  std::ofstream(file_) << "this is no database, whatever it is, and long enough to be looked at as one "
                          "with a header of a hundred bytes and more";
  EXPECT_EQ(message_of_opening(),
            file_.string() +
                ": is damaged or no run store (file is not a database); move it away and run "
                "again: a new one is made, and only the history of runs is lost");
}

TEST_F(RunStoreTest, SaysWhenATruncatedFileIsReadOrWritten) {
  {
    RunStore store(file_);
    std::vector<DailyVolume> days;
    for (int day = 0; day < 5000; ++day) days.push_back({day, day, 1});
    store.set_volumes("fact_sales", days);
  }
  fs::resize_file(file_, fs::file_size(file_) / 2);
  try {
    RunStore store(file_);
    store.volumes("fact_sales");
    FAIL() << "a truncated store was read";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("is damaged or no run store"), std::string::npos)
        << error.what();
  }
}

TEST_F(RunStoreTest, RefusesAStoreOfANewerAisle) {
  { RunStore store(file_); }
  {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(63);  // the last byte of user_version in SQLite's header
    file.put(9);
  }
  EXPECT_EQ(message_of_opening(),
            file_.string() + ": has format 9, made by a newer aisle; expected at most 2; update aisle");
}

TEST_F(RunStoreTest, RecordsTheStreamOfEvents) {
  RunStore store(file_);
  const std::string run = store.start_run("run", "");
  RunRecorder record(store, run);
  record(StageStarted{.asset = "cluster_model", .title = "Cluster model", .why = "is missing"});
  record(Progress{.asset = "cluster_model", .done = 1, .total = 2, .unit = "steps"});
  record(AssetMade{
      .asset = "cluster_model",
      .path = "data/artifacts/model",
      .digest = "d",
      .n_rows = 100,
      .n_bytes = 5,
      .figures = {{"n_clusters", std::int64_t{8}}, {"dbcv_score", 0.1}, {"verdict", std::string("weak")}}});
  record(StageFinished{.asset = "cluster_model", .seconds = 0.5, .peak_bytes = 7});
  record(AssetLeft{.asset = "fact_sales", .why = "fresh", .path = "", .digest = "", .figures = {}});
  record(CheckReported{.asset = "fact_sales",
                       .name = "volume",
                       .passed = true,
                       .severity = CheckSeverity::kInfo,
                       .n_failed = 0,
                       .message = ""});
  record(StageFailed{.asset = "segments", .error_kind = "DataError", .message = "no"});
  const auto assets = store.assets(run);
  ASSERT_EQ(assets.size(), 3U);
  EXPECT_EQ(assets[0].status, "made");
  EXPECT_EQ(assets[0].why, "is missing");
  EXPECT_EQ(assets[0].seconds, 0.5);
  EXPECT_EQ(assets[0].digest, "d");
  EXPECT_EQ(assets[1].status, "left");
  EXPECT_EQ(assets[2].status, "failed");
  EXPECT_EQ(assets[2].why, "no");
  const auto metrics = store.metrics(run);
  ASSERT_EQ(metrics.size(), 2U);
  EXPECT_EQ(metrics[0].name, "n_clusters");
  EXPECT_EQ(metrics[0].value, 8);
  EXPECT_EQ(store.checks(run).front().severity, "info");
}

}  // namespace
}  // namespace aisle
