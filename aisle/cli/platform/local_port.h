// Ports of 127.0.0.1: free or taken, and whether a service answers there.
#pragma once

#include <chrono>
#include <string>

namespace aisle {

enum class PortState { kFree, kTaken, kForbidden };

PortState port_state(int port);
// A port that is free now. Throws EnvironmentError where there is none.
int free_port();
// "process 123 (python3)", or "" where that cannot be known (another user's).
std::string listener_of(int port);

struct LocalRequest {
  std::string path;
  std::string json = {};  // posted where it is set
};

// The status of what answers; 0 where nothing does in time.
int http_status(int port, const LocalRequest& request, std::chrono::milliseconds longest);

}  // namespace aisle
