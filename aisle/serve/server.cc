#include "aisle/serve/server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "aisle/base/digest.h"
#include "aisle/project/options.h"
#include "aisle/serve/comparison_routes.h"
#include "aisle/serve/page_routes.h"
#include "aisle/serve/project_documents.h"
#include "aisle/serve/run_routes.h"
#include "aisle/serve/table_routes.h"
#include "aisle/serve/tuning_routes.h"

namespace aisle {
namespace {

constexpr int kNetworkThreads = 2;
constexpr int kQuickThreads = 2;
constexpr int kHeavyThreads = 2;
constexpr std::size_t kQuickQueue = 1000;
constexpr std::size_t kHeavyQueue = 32;
constexpr std::size_t kCachedBytes = std::size_t{256} << 20;
constexpr std::chrono::seconds kDrainTime{10};
constexpr std::size_t kOtherFiles = 64;  // descriptors that are no connections

bool is_loopback(const std::string& address) {
  in_addr four{};
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  return ::inet_pton(AF_INET6, address.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

ServeOptions checked(ServeOptions options) {
  if (options.host == "localhost") options.host = "127.0.0.1";
  unsigned char bytes[16];
  const bool is_address = ::inet_pton(AF_INET, options.host.c_str(), bytes) == 1 ||
                          ::inet_pton(AF_INET6, options.host.c_str(), bytes) == 1;
  if (!is_address) {
    throw InvalidInput({.where = "--host",
                        .what = "is '" + options.host + "'",
                        .expected = "an IP address of this machine, or localhost",
                        .remedy = "0.0.0.0 is every address"});
  }
  if (!is_loopback(options.host) && options.token_file.empty()) {
    throw InvalidInput({.where = "--host " + options.host,
                        .what = "would show the project to everybody on the network",
                        .expected = "--token-file FILE with a token that readers must know",
                        .remedy = "head -c 32 /dev/urandom | base64 > FILE makes one"});
  }
  return options;
}

std::string machine_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "";
  return small_letters(name);
}

// "Application/JSON; charset=utf-8" is "application/json".
std::string media_type(const std::string& header) {
  const std::string type = header.substr(0, header.find(';'));
  return small_letters(type.substr(0, type.find_last_not_of(' ') + 1));
}

GuardOptions guard_options(const ServeOptions& options, const PublicUrl& url, const ProjectPaths& paths) {
  return {.token = options.token_file.empty() ? "" : read_token(options.token_file),
          // Two projects on one machine share a browser's cookies.
          .cookie_name = "aisle_token_" + digest_of(paths.root.string()).substr(0, 8),
          .public_url = url,
          .machine_name = machine_name()};
}

std::vector<std::string> run_command(const ServeOptions& options, const ProjectPaths& paths) {
  std::vector<std::string> words = {options.program, "run", "--json", "--project=" + paths.root.string()};
  for (const std::string& option : options.overrides) words.push_back("--set=" + option);
  return words;
}

// As many connections as the system gives descriptors for.
ServerLimits possible_limits(ServerLimits limits) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  const rlim_t wanted = limits.connections + kOtherFiles;
  if (files.rlim_cur < wanted) {
    files.rlim_cur = std::min(files.rlim_max, wanted);
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0) ::getrlimit(RLIMIT_NOFILE, &files);
  }
  const std::size_t left = files.rlim_cur > 2 * kOtherFiles ? files.rlim_cur - kOtherFiles : kOtherFiles;
  limits.connections = std::min(limits.connections, left);
  return limits;
}

HttpResponse unreadable(int status) {
  const char* what = status == 413   ? "the body is too large"
                     : status == 431 ? "the head is too large"
                                     : "this is no HTTP request that can be read";
  return error_response(status, "InvalidInput",
                        {.where = "the request", .what = what, .expected = "", .remedy = ""});
}

HttpResponse busy(const std::string& what) {
  HttpResponse response =
      error_response(503, "EnvironmentError",
                     {.where = "", .what = what, .expected = "", .remedy = "try again in a moment"});
  response.set_header("Retry-After", "1");
  return response;
}

// What tells nothing of the project is answered without a token.
bool needs_token(const std::string& path) {
  return path != "/health" && path != "/ready";
}

}  // namespace

Server::Server(const ServeOptions& options)
    : options_(checked(options)),
      project_{.paths = ProjectPaths(options_.project),
               .overrides = options_.overrides,
               .read_only = options_.read_only,
               .version = options_.version},
      public_url_(parse_public_url(options_.public_url)),
      guard_(guard_options(options_, public_url_, project_.paths)),
      files_(kCachedBytes),
      observer_((load_options(project_.paths.root, options_.overrides), project_.paths.logs)),
      control_(run_command(options_, project_.paths), project_.paths, log_) {
  add_page_routes(router_, project_.paths, files_);
  add_project_routes(router_, project_, files_, control_);
  add_document_routes(router_, project_.paths, files_);
  add_run_routes(router_, project_.paths, control_, log_);
  add_table_routes(router_, project_, stopping_);
  add_tuning_routes(router_, project_, stopping_);
  add_comparison_routes(router_, project_, stopping_);
  add_server_routes();
  quick_ = std::make_unique<WorkPool>(kQuickThreads, kQuickQueue);
  heavy_ = std::make_unique<WorkPool>(kHeavyThreads, kHeavyQueue);
  http_ = std::make_unique<HttpServer>(
      options_.host, static_cast<std::uint16_t>(options_.port), kNetworkThreads,
      possible_limits(options_.limits),
      ServerCallbacks{.handle =
                          [this](HttpRequest request, ServerCallbacks::Respond respond) {
                            handle(std::move(request), std::move(respond));
                          },
                      .refuse =
                          [this](int status) {
                            HttpResponse response = unreadable(status);
                            guard_.add_headers({}, response);
                            observer_.record({}, response, "(unreadable)", {});
                            return response;
                          }});
  http_->start();
}

Server::~Server() {
  is_draining_ = true;
  control_.interrupt();
  http_->drain(kDrainTime);
  stopping_.request();
  // No request comes in from here on; what is still worked on answers into nothing.
  http_->stop();
  heavy_.reset();
  quick_.reset();
}

std::string Server::url() const {
  if (!public_url_.origin.empty()) return public_url_.origin + public_url_.base + "/";
  std::string host = options_.host;
  if (host == "0.0.0.0" || host == "::") host = machine_name();
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return fmt::format("http://{}:{}/", host, port());
}

std::optional<HttpResponse> Server::answer_at_the_door(HttpRequest& request, const Route*& route) const {
  if (!public_url_.base.empty() && request.path == public_url_.base) {
    HttpResponse response = text_response("", "text/plain; charset=utf-8", 308);
    response.set_header("Location", public_url_.base + "/");
    return response;
  }
  guard_.strip_base(request);
  if (is_draining_) return busy("the server is shutting down");
  if (auto refusal = guard_.refuse(request, needs_token(request.path))) return refusal;
  std::erase_if(request.query, [](const auto& parameter) { return parameter.first == "token"; });
  route = &router_.find(request);
  if (route->method == "GET") return std::nullopt;
  if (options_.read_only) {
    throw HttpError(403, {.where = request.path,
                          .what = "the server is read-only",
                          .expected = "",
                          .remedy = "start it without --read-only"});
  }
  // A form of another site's page cannot send JSON unasked.
  if (route->method == "POST" && media_type(request.header("content-type")) != "application/json") {
    throw HttpError(415, {.where = "Content-Type",
                          .what = "is '" + request.header("content-type") + "'",
                          .expected = "application/json",
                          .remedy = ""});
  }
  return std::nullopt;
}

void Server::handle(HttpRequest request, ServerCallbacks::Respond respond) {
  const auto begin = std::chrono::steady_clock::now();
  const Route* route = nullptr;
  std::optional<HttpResponse> early;
  try {
    early = answer_at_the_door(request, route);
  } catch (...) {
    early = current_error_response();
  }
  const auto finish = [this, begin, route, respond](const HttpRequest& asked, HttpResponse response) {
    guard_.add_headers(asked, response);
    observer_.record(asked, response, route == nullptr ? "(none)" : route->path,
                     std::chrono::steady_clock::now() - begin);
    respond(std::move(response));
  };
  if (early) return finish(request, *std::move(early));
  const auto asked = std::make_shared<const HttpRequest>(std::move(request));
  WorkPool& pool = route->lane == Lane::kHeavy ? *heavy_ : *quick_;
  const bool is_taken = pool.submit([route, asked, finish] {
    HttpResponse response;
    try {
      response = route->handler(*asked);
    } catch (...) {
      response = current_error_response();
    }
    finish(*asked, std::move(response));
  });
  if (!is_taken) finish(*asked, busy("too much is asked at once"));
}

void Server::add_server_routes() {
  router_.add({"GET", "/health", Lane::kQuick, [](const HttpRequest&) {
                 return text_response("{\"status\":\"ok\"}\n", "application/json");
               }});
  router_.add({"GET", "/ready", Lane::kQuick, [this](const HttpRequest&) { return get_ready(); }});
  router_.add({"GET", "/metrics", Lane::kQuick, [this](const HttpRequest&) { return get_metrics(); }});
}

HttpResponse Server::get_ready() const {
  try {
    load_options(project_.paths.root, project_.overrides);
  } catch (const Error&) {
    // Why is the project's business, and this is answered without a token.
    return busy("the project cannot be read");
  }
  return text_response("{\"status\":\"ready\"}\n", "application/json");
}

HttpResponse Server::get_metrics() const {
  std::string text = observer_.prometheus();
  text += fmt::format(
      "# HELP aisle_connections Open connections.\n# TYPE aisle_connections gauge\naisle_connections {}\n"
      "# HELP aisle_event_streams Open event streams.\n# TYPE aisle_event_streams gauge\naisle_event_streams "
      "{}\n"
      "# HELP aisle_run_in_progress Whether a run that the server has started is under way.\n"
      "# TYPE aisle_run_in_progress gauge\naisle_run_in_progress {}\n"
      "# HELP aisle_runs_total Runs that the server has started and that ended.\n# TYPE aisle_runs_total "
      "counter\n",
      http_->n_connections(), http_->n_streams(), control_.current() ? 1 : 0);
  for (const auto& [status, count] : control_.ended()) {
    text += fmt::format("aisle_runs_total{{status=\"{}\"}} {}\n", status, count);
  }
  return text_response(std::move(text), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace aisle
