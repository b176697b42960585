// The cache of digests: what it may keep, and that it only saves work.
#include "aisle/flow/asset_state.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "aisle/project/staged_output.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;

class AssetStateTest : public ::testing::Test {
 protected:
  // Writes the file in its place, and sets the time of its last change to so long ago.
  void write(const std::string& text, std::chrono::seconds age) {
    write_file(file_, text);
    fs::last_write_time(file_, fs::file_time_type::clock::now() - age);
  }

  std::string look_and_save() {
    AssetState state(paths_);
    std::string digest = state.digest(file_);
    state.save_digests();
    return digest;
  }

  // What a later process believes without reading: the cached digest, falsified, comes back when it is used.
  bool is_believed() {
    if (!fs::exists(cache_)) return false;
    std::string text = read_file(cache_);
    const std::string digest = AssetState(paths_).digest(file_);
    const auto at = text.find(digest);
    if (at == std::string::npos) return false;
    write_file(cache_, text.replace(at, digest.size(), "believed"));
    return AssetState(paths_).digest(file_) == "believed";
  }

  TemporaryFolder folder_{"state"};
  ProjectPaths paths_{folder_.path()};
  fs::path file_ = folder_ / "data/raw/fact_sales.csv";
  fs::path cache_ = folder_ / ".aisle/digests.json";
};

TEST_F(AssetStateTest, ALookKeepsTheDigestsThatItTook) {
  write("a,b\n", std::chrono::hours(1));
  EXPECT_FALSE(look_and_save().empty());
  EXPECT_TRUE(is_believed());
  EXPECT_FALSE(fs::exists(paths_.fingerprints)) << "a look makes no record";
}

TEST_F(AssetStateTest, AFileThatChangedIsReadAgain) {
  write("a,b\n", std::chrono::hours(1));
  const std::string before = look_and_save();
  write("a,c\n", std::chrono::hours(2));
  EXPECT_NE(look_and_save(), before);
}

// It may be written again before the file system's clock has moved on.
TEST_F(AssetStateTest, TheDigestOfAFileThatHasJustChangedIsNotKept) {
  write("a,b\n", std::chrono::seconds(0));
  look_and_save();
  EXPECT_FALSE(is_believed());
  write("a,b\n", -std::chrono::hours(1));  // by another machine's clock
  look_and_save();
  EXPECT_FALSE(is_believed());
}

TEST_F(AssetStateTest, AFolderThatCannotBeWrittenStopsNoLook) {
  write("a,b\n", std::chrono::hours(1));
  write_file(folder_ / ".aisle", "a file where the folder would be");
  AssetState state(paths_);
  EXPECT_FALSE(state.digest(file_).empty());
  EXPECT_NO_THROW(state.save_digests());
}

}  // namespace
}  // namespace aisle::testing
