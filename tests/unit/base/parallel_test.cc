#include "aisle/base/parallel.h"

#include <gtest/gtest.h>

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
  EXPECT_GE(seen.size(), 5u);
  EXPECT_LE(seen.size(), 7u);
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
