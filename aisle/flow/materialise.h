// Materialisation: makes the assets that are stale, in order, and says for each why it ran or was left.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/flow/asset_state.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/project/run_lock.h"

namespace aisle {

enum class Freshening { kStaleOnly, kAll };

// What to make. Of `only`, `from` and `up_to` at most one is set; none means every asset.
struct RunRequest {
  std::string verb = "run";       // for the lock and the run store
  std::vector<std::string> only;  // exactly these
  std::string from;               // this one, fresh or not, and all that depends on it
  std::string up_to;              // this one and all that it depends on
  Freshening freshening = Freshening::kStaleOnly;
  const RunLock* lock = nullptr;  // the project's, where the caller holds it already; it must outlive the run
};

struct AssetOutcome {
  std::string key;
  bool made = false;
  std::string why;  // why it ran, or why it was left
};

struct RunReport {
  std::string run_id;
  std::vector<AssetOutcome> outcomes;
  double seconds = 0;
};

// Makes what the request asks for. Holds the project's lock, its own or the request's. Every error leaves the
// last good outputs whole; it is recorded as the asset's failure and rethrown. Throws InvalidInput for an
// unknown asset or a selection whose upstream was never made.
RunReport materialise(const Options& options, const ProjectPaths& paths, const RunRequest& request,
                      const EventSink& sink, const CancelFlag* cancel);

// What `materialise` would do; makes nothing and takes no lock.
std::vector<AssetOutcome> plan(const Options& options, const ProjectPaths& paths, const RunRequest& request);

// The state of every asset in graph order; an asset below a stale one is stale.
std::vector<AssetStatus> project_status(const Options& options, const ProjectPaths& paths);

}  // namespace aisle
