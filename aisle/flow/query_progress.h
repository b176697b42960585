// The progress of the engine's long queries, told as part of the step of the stage that runs them.
#pragma once

#include <string>

#include "aisle/base/events.h"

namespace aisle {

// Stands between a stage and the sink: keeps the step that the stage last told of, and adds to it the share
// that a query has done. Not for use by two threads at once.
class QueryProgressSink {
 public:
  explicit QueryProgressSink(const EventSink& sink) : sink_(sink) {}

  // A stage begins; until it tells of its own steps, it has one.
  void start_stage(const std::string& asset);
  void emit(const RunEvent& event);
  // The engine's report on the query that runs, a share in [0, 1].
  void report_query(double share);

 private:
  const EventSink& sink_;
  Progress step_;
};

}  // namespace aisle
