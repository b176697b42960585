// A project's runs on a tracking server: what is owed is sent, oldest first. The run store always has a run
// first, so a server that is away costs nothing but the wait for its first answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/track/retries.h"
#include "aisle/track/tracking_server.h"

namespace aisle {

struct TrackingTarget {
  TrackingServer server;
  std::string experiment;
  std::string registered_model;  // "": models are not registered
};

// None where no server is named. Throws InvalidInput as find_tracking_server does, and for names that MLflow
// does not take.
std::optional<TrackingTarget> tracking_target(const Options& options);

struct SentRun {
  std::string run;
  std::string url;
};

struct Delivery {
  std::vector<SentRun> sent;
  int n_owed = 0;     // runs that are still owed
  int n_refused = 0;  // those of them that the server did not take: `aisle track sync` tries them again
  std::string why;    // why they are: the first failure; "" when none is owed
};

// Sends what is owed of runs that are over: first those that never failed, so that the newest does not wait
// for the trouble of others. A failure ends it, but for one that is the run's own (the server does not take
// it, a file of it cannot be read): that run waits, and those after it are sent. One process at a time sends;
// another one leaves it to that. Throws Cancelled, EnvironmentError for the run store and the lock.
Delivery send_owed(const TrackingServer& server, const ProjectPaths& paths, const Patience& patience,
                   const EventSink& sink, const CancelFlag* cancel);

}  // namespace aisle
