#include "aisle/engine/session_files.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "tests/support/temporary_folder.h"

namespace aisle {
namespace {

const SessionRecord kRecord = {"sc://h:1", "maria", "11111111-2222-4333-8444-555555555555"};

// A process that ends without a word, as if killed.
void leave_behind(const std::filesystem::path& folder, const SessionRecord& record) {
  const pid_t child = fork();
  if (child == 0) {
    new SessionFile(folder, record);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
}

std::vector<SessionRecord> left(const std::filesystem::path& folder, bool released) {
  std::vector<SessionRecord> found;
  release_left_sessions(folder, [&](const SessionRecord& record) {
    found.push_back(record);
    return released;
  });
  return found;
}

TEST(SessionFiles, AnOpenSessionIsNobodyElses) {
  const testing::TemporaryFolder folder("sessions");
  const SessionFile open(folder.path(), kRecord);
  EXPECT_TRUE(left(folder.path(), true).empty());
}

TEST(SessionFiles, ASessionThatEndsLeavesNothing) {
  const testing::TemporaryFolder folder("sessions");
  { const SessionFile open(folder.path(), kRecord); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(SessionFiles, WhatAKilledProcessLeftIsReleasedOnce) {
  const testing::TemporaryFolder folder("sessions");
  leave_behind(folder.path(), kRecord);
  EXPECT_EQ(left(folder.path(), false).size(), 1U) << "a server that does not answer is asked again";
  const std::vector<SessionRecord> found = left(folder.path(), true);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].url, kRecord.url);
  EXPECT_EQ(found[0].user, kRecord.user);
  EXPECT_EQ(found[0].id, kRecord.id);
  EXPECT_TRUE(left(folder.path(), true).empty());
}

TEST(SessionFiles, ASessionThatCouldNotBeReleasedIsLeftForTheNext) {
  const testing::TemporaryFolder folder("sessions");
  {
    SessionFile open(folder.path(), kRecord);
    open.leave();
  }
  EXPECT_EQ(left(folder.path(), true).size(), 1U);
}

TEST(SessionFiles, NoFolderHasNoSessions) {
  EXPECT_TRUE(left("/no such folder", true).empty());
}

}  // namespace
}  // namespace aisle
