// The files that `report --out`, `predict`, `export` and `verify` write for people: a kill at any moment and
// a full disk leave the last one whole, and the next time ends well. (`export` on a full disk: export_test.)
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/integration/retailer_project.h"
#include "tests/support/small_disk.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

class WrittenFiles : public RetailerProject {
 protected:
  WrittenFiles() : RetailerProject("written files") { retailer_ = SmallRetailer(40, 120); }

  // Verb and arguments, by the name of what is written.
  std::map<std::string, std::vector<std::string>> commands() const {
    const std::string features = (project_ / "data/processed/store_features.parquet").string();
    return {{"report.html", {"report"}},
            {"stores.csv", {"predict", "--features", features}},
            {"stores.parquet", {"predict", "--features", features}},
            {"plan.xlsx", {"export"}},
            {"plan.csv", {"export"}},
            {"check", {"verify"}}};
  }

  std::vector<std::string> writing(const std::string& name, const fs::path& folder) const {
    std::vector<std::string> arguments = commands().at(name);
    arguments.insert(arguments.end(),
                     {"--quiet", "--out", (folder / name).string(), "--project", project_.path().string()});
    return arguments;
  }

  // Something whole that stood there before: a file, or the folder of an earlier `verify`.
  static void put_last_one(const fs::path& path) {
    fs::remove_all(path);
    write_text(path.filename() == "check" ? path / "verify.py" : path, "the last one");
  }

  // The file, or the files of the folder.
  static Files content(const fs::path& path) {
    if (fs::is_directory(path)) return files_below(path);
    return fs::exists(path) ? Files{{"", read_text(path)}} : Files{};
  }
};

TEST_F(WrittenFiles, AKillLeavesTheLastOneOrTheNewOneWhole) {
  run_well();
  const fs::path folder = project_ / "out";
  for (const auto& [name, arguments] : commands()) {
    const fs::path path = folder / name;
    put_last_one(path);
    const Files before = content(path);
    const auto start = std::chrono::steady_clock::now();
    ASSERT_EQ(run_aisle(writing(name, folder)).exit_code, 0) << name;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const Files after = content(path);
    ASSERT_NE(difference(before, after), "") << name;
    int n_killed = 0;
    for (int attempt = 0; attempt < 30 && n_killed < 8; ++attempt) {
      put_last_one(path);
      RunningProgram program(writing(name, folder));
      std::this_thread::sleep_for(seconds * (0.3 + 0.7 * (attempt % 10) / 10));
      program.send(SIGKILL);
      n_killed += program.wait().exit_code == 128 + SIGKILL ? 1 : 0;
      const Files left = content(path);
      EXPECT_TRUE(left == before || left == after) << name << ", kill " << n_killed;
    }
    EXPECT_EQ(n_killed, 8) << name;
    ASSERT_EQ(run_aisle(writing(name, folder)).exit_code, 0) << name;
    EXPECT_EQ(difference(content(path), after), "") << name;
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    EXPECT_TRUE(commands().contains(entry.path().filename().string())) << entry.path() << " was left behind";
  }
}

TEST_F(WrittenFiles, AFullDiskLeavesTheLastOneAndSaysSo) {
  run_well();
  const fs::path folder = project_ / "disk";
  const SmallDisk disk(folder, "64k");
  if (!disk.mounted()) GTEST_SKIP() << "a tmpfs cannot be mounted here (it needs root)";
  for (const char* name : {"report.html", "stores.csv", "stores.parquet", "check"}) {
    const fs::path path = folder / name;
    put_last_one(path);
    const Files before = content(path);
    write_text(folder / "ballast", std::string(64 * 1024, 'x'));  // as much as there is room for
    const ProgramResult result = run_aisle(writing(name, folder));
    EXPECT_EQ(result.exit_code, 4) << name << "\n" << result.err;
    EXPECT_EQ(last_line(result.err).find("aisle: " + path.string()), 0u) << result.err;
    EXPECT_NE(result.err.find("the disk is full; free some space and run again"), std::string::npos)
        << name << "\n"
        << result.err;
    EXPECT_EQ(difference(content(path), before), "") << name;
    fs::remove_all(path);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << name << " left something behind";
  }
}

}  // namespace
}  // namespace aisle::testing
