#include "aisle/serve/observer.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <algorithm>
#include <system_error>

#include "aisle/serve/json_response.h"

namespace aisle {
namespace {

constexpr std::size_t kLogBytes = std::size_t{10} << 20;
constexpr std::size_t kKeptLogs = 3;
constexpr std::array<double, 8> kBuckets = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};

// A method is the caller's text too.
std::string known_method(const std::string& method) {
  const bool is_known = method == "GET" || method == "HEAD" || method == "POST" || method == "DELETE";
  return is_known ? method : "other";
}

}  // namespace

Observer::Observer(const std::filesystem::path& logs) {
  std::error_code error;
  std::filesystem::create_directories(logs, error);
  if (error) return;
  try {
    auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>((logs / "serve-access.log").string(),
                                                                       kLogBytes, kKeptLogs);
    log_ = std::make_shared<spdlog::logger>("access", std::move(sink));
    log_->set_pattern("%v");
    log_->flush_on(spdlog::level::info);
  } catch (const spdlog::spdlog_ex&) {
    log_.reset();  // a project that cannot be written to is still served
  }
}

Observer::~Observer() = default;

void Observer::record(const HttpRequest& request, const HttpResponse& response, const std::string& route,
                      std::chrono::steady_clock::duration took) {
  const double seconds = std::chrono::duration<double>(took).count();
  {
    const std::lock_guard lock(mutex_);
    ++requests_[{known_method(request.method) + " " + route, response.status}];
    Times& times = times_[route];
    ++times.count;
    times.seconds += seconds;
    const auto bucket = std::lower_bound(kBuckets.begin(), kBuckets.end(), seconds);
    if (bucket != kBuckets.end()) ++times.within[static_cast<std::size_t>(bucket - kBuckets.begin())];
  }
  if (!log_) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t whole = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  ::gmtime_r(&whole, &parts);
  char when[32];
  std::strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &parts);
  const Json line = {{"time", fmt::format("{}.{:03}Z", when, milliseconds % 1000)},
                     {"peer", request.peer},
                     {"method", request.method},
                     {"path", request.path},
                     {"status", response.status},
                     {"bytes", response.body ? response.body->size() : 0},
                     {"milliseconds", std::round(seconds * 1e6) / 1e3}};
  log_->info("{}", line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string Observer::prometheus() const {
  const std::lock_guard lock(mutex_);
  std::string text =
      "# HELP aisle_http_requests_total Requests that were answered.\n# TYPE aisle_http_requests_total "
      "counter\n";
  for (const auto& [key, count] : requests_) {
    const auto& [route, status] = key;
    const std::size_t space = route.find(' ');
    text += fmt::format("aisle_http_requests_total{{method=\"{}\",route=\"{}\",status=\"{}\"}} {}\n",
                        route.substr(0, space), route.substr(space + 1), status, count);
  }
  text +=
      "# HELP aisle_http_request_seconds How long answers took to make.\n"
      "# TYPE aisle_http_request_seconds histogram\n";
  for (const auto& [route, times] : times_) {
    std::int64_t within = 0;
    for (std::size_t at = 0; at < kBuckets.size(); ++at) {
      within += times.within[at];
      text += fmt::format("aisle_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route,
                          kBuckets[at], within);
    }
    text += fmt::format(
        "aisle_http_request_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\n"
        "aisle_http_request_seconds_sum{{route=\"{0}\"}} "
        "{2}\naisle_http_request_seconds_count{{route=\"{0}\"}} {1}\n",
        route, times.count, times.seconds);
  }
  return text;
}

}  // namespace aisle
