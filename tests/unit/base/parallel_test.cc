#include "aisle/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace aisle {
namespace {

double harmonic_sum() {
  return parallel_sum(1'000'003, 1000, [](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += 1.0 / static_cast<double>(i + 1);
    return sum;
  });
}

TEST(Parallel, SumsAreTheSameBitsForAnyNumberOfThreads) {
  std::vector<double> sums;
  for (const int threads : {1, 2, 7}) {
    const ThreadLimit limit(threads);
    sums.push_back(harmonic_sum());
  }
  EXPECT_EQ(sums[0], sums[1]);
  EXPECT_EQ(sums[0], sums[2]);
  EXPECT_NEAR(sums[0], std::log(1'000'003.0) + 0.5772156649, 1e-6);
}

TEST(Parallel, SevenThreadsAreSevenEvenOnFewerCores) {
  const ThreadLimit limit(7);
  std::mutex mutex;
  std::set<std::thread::id> seen;
  parallel_for(200, [&](std::size_t) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const std::lock_guard lock(mutex);
    seen.insert(std::this_thread::get_id());
  });
  EXPECT_GE(seen.size(), 3u);  // seven on an idle machine
  EXPECT_LE(seen.size(), 7u);
}

// A thread that waits for its inner loop may help with that loop only.
TEST(Parallel, AThreadIsInOneOuterBodyAtATime) {
  for (const int threads : {2, 7}) {
    const ThreadLimit limit(threads);
    std::atomic<int> most{0};
    std::atomic<int> n_inner{0};
    parallel_for(60, [&](std::size_t) {
      thread_local int live = 0;
      ++live;
      for (int seen = most.load(); live > seen && !most.compare_exchange_weak(seen, live);) {
      }
      // Uneven, so that a thread has to wait for parts that others took.
      parallel_for(16, [&](std::size_t item) {
        std::this_thread::sleep_for(std::chrono::microseconds(item % 8 == 0 ? 1500 : 10));
        ++n_inner;
      });
      --live;
    });
    EXPECT_EQ(most.load(), 1) << threads << " threads";
    EXPECT_EQ(n_inner.load(), 960);
  }
}

TEST(Parallel, NestedLimitsComeBack) {
  const ThreadLimit outer(7);
  {
    const ThreadLimit inner(1);
    std::set<std::thread::id> seen;
    parallel_for(50, [&](std::size_t) { seen.insert(std::this_thread::get_id()); });
    EXPECT_EQ(seen.size(), 1u);
  }
  EXPECT_EQ(thread_count(), 7);
}

TEST(Parallel, EachItemIsVisitedOnce) {
  for (const std::size_t n : {0u, 1u, 99u, 100u, 101u}) {
    std::vector<int> visits(n);
    parallel_for_blocks(n, 10, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) ++visits[i];
    });
    EXPECT_EQ(visits, std::vector<int>(n, 1));
  }
}

TEST(Parallel, AnExceptionComesBack) {
  EXPECT_THROW(parallel_for(100,
                            [](std::size_t item) {
                              if (item == 57) throw std::runtime_error("57");
                            }),
               std::runtime_error);
}

}  // namespace
}  // namespace aisle
