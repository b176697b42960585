// What the server did: a line a request in .aisle/logs, and figures for Prometheus.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "aisle/serve/http.h"

namespace spdlog {
class logger;
}

namespace aisle {

// One request that was answered. May be used from several threads.
class Observer {
 public:
  // The access log lies in `logs`, three files of at most 10 MB; without one where the folder cannot be
  // written.
  explicit Observer(const std::filesystem::path& logs);
  ~Observer();

  // `route` is the route's path, not the request's: paths are the caller's and would be figures without end.
  // The log has no query, so no token.
  void record(const HttpRequest& request, const HttpResponse& response, const std::string& route,
              std::chrono::steady_clock::duration took);

  // Requests by route, method and status, and how long they took, in Prometheus' text format.
  std::string prometheus() const;

 private:
  struct Times {
    std::array<std::int64_t, 8> within{};  // by bucket, not cumulative
    std::int64_t count = 0;
    double seconds = 0;
  };

  std::shared_ptr<spdlog::logger> log_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::int64_t> requests_;  // by route and status
  std::map<std::string, Times> times_;                            // by route
};

}  // namespace aisle
