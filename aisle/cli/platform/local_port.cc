#include "aisle/cli/platform/local_port.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

class Socket {
 public:
  Socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* general(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// As servers do: what a closed connection left behind does not keep the port.
int bind_to(const Socket& socket, int port) {
  const int yes = 1;
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  if (::bind(socket.descriptor(), general(address), sizeof address) != 0) return errno;
  return ::listen(socket.descriptor(), 1) == 0 ? 0 : errno;
}

// The inode of the socket that listens on the port, "" where there is none. Lines of /proc/net/tcp are:
// number, local address:port, remote address:port, state (0A listens), queues, timer, retransmits, user,
// timeout, inode.
std::string listening_inode(const char* table, int port) {
  std::ifstream lines(table);
  const std::string ending = fmt::format(":{:04X}", port);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::array<std::string, 10> field;
    for (std::string& word : field) fields >> word;
    if (field[3] == "0A" && field[1].ends_with(ending)) return field[9];
  }
  return "";
}

bool has_open(const fs::path& process, const std::string& target) {
  std::error_code error;
  for (fs::directory_iterator file(process / "fd", error), end; !error && file != end;
       file.increment(error)) {
    std::error_code gone;
    if (fs::read_symlink(file->path(), gone) == target) return true;
  }
  return false;
}

}  // namespace

PortState port_state(int port) {
  const Socket socket;
  switch (bind_to(socket, port)) {
    case 0:
      return PortState::kFree;
    case EACCES:
      return PortState::kForbidden;
    default:
      return PortState::kTaken;
  }
}

int free_port() {
  const Socket socket;
  const int error = bind_to(socket, 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (error != 0 || ::getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw EnvironmentError({.where = "127.0.0.1",
                            .what = std::string("has no free port (") + std::strerror(error) + ")",
                            .expected = "",
                            .remedy = ""});
  }
  return ntohs(address.sin_port);
}

std::string listener_of(int port) {
  std::string inode = listening_inode("/proc/net/tcp", port);
  if (inode.empty()) inode = listening_inode("/proc/net/tcp6", port);
  if (inode.empty()) return "";
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const std::string process = entry->path().filename();
    if (process.find_first_not_of("0123456789") != std::string::npos) continue;
    if (!has_open(entry->path(), "socket:[" + inode + "]")) continue;
    std::string name;
    std::getline(std::ifstream(entry->path() / "comm"), name);
    return fmt::format("process {} ({})", process, name);
  }
  return "";
}

int http_status(int port, const LocalRequest& request, std::chrono::milliseconds longest) {
  const Socket socket;
  const timeval limit{.tv_sec = longest.count() / 1000, .tv_usec = longest.count() % 1000 * 1000};
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const sockaddr_in address = loopback(port);
  if (::connect(socket.descriptor(), general(address), sizeof address) != 0) return 0;
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n",
                                 request.json.empty() ? "GET" : "POST", request.path, port);
  if (!request.json.empty()) {
    text += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", request.json.size());
  }
  text += "\r\n" + request.json;
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n_sent = ::send(socket.descriptor(), text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (n_sent <= 0) return 0;
    at += static_cast<std::size_t>(n_sent);
  }
  // "HTTP/1.1 200 OK": what follows is of no interest.
  std::array<char, 12> head{};
  std::size_t n_read = 0;
  while (n_read < head.size()) {
    const ssize_t more = ::recv(socket.descriptor(), head.data() + n_read, head.size() - n_read, 0);
    if (more <= 0) return 0;
    n_read += static_cast<std::size_t>(more);
  }
  const std::string line(head.data(), head.size());
  return line.starts_with("HTTP/1.") ? std::atoi(line.substr(9).c_str()) : 0;
}

}  // namespace aisle
