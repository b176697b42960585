#include "aisle/track/outbox.h"

#include <gtest/gtest.h>

#include "aisle/track/run_store.h"
#include "aisle/track/sqlite_database.h"
#include "tests/support/temporary_folder.h"

namespace aisle {
namespace {

class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() : folder_("outbox"), file_(folder_ / "runs.db"), store_(file_), outbox_(file_) {}

  std::string finished_run(const std::string& model = "store-segments") {
    const std::string run = store_.start_run("run", "");
    outbox_.owe(run, "shop", model);
    store_.finish_run(run, RunStatus::kSucceeded);
    return run;
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path file_;
  RunStore store_;
  Outbox outbox_;
};

TEST_F(OutboxTest, OwesWhatIsOverOldestFirst) {
  const std::string first = finished_run();
  const std::string second = finished_run();
  const std::string running = store_.start_run("run", "");
  outbox_.owe(running, "shop", "");
  const auto owed = outbox_.owed();
  ASSERT_EQ(owed.size(), 2U);
  EXPECT_EQ(owed[0].run, first);
  EXPECT_EQ(owed[0].experiment, "shop");
  EXPECT_EQ(owed[0].registered_model, "store-segments");
  EXPECT_EQ(owed[1].run, second);
}

TEST_F(OutboxTest, AKilledRunIsOwedOnceTheNextOneHasStarted) {
  const std::string killed = store_.start_run("run", "");
  outbox_.owe(killed, "shop", "");
  EXPECT_TRUE(outbox_.owed().empty());
  store_.start_run("run", "");
  ASSERT_EQ(outbox_.owed().size(), 1U);
  EXPECT_EQ(outbox_.owed()[0].run, killed);
}

TEST_F(OutboxTest, WhatIsSentIsOwedNoMoreAndKeepsItsAddress) {
  const std::string run = finished_run();
  outbox_.address(run, "http://127.0.0.1:5000");
  outbox_.set_url(run, "http://127.0.0.1:5000/#/experiments/1/runs/r");
  outbox_.mark_failed(run, "it was away");
  EXPECT_EQ(outbox_.find(run)->failure, "it was away");
  outbox_.mark_sent(run);
  EXPECT_TRUE(outbox_.owed().empty());
  EXPECT_TRUE(outbox_.find(run)->is_sent);
  EXPECT_EQ(outbox_.find(run)->failure, "");
  EXPECT_EQ(store_.find(run)->tracking_url, "http://127.0.0.1:5000/#/experiments/1/runs/r");
  EXPECT_EQ(RunStore(file_, RunStore::Access::kRead).last_runs(1).at(0).tracking_url,
            store_.find(run)->tracking_url);
}

TEST_F(OutboxTest, StepsOutliveTheProcessAndBelongToAServer) {
  const std::string run = finished_run();
  outbox_.address(run, "http://a");
  outbox_.record_step(run, "run", "r1");
  {
    const Outbox other(file_, Outbox::Access::kRead);
    EXPECT_EQ(other.result_of(run, "run"), "r1");
    EXPECT_EQ(other.result_of(run, "model"), std::nullopt);
  }
  outbox_.address(run, "http://a");
  EXPECT_EQ(outbox_.result_of(run, "run"), "r1");
  outbox_.address(run, "http://b");
  EXPECT_EQ(outbox_.result_of(run, "run"), std::nullopt);
}

TEST_F(OutboxTest, AnOlderRunIsOvertakenByANewerOneOfTheSameModel) {
  const std::string older = finished_run();
  const std::string newer = finished_run();
  const std::string other = finished_run("other");
  for (const std::string& run : {older, newer, other}) outbox_.address(run, "http://a");
  outbox_.record_step(other, "alias");
  EXPECT_FALSE(outbox_.is_overtaken(*outbox_.find(older), "alias"));
  outbox_.record_step(newer, "alias");
  EXPECT_TRUE(outbox_.is_overtaken(*outbox_.find(older), "alias"));
  EXPECT_FALSE(outbox_.is_overtaken(*outbox_.find(newer), "alias"));
}

TEST(OutboxOfAnOlderAisle, ReadersSeeNoneAndAWriterMakesIt) {
  const testing::TemporaryFolder folder("old run store");
  const std::filesystem::path file = folder / "runs.db";
  std::string run;
  {
    RunStore store(file);
    run = store.start_run("train", "a = 1\n");
    store.finish_run(run, RunStatus::kSucceeded);
  }
  {
    Sqlite database(file, Sqlite::Access::kWrite);  // as format 1 was
    database.execute(
        "DROP TABLE outbox_steps; DROP TABLE outbox; DROP TABLE run_inputs; "
        "PRAGMA user_version = 1");
  }
  EXPECT_TRUE(Outbox(file, Outbox::Access::kRead).owed().empty());
  {
    const RunStore reader(file, RunStore::Access::kRead);
    EXPECT_EQ(reader.find(run)->verb, "train");
    EXPECT_TRUE(reader.inputs(run).empty());
  }
  Outbox outbox(file);
  outbox.owe(run, "shop", "");
  EXPECT_EQ(outbox.owed().size(), 1U);
  EXPECT_EQ(RunStore(file).find(run)->options, "a = 1\n");
}

}  // namespace
}  // namespace aisle
