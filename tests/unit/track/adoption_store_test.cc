// What was adopted, and which of it can be taken back.
#include "aisle/track/adoption_store.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace aisle {
namespace {

Adoption adoption(const std::string& before, const std::string& after) {
  return {.number = 0, .adopted_at = "", .tuning = "t", .trial = 1, .before = before, .after = after};
}

TEST(AdoptionStore, TheNewestThatIsNotUndoneIsTheLast) {
  const testing::TemporaryFolder folder("adoptions");
  const AdoptionStore store(folder / "runs.db");
  EXPECT_FALSE(store.last("a"));
  const std::int64_t first = store.add(adoption("a", "b"));
  const std::int64_t second = store.add(adoption("b", "c"));
  EXPECT_EQ(store.last("c")->number, second);
  EXPECT_EQ(store.last("edited")->number, second);
  store.mark_undone(second);
  EXPECT_EQ(store.last("b")->number, first);
  store.mark_undone(first);
  EXPECT_FALSE(store.last("a"));
}

TEST(AdoptionStore, OneThatWasNeverWrittenIsPassedOver) {
  const testing::TemporaryFolder folder("adoptions");
  const AdoptionStore store(folder / "runs.db");
  const std::int64_t first = store.add(adoption("a", "b"));
  store.add(adoption("b", "c"));  // and the process is killed
  EXPECT_EQ(store.last("b")->number, first);
  // Back to the same text by another trial is a change like any other.
  const std::int64_t there_and_back = store.add(adoption("b", "b"));
  EXPECT_EQ(store.last("b")->number, there_and_back);
}

}  // namespace
}  // namespace aisle
