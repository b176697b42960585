#include "aisle/flow/query_progress.h"

#include <algorithm>

namespace aisle {

void QueryProgressSink::start_stage(const std::string& asset) {
  step_ = {.asset = asset, .done = 0, .total = 1, .unit = "steps"};
}

void QueryProgressSink::emit(const RunEvent& event) {
  if (const auto* progress = std::get_if<Progress>(&event)) step_ = *progress;
  sink_(event);
}

void QueryProgressSink::report_query(double share) {
  Progress progress = step_;
  progress.done = std::min(step_.done + share, step_.total);
  sink_(progress);
}

}  // namespace aisle
