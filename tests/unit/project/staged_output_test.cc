#include "aisle/project/staged_output.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "aisle/base/errors.h"
#include "aisle/project/options_edit.h"
#include "aisle/project/project_paths.h"
#include "aisle/project/run_lock.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

class StagedOutputTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/aisle-staged-XXXXXX";
    dir_ = fs::path(::mkdtemp(name)) / "a folder with ç";
    fs::create_directory(dir_);
  }
  void TearDown() override { fs::remove_all(dir_.parent_path()); }

  static void put(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }
  std::size_t names_in_dir() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(dir_), fs::directory_iterator()));
  }

  fs::path dir_;
};

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "no error";
}

// Runs `work` in a child process; it is killed as it stops itself, or ends by itself. Gives its exit status.
int in_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST_F(StagedOutputTest, AFileIsThereAfterCommitOnly) {
  const fs::path target = dir_ / "new" / "out.txt";
  {
    StagedOutput output(target, StagedOutput::Kind::kFile);
    put(output.path(), "one");
    EXPECT_FALSE(fs::exists(target));
    EXPECT_EQ(output.path().parent_path(), target.parent_path());
    output.commit();
    EXPECT_THROW(output.commit(), InternalError);
  }
  EXPECT_EQ(read_file(target), "one");
  write_file(target, "two");
  EXPECT_EQ(read_file(target), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(target.parent_path()), fs::directory_iterator()), 1);
}

TEST_F(StagedOutputTest, WithoutCommitTheOldStays) {
  const fs::path target = dir_ / "out.txt";
  write_file(target, "old");
  {
    StagedOutput output(target, StagedOutput::Kind::kFile);
    put(output.path(), "new");
  }
  EXPECT_EQ(read_file(target), "old");
  EXPECT_EQ(names_in_dir(), 1u);
}

TEST_F(StagedOutputTest, AFolderReplacesAFolderWhole) {
  const fs::path target = dir_ / "model";
  fs::create_directories(target / "deep");
  put(target / "deep" / "stale.json", "old");
  {
    StagedOutput output(dir_ / "model/", StagedOutput::Kind::kFolder);
    fs::create_directory(output.path() / "part");
    put(output.path() / "part" / "a.json", "new");
    output.commit();
  }
  EXPECT_FALSE(fs::exists(target / "deep"));
  EXPECT_EQ(read_file(target / "part" / "a.json"), "new");
  EXPECT_EQ(names_in_dir(), 1u);
}

TEST_F(StagedOutputTest, AFileReplacesAFolderAndBack) {
  const fs::path target = dir_ / "store_features.parquet";
  fs::create_directory(target);
  put(target / "part-0.parquet", "old");
  write_file(target, "file");
  EXPECT_EQ(read_file(target), "file");
  {
    StagedOutput output(target, StagedOutput::Kind::kFolder);
    output.commit();
  }
  EXPECT_TRUE(fs::is_directory(target));
  EXPECT_EQ(names_in_dir(), 1u);
}

TEST_F(StagedOutputTest, AKilledWriterLeavesTheOldAndItsLeftoversGo) {
  const fs::path file = dir_ / "metrics.json", folder = dir_ / "model";
  write_file(file, "old");
  fs::create_directory(folder);
  put(folder / "a", "old");
  const int status = in_child([&] {
    StagedOutput one(file, StagedOutput::Kind::kFile);
    put(one.path(), "half");
    StagedOutput two(folder, StagedOutput::Kind::kFolder);
    put(two.path() / "a", "half");
    ::kill(::getpid(), SIGKILL);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(read_file(file), "old");
  EXPECT_EQ(read_file(folder / "a"), "old");
  EXPECT_EQ(names_in_dir(), 4u);
  write_file(file, "next");
  { StagedOutput output(folder, StagedOutput::Kind::kFolder); }
  EXPECT_EQ(names_in_dir(), 2u);
  EXPECT_EQ(read_file(file), "next");
  EXPECT_EQ(read_file(folder / "a"), "old");
}

TEST_F(StagedOutputTest, ALivingWritersFileIsLeftAlone) {
  const fs::path target = dir_ / "out.txt";
  StagedOutput first(target, StagedOutput::Kind::kFile);
  put(first.path(), "first");
  const int status = in_child([&] { write_file(target, "second"); });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read_file(first.path()), "first");
  first.commit();
  EXPECT_EQ(read_file(target), "first");
}

// On a file system that cannot swap two names, a kill may come between two renames.
TEST_F(StagedOutputTest, AFolderThatWasMovedAsideByAKilledWriterComesBack) {
  const fs::path target = dir_ / "model";
  pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  ::waitpid(dead, nullptr, 0);
  const fs::path aside = dir_ / (".model.aisle-" + std::to_string(dead) + "-0.old");
  fs::create_directory(aside);
  put(aside / "a", "last good");
  { StagedOutput output(target, StagedOutput::Kind::kFolder); }
  EXPECT_EQ(read_file(target / "a"), "last good");
  EXPECT_EQ(names_in_dir(), 1u);
}

TEST_F(StagedOutputTest, NoPermission) {
  ::chmod(dir_.parent_path().c_str(), 0755);
  ::chmod(dir_.c_str(), 0555);
  const fs::path target = dir_ / "out.txt";
  const int status = in_child([&] {
    // Root may write anywhere: become someone else first.
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(2);
    const std::string message = message_of([&] { write_file(target, "x"); });
    const std::string expected =
        target.string() +
        ": no permission: it cannot be written; change the rights of the file or its "
        "folder, or run as its owner";
    ::_exit(message == expected ? 0 : 1);
  });
  ::chmod(dir_.c_str(), 0755);
  EXPECT_EQ(status, 0);
}

TEST_F(StagedOutputTest, OtherPlacesThatCannotBeWritten) {
  put(dir_ / "file", "x");
  EXPECT_EQ(message_of([&] { write_file(dir_ / "file" / "out.txt", "x"); }),
            (dir_ / "file" / "out.txt").string() + ": a part of this path is a file, not a folder");
  EXPECT_EQ(message_of([&] { read_file(dir_ / "absent"); }),
            (dir_ / "absent").string() + ": there is no such file or folder");
  EXPECT_EQ(message_of([&] { read_file(dir_); }), dir_.string() + ": it cannot be read (Is a directory)");
}

class Mounted {
 public:
  explicit Mounted(fs::path place) : place_(std::move(place)) {
    fs::create_directory(place_);
    works_ = ::mount("tmpfs", place_.c_str(), "tmpfs", 0, "size=256k") == 0;
  }
  ~Mounted() {
    if (works_) ::umount(place_.c_str());
  }
  bool works() const { return works_; }
  bool make_read_only() const {
    return ::mount("tmpfs", place_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=256k") == 0;
  }

 private:
  fs::path place_;
  bool works_ = false;
};

TEST_F(StagedOutputTest, AFullDiskLeavesTheOld) {
  const Mounted mounted(dir_ / "small");
  if (!mounted.works()) GTEST_SKIP() << "a small tmpfs can be mounted by root alone";
  const fs::path target = dir_ / "small" / "out.bin";
  write_file(target, "old");
  EXPECT_EQ(message_of([&] { write_file(target, std::string(1 << 20, 'x')); }),
            target.string() + ": the disk is full; free some space and run again");
  EXPECT_EQ(read_file(target), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_ / "small"), fs::directory_iterator()), 1);
}

TEST_F(StagedOutputTest, AReadOnlyFileSystem) {
  const Mounted mounted(dir_ / "small");
  if (!mounted.works() || !mounted.make_read_only()) {
    GTEST_SKIP() << "a read-only tmpfs can be mounted by root alone";
  }
  const fs::path target = dir_ / "small" / "out.bin";
  EXPECT_EQ(message_of([&] { write_file(target, "x"); }),
            target.string() + ": the file system is read-only; choose a project folder that can be written");
}

TEST_F(StagedOutputTest, ARewrittenFileKeepsItsLinkAndItsPermissions) {
  fs::create_directory(dir_ / "elsewhere");
  put(dir_ / "elsewhere/options", "old");
  fs::permissions(dir_ / "elsewhere/options", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("elsewhere/options", dir_ / "link");
  rewrite_file(dir_ / "link", "new");
  EXPECT_TRUE(fs::is_symlink(dir_ / "link"));
  EXPECT_EQ(read_file(dir_ / "elsewhere/options"), "new");
  EXPECT_EQ(fs::status(dir_ / "elsewhere/options").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  rewrite_file(dir_ / "fresh", "text");
  EXPECT_EQ(read_file(dir_ / "fresh"), "text");
}

TEST_F(StagedOutputTest, TheSecondWriterIsToldWhoHoldsTheLock) {
  const ProjectPaths paths(dir_);
  {
    const RunLock lock(paths, "run");
    const int status = in_child([&] {
      const std::string message = message_of([&] { RunLock second(paths, "train"); });
      const std::string begin = dir_.string() + ": `aisle run` (process " + std::to_string(::getppid()) +
                                ") has been writing to this project since 20";
      const std::string end = "; wait until it has ended, or end it";
      ::_exit(message.starts_with(begin) && message.ends_with(end) ? 0 : 1);
    });
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(message_of([&] { RunLock again(paths, "train"); }), "no error");
}

TEST_F(StagedOutputTest, AKilledHolderLeavesNoLock) {
  const ProjectPaths paths(dir_);
  in_child([&] {
    const RunLock lock(paths, "run");
    ::kill(::getpid(), SIGKILL);
  });
  EXPECT_EQ(message_of([&] { RunLock next(paths, "run"); }), "no error");
}

TEST(ProjectPaths, Relative) {
  const ProjectPaths paths("/some/where/");
  EXPECT_EQ(paths.root, "/some/where");
  EXPECT_EQ(paths.relative("/some/where/data/artifacts/model"), "data/artifacts/model");
  EXPECT_EQ(paths.relative(paths.metrics), "data/artifacts/metrics.json");
  EXPECT_EQ(paths.relative("/some/else"), "/some/else");
}

}  // namespace
}  // namespace aisle
