#include "aisle/base/parallel.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <numeric>
#include <vector>

#ifdef __SANITIZE_THREAD__
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#endif

namespace aisle {
namespace {

// What comes before a loop is seen by its blocks, and what they did by what comes after. TBB sees to it; the
// thread sanitizer, which cannot look into libtbb, is told.
class LoopOrder {
 public:
#ifdef __SANITIZE_THREAD__
  LoopOrder() {
    __tsan_release(&begin_);
  }
  ~LoopOrder() {
    __tsan_acquire(&end_);
  }
  void block_begins() {
    __tsan_acquire(&begin_);
  }
  void block_ends() {
    __tsan_release(&end_);
  }

 private:
  char begin_ = 0;
  char end_ = 0;
#else
  void block_begins() {}
  void block_ends() {}
#endif
};

}  // namespace

ThreadLimit::ThreadLimit(int n_threads)
    : control_(new tbb::global_control(
          tbb::global_control::max_allowed_parallelism,
          static_cast<std::size_t>(n_threads > 0 ? n_threads : tbb::info::default_concurrency()))) {}

ThreadLimit::~ThreadLimit() {
  delete static_cast<tbb::global_control*>(control_);
}

int thread_count() {
  return std::max(
      1, static_cast<int>(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism)));
}

void parallel_for_blocks(std::size_t n, std::size_t block,
                         const std::function<void(std::size_t, std::size_t)>& body) {
  block = std::max<std::size_t>(1, block);
  const std::size_t n_blocks = (n + block - 1) / block;
  if (n_blocks <= 1) {
    if (n > 0) body(0, n);
    return;
  }
  LoopOrder order;
  const auto all_blocks = [&] {
    tbb::parallel_for(std::size_t{0}, n_blocks, [&](std::size_t index) {
      order.block_begins();
      body(index * block, std::min(n, (index + 1) * block));
      order.block_ends();
    });
  };
  // The usual arena has a slot a core; more threads than cores need one of their own.
  if (thread_count() > tbb::info::default_concurrency()) {
    tbb::task_arena(thread_count()).execute(all_blocks);
  } else {
    all_blocks();
  }
}

void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) {
  parallel_for_blocks(n, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t item = begin; item < end; ++item) body(item);
  });
}

double parallel_sum(std::size_t n, std::size_t block,
                    const std::function<double(std::size_t, std::size_t)>& partial) {
  block = std::max<std::size_t>(1, block);
  std::vector<double> sums((n + block - 1) / block);
  parallel_for_blocks(n, block,
                      [&](std::size_t begin, std::size_t end) { sums[begin / block] = partial(begin, end); });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace aisle
