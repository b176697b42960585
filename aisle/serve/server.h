// `aisle serve`: the API and the page of one project.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/serve/event_log.h"
#include "aisle/serve/file_cache.h"
#include "aisle/serve/guard.h"
#include "aisle/serve/http_server.h"
#include "aisle/serve/observer.h"
#include "aisle/serve/project_routes.h"
#include "aisle/serve/router.h"
#include "aisle/serve/run_control.h"
#include "aisle/serve/work_pool.h"

namespace aisle {

struct ServeOptions {
  std::string project;                 // its folder
  std::vector<std::string> overrides;  // "SECTION.KEY=VALUE"
  std::string host = "127.0.0.1";      // an IP address, or localhost
  int port = 8321;                     // 0: a free one
  std::string token_file;              // "": no token, which only the loopback address allows
  std::string public_url;              // behind a proxy: how browsers open it; "": directly
  bool read_only = false;              // refuses to start and cancel runs
  std::string version;                 // of aisle
  std::string program;                 // this program, for its runs
  ServerLimits limits;
};

class Server {
 public:
  // Answers from here on. Throws InvalidInput for options (another address without a token), EnvironmentError
  // where it cannot listen, and what load_options throws for a folder that is no project.
  explicit Server(const ServeOptions& options);
  // Drains: takes no more, finishes the answers under way, ends event streams, cancels a run and waits for
  // it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return http_->port(); }
  const Router& router() const { return router_; }
  // Where people open it.
  std::string url() const;

 private:
  void handle(HttpRequest request, ServerCallbacks::Respond respond);
  // What is answered before any resource is asked; empty: a resource answers.
  std::optional<HttpResponse> answer_at_the_door(HttpRequest& request, const Route*& route) const;
  void add_server_routes();
  HttpResponse get_ready() const;
  HttpResponse get_metrics() const;

  ServeOptions options_;
  ServedProject project_;
  PublicUrl public_url_;
  Guard guard_;
  CancelFlag stopping_;
  std::atomic<bool> is_draining_{false};
  FileCache files_;
  EventLog log_;
  Observer observer_;
  RunControl control_;
  Router router_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<WorkPool> quick_;
  std::unique_ptr<WorkPool> heavy_;
};

}  // namespace aisle
