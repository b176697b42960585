// One connection of the server. Includes Boost.Beast: for http_server.cc and http_session.cc alone.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>

#include "aisle/serve/http_server.h"

namespace aisle {

// What sessions share with their server.
struct SessionContext {
  ServerLimits limits;
  ServerCallbacks callbacks;
  std::atomic<bool> is_draining{false};
  std::atomic<std::size_t> n_sessions{0};
  std::atomic<std::size_t> n_streams{0};
};

// Reads a request, hands it on, sends the answer, and so on until either side ends it. All of its work runs
// on the strand of its socket. The context must outlive it.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(SessionContext& context, boost::asio::ip::tcp::socket socket);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  void start();
  // Ends it now where it is idle or an event stream, else after the answer under way. From any thread.
  void drain();

 private:
  using Error = boost::beast::error_code;

  void read();
  void on_read(Error error);
  void refuse(int status);
  HttpRequest taken_request();
  void answer(HttpResponse response);
  void send();
  std::string head() const;
  void send_piece(std::size_t from);
  void finish();
  void follow();
  void pump();
  void send_text(std::string text);
  void wait_quietly();
  void watch_for_end();
  void discard_rest();
  void close();

  SessionContext& context_;
  boost::beast::tcp_stream stream_;
  boost::asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  HttpResponse response_;
  std::string text_;  // what is being sent: the head, or events
  std::string scratch_;
  bool is_answering_ = false;
  bool is_head_request_ = false;
  bool keeps_alive_ = false;
  bool has_unread_ = false;  // the request was not read to its end
  bool is_following_ = false;
  bool is_sending_ = false;  // events
};

}  // namespace aisle
