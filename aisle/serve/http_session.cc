#include "aisle/serve/http_session.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <ctime>
#include <utility>

namespace aisle {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
constexpr std::size_t kScratchBytes = 4096;
constexpr std::chrono::seconds kDiscardTime{2};

// The status of the answer to a request that could not be read; 0 where nobody waits for one.
int status_of(beast::error_code error) {
  if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  const beast::error_code unreadable = http::error::bad_method;
  return error.category() == unreadable.category() ? 400 : 0;
}

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

}  // namespace

HttpSession::HttpSession(SessionContext& context, asio::ip::tcp::socket socket)
    : context_(context), stream_(std::move(socket)), timer_(stream_.get_executor()) {
  ++context_.n_sessions;
}

HttpSession::~HttpSession() {
  if (is_following_) --context_.n_streams;
  --context_.n_sessions;
}

void HttpSession::start() {
  asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read(); });
}

void HttpSession::drain() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    self->keeps_alive_ = false;
    if (!self->is_answering_ || self->is_following_) self->close();
  });
}

void HttpSession::read() {
  if (context_.is_draining) return close();
  is_answering_ = false;
  parser_.emplace();
  parser_->header_limit(context_.limits.head_bytes);
  parser_->body_limit(context_.limits.body_bytes);
  stream_.expires_after(context_.limits.read_time);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](Error error, std::size_t) { self->on_read(error); });
}

void HttpSession::on_read(Error error) {
  is_answering_ = true;
  stream_.expires_never();
  if (error) {
    const int status = status_of(error);
    return status == 0 ? close() : refuse(status);
  }
  keeps_alive_ = parser_->get().keep_alive();
  HttpRequest request;
  try {
    request = taken_request();
  } catch (const HttpError&) {
    return refuse(400);
  }
  is_head_request_ = request.method == "HEAD";
  context_.callbacks.handle(std::move(request), [self = shared_from_this()](HttpResponse response) {
    asio::post(self->stream_.get_executor(),
               [self, response = std::move(response)]() mutable { self->answer(std::move(response)); });
  });
}

void HttpSession::refuse(int status) {
  keeps_alive_ = false;
  has_unread_ = true;
  answer(context_.callbacks.refuse(status));
}

HttpRequest HttpSession::taken_request() {
  HttpRequest request;
  const auto& message = parser_->get();
  request.method = std::string(message.method_string());
  split_target(std::string_view(message.target().data(), message.target().size()), request.path,
               request.query);
  for (const auto& field : message) {
    std::string& value = request.headers[small_letters(std::string(field.name_string()))];
    value += (value.empty() ? "" : ", ") + std::string(field.value());
  }
  request.body = std::move(parser_->get().body());
  Error error;
  const auto peer = stream_.socket().remote_endpoint(error);
  if (!error) request.peer = peer.address().to_string();
  return request;
}

void HttpSession::answer(HttpResponse response) {
  response_ = std::move(response);
  if (response_.delay.count() == 0) return send();
  timer_.expires_after(response_.delay);
  timer_.async_wait([self = shared_from_this()](Error error) {
    if (!error) self->send();
  });
}

std::string HttpSession::head() const {
  const auto reason = http::obsolete_reason(static_cast<http::status>(response_.status));
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S GMT}\r\n", response_.status,
                  std::string_view(reason.data(), reason.size()), fmt::gmtime(std::time(nullptr)));
  for (const auto& [name, value] : response_.headers) text += name + ": " + value + "\r\n";
  if (response_.stream == nullptr && !has_no_body(response_.status)) {
    text += fmt::format("Content-Length: {}\r\n", response_.body ? response_.body->size() : 0);
  }
  return text + (keeps_alive_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

void HttpSession::send() {
  if (context_.is_draining || response_.stream) keeps_alive_ = false;
  text_ = head();
  if (is_head_request_ || has_no_body(response_.status)) response_.body = nullptr;
  if (is_head_request_) response_.stream = nullptr;
  stream_.expires_after(context_.limits.write_time);
  const std::size_t first = response_.body ? std::min(response_.body->size(), kPieceBytes) : 0;
  const std::array<asio::const_buffer, 2> buffers = {
      asio::buffer(text_), asio::buffer(response_.body ? response_.body->data() : text_.data(), first)};
  asio::async_write(stream_, buffers, [self = shared_from_this(), first](Error error, std::size_t) {
    if (error) return self->close();
    if (self->response_.stream) return self->follow();
    self->send_piece(first);
  });
}

// A reader has `write_time` for each piece: a slow line is no fault, one that stands still is.
void HttpSession::send_piece(std::size_t from) {
  if (!response_.body || from >= response_.body->size()) return finish();
  const std::size_t n_bytes = std::min(response_.body->size() - from, kPieceBytes);
  stream_.expires_after(context_.limits.write_time);
  asio::async_write(stream_, asio::buffer(response_.body->data() + from, n_bytes),
                    [self = shared_from_this(), next = from + n_bytes](Error error, std::size_t) {
                      if (error) return self->close();
                      self->send_piece(next);
                    });
}

void HttpSession::finish() {
  response_ = {};
  if (keeps_alive_) return read();
  if (has_unread_) return discard_rest();
  close();
}

void HttpSession::follow() {
  is_following_ = true;
  ++context_.n_streams;
  stream_.expires_never();
  watch_for_end();
  response_.stream->on_more([weak = weak_from_this()] {
    if (auto self = weak.lock()) {
      auto executor = self->stream_.get_executor();
      asio::post(executor, [self = std::move(self)] { self->pump(); });
    }
  });
  pump();
}

void HttpSession::pump() {
  if (is_sending_ || response_.stream == nullptr) return;
  std::string text = response_.stream->next();
  if (text.empty()) return wait_quietly();
  send_text(std::move(text));
}

void HttpSession::send_text(std::string text) {
  text_ = std::move(text);
  is_sending_ = true;
  stream_.expires_after(context_.limits.write_time);
  asio::async_write(stream_, asio::buffer(text_), [self = shared_from_this()](Error error, std::size_t) {
    self->is_sending_ = false;
    if (error) return self->close();
    self->pump();
  });
}

// A comment now and then keeps proxies from ending a quiet stream.
void HttpSession::wait_quietly() {
  timer_.expires_after(context_.limits.keep_alive);
  timer_.async_wait([self = shared_from_this()](Error error) {
    if (!error && !self->is_sending_ && self->response_.stream) self->send_text(": still here\n\n");
  });
}

// A reader of events says nothing more; that its connection ends is only seen by reading.
void HttpSession::watch_for_end() {
  scratch_.resize(kScratchBytes);
  stream_.socket().async_read_some(asio::buffer(scratch_),
                                   [self = shared_from_this()](Error error, std::size_t) {
                                     if (error) return self->close();
                                     self->watch_for_end();
                                   });
}

// Closing with bytes unread would reset the connection, and the answer could be lost on its way.
void HttpSession::discard_rest() {
  Error ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  timer_.expires_after(kDiscardTime);
  timer_.async_wait([self = shared_from_this()](Error error) {
    if (!error) self->close();
  });
  watch_for_end();
}

void HttpSession::close() {
  Error ignored;
  response_.stream = nullptr;
  timer_.cancel();
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
}

}  // namespace aisle
