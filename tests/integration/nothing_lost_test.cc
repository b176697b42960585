// Kill, full disk, read-only folder, two writers, Ctrl-C: the last good outputs stay whole, the next run ends
// well and gives the same bytes.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "aisle/project/project_paths.h"
#include "aisle/project/run_lock.h"
#include "tests/support/program.h"
#include "tests/support/small_disk.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

std::vector<std::string> run_arguments(const fs::path& project, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"run", "--quiet", "--project", project.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// What a run gives, without .aisle, where times live.
Files outputs(const fs::path& project) {
  Files files;
  for (const char* folder : {"data/validation", "data/quarantine", "data/processed", "data/artifacts"}) {
    for (auto& [name, bytes] : files_below(project / folder)) files[std::string(folder) + "/" + name] = bytes;
  }
  return files;
}

// Every name in `left` is whole: as it was before, or as a full run makes it.
void expect_each_whole(const Files& left, const Files& before, const Files& after) {
  for (const auto& [name, bytes] : left) {
    if (name.find(".aisle-") != std::string::npos) continue;  // what a killed process was writing
    const auto old = before.find(name);
    const auto fresh = after.find(name);
    const bool is_whole =
        (old != before.end() && old->second == bytes) || (fresh != after.end() && fresh->second == bytes);
    EXPECT_TRUE(is_whole) << name << " is neither the old nor the new output";
  }
}

class NothingLost : public ::testing::Test {
 protected:
  NothingLost() { retailer_.write(project_.path()); }

  // Seconds of one forced run and what it leaves under other options.
  double run_and_time(const std::vector<std::string>& more) {
    const auto start = std::chrono::steady_clock::now();
    const ProgramResult result = run_aisle(run_arguments(project_.path(), more));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  const std::vector<std::string> other_ = {"--force", "--set", "hdbscan.min_cluster_size=4", "--set",
                                           "features.until=2024-04-15"};
  SmallRetailer retailer_;
  TemporaryFolder project_{"nothing lost"};
};

TEST_F(NothingLost, KilledAtTwentyPointsOfARun) {
  run_and_time(other_);
  const Files after = outputs(project_.path());
  double seconds = run_and_time({"--force"});
  const Files before = outputs(project_.path());
  ASSERT_NE(difference(before, after), "");
  // A kill may come after the end; then the point is tried again, at most 60 times in all.
  int n_killed = 0;
  for (int attempt = 0; attempt < 60 && n_killed < 20; ++attempt) {
    RunningProgram program(run_arguments(project_.path(), other_));
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds * (1 + attempt % 20) / 21));
    program.send(SIGKILL);
    n_killed += program.wait().exit_code == 128 + SIGKILL ? 1 : 0;
    expect_each_whole(outputs(project_.path()), before, after);
    seconds = std::min(seconds, run_and_time({"--force"}));
    ASSERT_EQ(difference(outputs(project_.path()), before), "") << "after kill " << n_killed;
  }
  EXPECT_EQ(n_killed, 20);
}

// A kill between the renames of the model's files leaves those of two fits: readers refuse, a run mends.
TEST_F(NothingLost, FilesOfTwoFitsAreNotReadAsOne) {
  run_and_time(other_);
  const fs::path artifacts = project_ / "data/artifacts";
  const fs::path kept = project_ / "kept";
  fs::copy(artifacts, kept, fs::copy_options::recursive);
  run_and_time({"--force"});
  const Files after = outputs(project_.path());
  const auto expect_refused = [&] {
    const ProgramResult result = run_aisle(run_arguments(project_.path(), {"--only", "segments", "--force"}));
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_NE(
        result.err.find("data/artifacts/metrics.json: is not of the same fit as model/; run `aisle train`"),
        std::string::npos)
        << result.err;
    run_and_time({});
    EXPECT_EQ(difference(outputs(project_.path()), after), "");
  };
  const auto put_back = [&](const char* name) {
    fs::remove_all(artifacts / name);
    fs::copy(kept / name, artifacts / name, fs::copy_options::recursive);
  };
  put_back("metrics.json");
  put_back("final_clustered_stores.parquet");
  expect_refused();
  put_back("metrics.json");
  expect_refused();
  put_back("model");
  expect_refused();
}

TEST_F(NothingLost, CtrlCEndsWithCode130AndTheNextRunEndsWell) {
  const double seconds = run_and_time({"--force"});
  const Files before = outputs(project_.path());
  bool seen = false;
  for (int attempt = 0; attempt < 20 && !seen; ++attempt) {
    RunningProgram program(run_arguments(project_.path(), {"--force"}));
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds * (attempt + 1) / 40));
    program.send(SIGINT);
    const ProgramResult result = program.wait();
    // Before the handler was there the signal itself ends the program, with the same code and no word.
    seen = result.exit_code == 130 && result.err.find("aisle: cancelled") != std::string::npos;
  }
  EXPECT_TRUE(seen);
  run_and_time({});
  EXPECT_EQ(difference(outputs(project_.path()), before), "");
}

TEST_F(NothingLost, ASecondWriterSaysWhoHoldsTheLock) {
  const RunLock lock(ProjectPaths(project_.path()), "run");
  const ProgramResult result = run_aisle(run_arguments(project_.path()));
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_NE(result.err.find("process " + std::to_string(::getpid())), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("aisle run"), std::string::npos) << result.err;
  EXPECT_EQ(run_aisle({"status", "--project", project_.path().string()}).exit_code, 0)
      << "readers take no lock";
}

TEST_F(NothingLost, TwoWritersAtOnceLeaveOneWholeResult) {
  run_and_time({"--force"});
  const Files before = outputs(project_.path());
  RunningProgram first(run_arguments(project_.path(), {"--force"}));
  RunningProgram second(run_arguments(project_.path(), {"--force"}));
  const int first_code = first.wait().exit_code;
  const int second_code = second.wait().exit_code;
  EXPECT_TRUE(first_code == 0 || second_code == 0);
  EXPECT_TRUE((first_code == 0 || first_code == 4) && (second_code == 0 || second_code == 4));
  EXPECT_EQ(difference(outputs(project_.path()), before), "");
}

TEST_F(NothingLost, AFullDiskLeavesTheLastGoodOutputWhole) {
  const fs::path folder = project_ / "small";
  const SmallDisk disk(folder, "3m");
  if (!disk.mounted()) GTEST_SKIP() << "a tmpfs cannot be mounted here (it needs root)";
  retailer_.write(folder);
  ASSERT_EQ(run_aisle(run_arguments(folder)).exit_code, 0);
  const Files before = outputs(folder);
  write_text(folder / "ballast", std::string(8 << 20, 'x'));  // takes what is left
  const ProgramResult result = run_aisle(run_arguments(folder, other_));
  EXPECT_EQ(result.exit_code, 4) << result.err;
  EXPECT_NE(result.err.find("the disk is full"), std::string::npos) << result.err;
  EXPECT_EQ(difference(outputs(folder), before), "");
  fs::remove(folder / "ballast");
  EXPECT_EQ(run_aisle(run_arguments(folder)).exit_code, 0);
  EXPECT_EQ(difference(outputs(folder), before), "");
}

TEST_F(NothingLost, AReadOnlyProjectSaysSo) {
  const fs::path folder = project_ / "small";
  {
    const SmallDisk disk(folder, "20m");
    if (!disk.mounted()) GTEST_SKIP() << "a tmpfs cannot be mounted here (it needs root)";
    retailer_.write(folder);
    ASSERT_EQ(run_aisle(run_arguments(folder)).exit_code, 0);
    const Files before = outputs(folder);
    ASSERT_EQ(::mount("tmpfs", folder.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
    const ProgramResult result = run_aisle(run_arguments(folder, other_));
    EXPECT_EQ(result.exit_code, 4) << result.err;
    EXPECT_NE(result.err.find("the file system is read-only"), std::string::npos) << result.err;
    EXPECT_EQ(difference(outputs(folder), before), "");
  }
}

}  // namespace
}  // namespace aisle::testing
