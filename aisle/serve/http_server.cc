#include "aisle/serve/http_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <mutex>
#include <thread>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/serve/http_session.h"

namespace aisle {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kDrainLook{10};

[[noreturn]] void fail_to_listen(const std::string& address, std::uint16_t port,
                                 const boost::system::error_code& error) {
  std::string remedy = "choose another --host or --port";
  std::string what = "cannot be listened on (" + error.message() + ")";
  if (error == asio::error::address_in_use) {
    what = fmt::format("port {} is taken by another program", port);
    remedy = "choose another --port, or 0 for a free one";
  } else if (error == asio::error::access_denied) {
    what = fmt::format("port {} is not allowed for this user", port);
    remedy = "choose a --port from 1024 on";
  }
  throw EnvironmentError(
      {.where = fmt::format("serve on {}", address), .what = what, .expected = "", .remedy = remedy});
}

}  // namespace

class HttpServer::Network {
 public:
  Network(const std::string& address, std::uint16_t port, int n_threads, ServerLimits limits,
          ServerCallbacks callbacks) {
    context_.limits = limits;
    context_.callbacks = std::move(callbacks);
    n_threads_ = n_threads;
    listen(address, port);
  }

  ~Network() { stop(); }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  void start() {
    accept();
    for (int at = 0; at < n_threads_; ++at) threads_.emplace_back([this] { io_.run(); });
  }

  void stop() {
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  std::uint16_t port() const { return port_; }
  const SessionContext& context() const { return context_; }

  void drain(std::chrono::milliseconds longest) {
    context_.is_draining = true;
    asio::post(acceptor_.get_executor(), [this] {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
    });
    {
      const std::lock_guard lock(mutex_);
      for (const std::weak_ptr<HttpSession>& session : sessions_) {
        if (const auto alive = session.lock()) alive->drain();
      }
    }
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (context_.n_sessions > 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(kDrainLook);
    }
  }

 private:
  void listen(const std::string& address, std::uint16_t port) {
    boost::system::error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error) fail_to_listen(address, port, error);
  }

  void accept() {
    acceptor_.async_accept(asio::make_strand(io_),
                           [this](boost::system::error_code error, tcp::socket socket) {
                             if (context_.is_draining || error == asio::error::operation_aborted) return;
                             if (error) return accept_later();
                             if (context_.n_sessions < context_.limits.connections) take(std::move(socket));
                             accept();  // a socket that was not taken closes here
                           });
  }

  // Out of file descriptors, say: others will be free in a moment.
  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](boost::system::error_code error) {
      if (!error && !context_.is_draining) accept();
    });
  }

  void take(tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto session = std::make_shared<HttpSession>(context_, std::move(socket));
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(sessions_, [](const auto& other) { return other.expired(); });
      sessions_.push_back(session);
    }
    session->start();
  }

  SessionContext context_;
  int n_threads_ = 1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<std::weak_ptr<HttpSession>> sessions_;
  asio::io_context io_;  // its sessions go with it, before what they use
  tcp::acceptor acceptor_{asio::make_strand(io_)};
  asio::steady_timer pause_{acceptor_.get_executor()};
  std::vector<std::thread> threads_;
};

HttpServer::HttpServer(const std::string& address, std::uint16_t port, int n_threads, ServerLimits limits,
                       ServerCallbacks callbacks)
    : network_(std::make_unique<Network>(address, port, n_threads, limits, std::move(callbacks))) {}

HttpServer::~HttpServer() = default;

void HttpServer::start() {
  network_->start();
}

std::uint16_t HttpServer::port() const {
  return network_->port();
}

std::size_t HttpServer::n_connections() const {
  return network_->context().n_sessions;
}

std::size_t HttpServer::n_streams() const {
  return network_->context().n_streams;
}

void HttpServer::drain(std::chrono::milliseconds longest) {
  network_->drain(longest);
}

void HttpServer::stop() {
  network_->stop();
}

}  // namespace aisle
