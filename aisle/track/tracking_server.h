// Where the tracking server is and how aisle shows who it is: the option tracking.mlflow_uri, and the
// environment's variables that MLflow's own client reads. Secrets come from the environment alone.
#pragma once

#include <optional>
#include <string>

#include "aisle/project/options.h"

namespace aisle {

struct TrackingServer {
  std::string uri;       // http(s)://host:port/base, no slash at its end, no user or password
  std::string username;  // with the password: basic authentication
  std::string password;
  std::string token;  // a bearer's; the user's name and password come first, as in MLflow
  bool is_any_certificate_fine = false;
  std::string certificates;        // file or folder of those that are trusted; "": the system's
  std::string client_certificate;  // PEM file; "": none
};

// The server of the options, else of MLFLOW_TRACKING_URI; none where neither names one. Throws InvalidInput
// for an address that is not http or https, for a user or password in the option, and for variables that
// contradict each other.
std::optional<TrackingServer> find_tracking_server(const TrackingOptions& options);

}  // namespace aisle
