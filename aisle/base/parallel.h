// Parallel loops over oneTBB whose results do not depend on the number of threads.
//
// The rule that makes it so: a range is cut into blocks of a fixed size, whatever the number of threads; a
// block writes only its own part of the output, and partial sums are added in the order of the blocks.
#pragma once

#include <cstddef>
#include <functional>

namespace aisle {

// Bounds the threads used by every loop while it lives; 0 means all cores. Not to be nested across threads.
class ThreadLimit {
 public:
  explicit ThreadLimit(int n_threads);  // at least 1, or 0 for all cores
  ~ThreadLimit();                       // the bound is as it was before
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  void* control_;
};

// Threads that loops may use now (at least 1).
int thread_count();

// Calls body(begin, end) for each block of [0, n); blocks have `block` items but the last. The calls may be
// concurrent; an exception from a body is rethrown here.
void parallel_for_blocks(std::size_t n, std::size_t block,
                         const std::function<void(std::size_t begin, std::size_t end)>& body);

// Calls body(item) for each item of [0, n), for items that are each a good deal of work.
void parallel_for(std::size_t n, const std::function<void(std::size_t item)>& body);

// Sum over blocks of partial(begin, end), added in block order: the same bits for any number of threads.
double parallel_sum(std::size_t n, std::size_t block,
                    const std::function<double(std::size_t begin, std::size_t end)>& partial);

}  // namespace aisle
