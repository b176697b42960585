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
  int n_owed = 0;   // runs that are still owed
  std::string why;  // why they are: the first failure; "" when none is owed
};

// Sends what is owed of runs that are over. A failure ends it, but for a run that the server does not take:
// that one waits, and those after it are sent. One process at a time sends; another one leaves it to that.
// Throws Cancelled, EnvironmentError for the run store.
Delivery send_owed(const TrackingServer& server, const ProjectPaths& paths, const Patience& patience,
                   const EventSink& sink, const CancelFlag* cancel);

}  // namespace aisle
