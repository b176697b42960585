// Long work from Python: without the GIL, and Ctrl-C stops it.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <optional>
#include <utility>

#include "aisle/base/cancel.h"
#include "aisle/cluster/progress.h"

namespace aisle::python {

// Runs `work` on a thread of its own while the calling thread, without the GIL, asks Python every 50 ms
// whether a signal came. If a signal's handler raises, the flag that `work` got is set, and once `work` has
// ended what the handler raised (KeyboardInterrupt) is thrown; else what `work` threw. To be called with the
// GIL.
void run_interruptible(const std::function<void(const CancelFlag&)>& work);

// The same for work that returns something.
template <typename Work>
auto interruptible(Work work) {
  std::optional<decltype(work(std::declval<const CancelFlag&>()))> result;
  run_interruptible([&](const CancelFlag& cancel) { result.emplace(work(cancel)); });
  return std::move(*result);
}

// A progress function that calls `callable(done, total)`; empty for None. `callable` must outlive it.
ProgressFunction progress_function(nanobind::handle callable);

}  // namespace aisle::python
