#include "interruptible.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace nb = nanobind;

namespace aisle::python {

void run_interruptible(const std::function<void(const CancelFlag&)>& work) {
  CancelFlag cancel;
  std::exception_ptr work_error;
  std::exception_ptr signal_error;
  {
    const nb::gil_scoped_release without_gil;
    std::mutex mutex;
    std::condition_variable ended;
    bool has_ended = false;
    std::thread worker([&] {
      try {
        work(cancel);
      } catch (...) {
        work_error = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      has_ended = true;
      ended.notify_one();
    });
    std::unique_lock lock(mutex);
    while (!ended.wait_for(lock, std::chrono::milliseconds(50), [&] { return has_ended; })) {
      // The work may need the GIL to end, so nobody waits for it with the lock held.
      lock.unlock();
      if (signal_error == nullptr) {
        const nb::gil_scoped_acquire with_gil;
        if (PyErr_CheckSignals() != 0) {
          signal_error = std::make_exception_ptr(nb::python_error());
          cancel.request();
        }
      }
      lock.lock();
    }
    lock.unlock();
    worker.join();
  }
  if (signal_error != nullptr) std::rethrow_exception(signal_error);
  if (work_error != nullptr) std::rethrow_exception(work_error);
}

ProgressFunction progress_function(nb::handle callable) {
  if (callable.is_none()) return {};
  return [callable](std::size_t done, std::size_t total) {
    const nb::gil_scoped_acquire with_gil;
    callable(done, total);
  };
}

}  // namespace aisle::python
