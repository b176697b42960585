// What a run leaves for a tracking server: its inputs in the run store, its files in the outbox; and the
// sending at its end. Without a server it does nothing at all.
#pragma once

#include <optional>
#include <string>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/flow/asset_state.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/track/run_store.h"
#include "aisle/track/tracking.h"

namespace aisle {

class RunTracking {
 public:
  // Throws InvalidInput for a server that cannot be meant, before the run does anything.
  RunTracking(const Options& options, const ProjectPaths& paths);

  // The run has begun: from now on it is owed.
  void begin(const std::string& run);
  // The run's stages are over. What cannot be kept (a full disk) is a warning: the run is sent without.
  void keep(RunStore& runs, AssetState& state, const std::string& run, const EventSink& sink) const;
  // The run is over and recorded as such. Never throws: what is not sent stays owed, and that is said.
  void send(const EventSink& sink, const CancelFlag* cancel) const;

 private:
  void keep_inputs(RunStore& runs, AssetState& state, const std::string& run) const;
  void keep_files(AssetState& state, const std::string& run) const;

  const Options& options_;
  const ProjectPaths& paths_;
  std::optional<TrackingTarget> target_;
};

}  // namespace aisle
