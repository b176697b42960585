// A flag that asks long work to stop. Passed down by pointer; null means "never cancelled".
#pragma once

#include <atomic>

#include "aisle/base/errors.h"

namespace aisle {

// Set from a signal handler or another thread; read between blocks of work.
class CancelFlag {
 public:
  // Asks for a stop, once and for all. Safe in a signal handler.
  void request() { requested_.store(true, std::memory_order_relaxed); }
  // Whether a stop was asked for.
  bool requested() const { return requested_.load(std::memory_order_relaxed); }
  // Throws Cancelled once a stop was asked for.
  void check() const {
    if (requested()) throw Cancelled();
  }

 private:
  std::atomic<bool> requested_{false};
};

}  // namespace aisle
