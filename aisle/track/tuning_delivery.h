// Logs a tuning as one run of a tracking server: its options, its recommended trial's figures, and its table
// of trials as an artifact. It is sent at once or not at all: the run store has it all.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/track/tracking.h"
#include "aisle/track/trial_store.h"

namespace aisle {

// Text that becomes an artifact.
struct NamedText {
  std::string name;
  std::string text;
};

// Returns the page that shows the run. A second call with the same tuning goes on with the first one's run.
// Throws TrackingError, Cancelled.
std::string log_tuning(const TrackingTarget& target, const Tuning& tuning, const std::vector<Trial>& trials,
                       const std::vector<NamedText>& artifacts, const CancelFlag* cancel);

}  // namespace aisle
