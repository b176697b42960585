// A client for tests that says exactly what it is told to: whole requests, halves of them, and nothing at
// all.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace aisle::testing {

// A connection to 127.0.0.1.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() {
    if (socket_ >= 0) ::close(socket_);
  }
  Connection(Connection&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        is_open_(other.is_open_),
        received_(std::move(other.received_)) {}
  Connection& operator=(Connection&&) = delete;

  bool is_open() const { return is_open_; }

  void send(const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t n_sent = ::send(socket_, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (n_sent <= 0) return;  // the server has ended it
      at += static_cast<std::size_t>(n_sent);
    }
  }

  // Reads what comes within the time; false when nothing does, or the connection has ended.
  bool receive(std::chrono::milliseconds longest) {
    pollfd wanted{socket_, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(longest.count())) <= 0) return false;
    char buffer[65536];
    const ssize_t n_read = ::recv(socket_, buffer, sizeof buffer, 0);
    if (n_read <= 0) is_open_ = false;
    if (n_read > 0) received_.append(buffer, static_cast<std::size_t>(n_read));
    return n_read > 0;
  }
  // Until the text was received; false when it does not come in time.
  bool receive_until(const std::string& text, std::chrono::milliseconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (received_.find(text) == std::string::npos) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0 || (!receive(left) && !is_open_)) return false;
    }
    return true;
  }
  // Whether the server ends the connection in time.
  bool ends_within(std::chrono::milliseconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (is_open_ && std::chrono::steady_clock::now() < deadline) receive(std::chrono::milliseconds(50));
    return !is_open_;
  }

  std::string& received() { return received_; }

 private:
  int socket_;
  bool is_open_ = false;
  std::string received_;
};

struct HttpAnswer {
  int status = 0;                              // 0 when none came
  std::map<std::string, std::string> headers;  // names in small letters
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

using HeaderLines = std::vector<std::string>;  // "Name: value"

// The answer at the front of what the connection has received or receives; it is taken off.
inline HttpAnswer take_answer(Connection& connection, bool is_head = false,
                              std::chrono::milliseconds longest = std::chrono::seconds(30)) {
  HttpAnswer answer;
  if (!connection.receive_until("\r\n\r\n", longest)) return answer;
  std::string& text = connection.received();
  const std::size_t end = text.find("\r\n\r\n");
  answer.status = std::stoi(text.substr(9, 3));
  for (std::size_t at = text.find("\r\n") + 2; at < end;) {
    const std::size_t line_end = text.find("\r\n", at);
    const std::size_t colon = text.find(": ", at);
    std::string name = text.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    answer.headers[name] = text.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  text.erase(0, end + 4);
  const std::string length = answer.header("content-length");
  const std::size_t n_bytes = is_head || length.empty() ? 0 : std::stoul(length);
  while (text.size() < n_bytes && connection.receive(longest)) {
  }
  answer.body = text.substr(0, n_bytes);
  text.erase(0, std::min(n_bytes, text.size()));
  return answer;
}

inline std::string request_text(const std::string& method, const std::string& target,
                                const HeaderLines& lines = {}, const std::string& body = "") {
  std::string text = method + " " + target + " HTTP/1.1\r\n";
  const bool has_host = std::any_of(lines.begin(), lines.end(),
                                    [](const std::string& line) { return line.starts_with("Host:"); });
  if (!has_host) text += "Host: 127.0.0.1\r\n";
  for (const std::string& line : lines) text += line + "\r\n";
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

// One request on a connection of its own.
inline HttpAnswer ask(std::uint16_t port, const std::string& method, const std::string& target,
                      const HeaderLines& lines = {}, const std::string& body = "") {
  Connection connection(port);
  connection.send(request_text(method, target, lines, body));
  return take_answer(connection, method == "HEAD");
}

inline HttpAnswer post_json(std::uint16_t port, const std::string& target, const std::string& body,
                            HeaderLines lines = {}) {
  lines.emplace_back("Content-Type: application/json");
  return ask(port, "POST", target, lines, body);
}

}  // namespace aisle::testing
