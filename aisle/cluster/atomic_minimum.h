// The least of what many threads offer: it has no order, so it is the same whatever they do.
#pragma once

#include <atomic>

namespace aisle {

// Lowers `least` to `candidate` when that is less.
template <typename Value>
void lower(std::atomic<Value>& least, Value candidate) {
  Value current = least.load(std::memory_order_relaxed);
  while (candidate < current && !least.compare_exchange_weak(current, candidate, std::memory_order_relaxed)) {
  }
}

}  // namespace aisle
