// Threads that answer requests, with a bounded queue before them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace aisle {

class WorkPool {
 public:
  WorkPool(int n_threads, std::size_t longest_queue);
  // Waits for the work that has begun, and drops what has not.
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // False when the queue is full. `work` must not throw.
  bool submit(std::function<void()> work);

 private:
  void run();

  std::size_t longest_queue_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool is_over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace aisle
