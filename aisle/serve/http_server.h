// The network side: accepts connections, reads requests, sends answers. Asynchronous on a few threads, so a
// slow client, or hundreds of open event streams, hold up nobody.
//
// What is bounded: connections; the bytes of a request's head and body; the time to read a request, and to
// send each piece of an answer. Beyond them a client is told so (408 in effect: the connection closes; 413,
// 431) or turned away.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "aisle/serve/http.h"

namespace aisle {

struct ServerLimits {
  std::size_t connections = 1000;
  std::uint32_t head_bytes = 16 * 1024;
  std::uint64_t body_bytes = 64 * 1024;
  std::chrono::milliseconds read_time{30'000};   // for a whole request, and between two
  std::chrono::milliseconds write_time{30'000};  // for each piece
  std::chrono::milliseconds keep_alive{15'000};  // between two comments of a quiet event stream
};

struct ServerCallbacks {
  using Respond = std::function<void(HttpResponse)>;
  // Called on a network thread, so it must not block; `respond` is called once, from any thread.
  std::function<void(HttpRequest, Respond)> handle;
  // The answer to what could not be read as a request.
  std::function<HttpResponse(int status)> refuse;
};

class HttpServer {
 public:
  // Takes `address` (an IP address) and `port`; 0 is a free one. Throws EnvironmentError that says what to do
  // where the port is taken or not allowed. Connections wait until start().
  HttpServer(const std::string& address, std::uint16_t port, int n_threads, ServerLimits limits,
             ServerCallbacks callbacks);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void start();
  std::uint16_t port() const;
  std::size_t n_connections() const;
  std::size_t n_streams() const;

  // Takes no more connections, ends idle ones and event streams, and waits at most so long for the answers
  // under way.
  void drain(std::chrono::milliseconds longest);
  // Ends the network threads: no callback is called from here on, and answers go nowhere.
  void stop();

 private:
  class Network;
  std::unique_ptr<Network> network_;
};

}  // namespace aisle
