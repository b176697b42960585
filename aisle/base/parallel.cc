#include "aisle/base/parallel.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <optional>
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

// Where loops run; null for the usual arena, which has a slot a core. More threads than cores need one of
// their own, and only one: an arena for each nested loop would have its threads wait for each other's.
std::atomic<tbb::task_arena*> current_arena{nullptr};

struct Limit {
  explicit Limit(std::size_t n_threads)
      : control(tbb::global_control::max_allowed_parallelism, n_threads), outer(current_arena.load()) {
    const int n_allowed = thread_count();
    if (n_allowed > tbb::info::default_concurrency()) arena.emplace(n_allowed);
    current_arena.store(arena ? &*arena : nullptr);
  }
  ~Limit() { current_arena.store(outer); }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;

  tbb::global_control control;
  tbb::task_arena* outer;
  std::optional<tbb::task_arena> arena;
};

}  // namespace

ThreadLimit::ThreadLimit(int n_threads)
    : control_(
          new Limit(static_cast<std::size_t>(n_threads > 0 ? n_threads : tbb::info::default_concurrency()))) {
}

ThreadLimit::~ThreadLimit() {
  delete static_cast<Limit*>(control_);
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
  // Isolated: a body that waits for a loop within it must not begin another body of the loop around it, which
  // would pile up what each holds.
  const auto all_blocks = [&] {
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_for(std::size_t{0}, n_blocks, [&](std::size_t index) {
        order.block_begins();
        body(index * block, std::min(n, (index + 1) * block));
        order.block_ends();
      });
    });
  };
  if (tbb::task_arena* arena = current_arena.load()) {
    arena->execute(all_blocks);
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
