// An HTTP server on 127.0.0.1 for tests: answers by a function, and misbehaves as it is told to, by the
// number of the request. One connection at a time.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace aisle::testing {

struct ScriptedRequest {
  int number = 0;  // from 1 on
  std::string method;
  std::string target;                          // path and query
  std::map<std::string, std::string> headers;  // names in small letters
  std::string body;
};

struct ScriptedAnswer {
  int status = 200;
  std::string body = "{}";
  std::string headers = "";  // whole lines, each ended by "\r\n"
};

struct Misbehaviour {
  enum class Kind { kNone, kAnswer, kCutBefore, kCutAfter, kHang };
  Kind kind = Kind::kNone;
  ScriptedAnswer answer;  // of kAnswer: said in place of the server's own, which does nothing
};

class ScriptedServer {
 public:
  using Handler = std::function<ScriptedAnswer(const ScriptedRequest&)>;
  using Script = std::function<Misbehaviour(const ScriptedRequest&)>;

  explicit ScriptedServer(Handler handler) : handler_(std::move(handler)) { start(); }
  ~ScriptedServer() { stop(); }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // The script counts requests from 1 again.
  void set_script(Script script) {
    const std::lock_guard<std::mutex> guard(mutex_);
    script_ = std::move(script);
    n_requests_ = 0;
  }
  int n_requests() const {
    const std::lock_guard<std::mutex> guard(mutex_);
    return n_requests_;
  }
  std::vector<ScriptedRequest> requests() const {
    const std::lock_guard<std::mutex> guard(mutex_);
    return requests_;
  }

  // Refuses connections until it is started again, on the same port.
  void stop() {
    if (!thread_.joinable()) return;
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  void start() {
    stopping_ = false;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* place = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, place, sizeof address) != 0 || ::listen(listener_, 16) != 0) std::abort();
    socklen_t size = sizeof address;
    ::getsockname(listener_, place, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

 private:
  void serve() {
    std::vector<std::thread> conversations;
    while (!stopping_) {
      pollfd wanted{listener_, POLLIN, 0};
      if (::poll(&wanted, 1, 20) <= 0) continue;
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      conversations.emplace_back([this, connection] {
        while (!stopping_ && converse(connection)) {
        }
        ::close(connection);
      });
    }
    for (std::thread& conversation : conversations) conversation.join();
  }

  // One request and its answer; false when the connection is to end.
  bool converse(int connection) {
    ScriptedRequest request;
    if (!read_request(connection, request)) return false;
    Misbehaviour told;
    {
      const std::lock_guard<std::mutex> guard(mutex_);
      request.number = ++n_requests_;
      requests_.push_back(request);
      if (script_) told = script_(request);
    }
    using Kind = Misbehaviour::Kind;
    if (told.kind == Kind::kCutBefore) return false;
    if (told.kind == Kind::kHang) {
      hang(connection);
      return false;
    }
    const ScriptedAnswer answer = told.kind == Kind::kAnswer ? told.answer : handled(request);
    if (told.kind == Kind::kCutAfter) return false;
    send_all(connection, "HTTP/1.1 " + std::to_string(answer.status) +
                             " X\r\nContent-Type: application/json\r\n" + answer.headers +
                             "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" +
                             answer.body);
    return true;
  }

  ScriptedAnswer handled(const ScriptedRequest& request) {
    const std::lock_guard<std::mutex> guard(handling_);
    return handler_(request);
  }

  // Until the other side has had enough.
  void hang(int connection) const {
    char byte;
    while (!stopping_) {
      pollfd wanted{connection, POLLIN, 0};
      if (::poll(&wanted, 1, 20) > 0 && ::recv(connection, &byte, 1, 0) <= 0) return;
    }
  }

  static void send_all(int connection, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t n = ::send(connection, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (n <= 0) return;
      at += static_cast<std::size_t>(n);
    }
  }

  bool read_request(int connection, ScriptedRequest& request) {
    std::string text;
    std::size_t end = std::string::npos;
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
      if (!receive(connection, text)) return false;
    }
    const std::size_t first_space = text.find(' ');
    const std::size_t second_space = text.find(' ', first_space + 1);
    request.method = text.substr(0, first_space);
    request.target = text.substr(first_space + 1, second_space - first_space - 1);
    for (std::size_t at = text.find("\r\n") + 2; at < end;) {
      const std::size_t line_end = text.find("\r\n", at);
      const std::size_t colon = text.find(':', at);
      std::string name = text.substr(at, colon - at);
      for (char& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
      const std::size_t value = text.find_first_not_of(' ', colon + 1);
      request.headers[name] = text.substr(value, line_end - value);
      at = line_end + 2;
    }
    const auto length = request.headers.find("content-length");
    const std::size_t n_bytes = length == request.headers.end() ? 0 : std::stoul(length->second);
    request.body = text.substr(end + 4);
    while (request.body.size() < n_bytes) {
      if (!receive(connection, request.body)) return false;
    }
    return true;
  }

  bool receive(int connection, std::string& text) const {
    char buffer[65536];
    while (!stopping_) {
      pollfd wanted{connection, POLLIN, 0};
      if (::poll(&wanted, 1, 20) <= 0) continue;
      const ssize_t n = ::recv(connection, buffer, sizeof buffer, 0);
      if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
      return n > 0;
    }
    return false;
  }

  Handler handler_;
  std::mutex handling_;
  mutable std::mutex mutex_;
  Script script_;
  int n_requests_ = 0;
  std::vector<ScriptedRequest> requests_;
  std::atomic<bool> stopping_{false};
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// What the server does at one request, and nothing at the others.
inline ScriptedServer::Script at_request(int number, Misbehaviour::Kind kind, ScriptedAnswer answer = {}) {
  return [=](const ScriptedRequest& request) {
    return request.number == number ? Misbehaviour{kind, answer} : Misbehaviour{};
  };
}

// What it does from one request on: a client may send a request again by itself.
inline ScriptedServer::Script from_request(int number, Misbehaviour::Kind kind, ScriptedAnswer answer = {}) {
  return [=](const ScriptedRequest& request) {
    return request.number >= number ? Misbehaviour{kind, answer} : Misbehaviour{};
  };
}

inline ScriptedServer::Script always(Misbehaviour::Kind kind, ScriptedAnswer answer = {}) {
  return [=](const ScriptedRequest&) { return Misbehaviour{kind, answer}; };
}

}  // namespace aisle::testing
