// A request and its answer as the resources of this room see them, without any network library.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aisle/base/errors.h"

namespace aisle {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;                          // "GET"
  std::string path;                            // as sent, without query and base path: "/api/v1/runs/a%20b"
  NamedTexts query;                            // decoded, in their order
  std::map<std::string, std::string> headers;  // names in small letters; repeated ones joined by ", "
  std::string body;
  std::string peer;                                // the caller's address
  std::map<std::string, std::string> path_values;  // decoded, by the names in the route

  // "" when it is not there.
  std::string header(const std::string& name) const;
};

// A body that goes on for as long as its reader stays: what has come since it was last asked. The session
// asks from one thread at a time.
class BodyStream {
 public:
  BodyStream() = default;
  virtual ~BodyStream() = default;
  BodyStream(const BodyStream&) = delete;
  BodyStream& operator=(const BodyStream&) = delete;

  // "" when nothing is new.
  virtual std::string next() = 0;
  // `wake` is called, from any thread, when next() has more; never after the stream is gone.
  virtual void on_more(std::function<void()> wake) = 0;
};

struct HttpResponse {
  int status = 200;
  NamedTexts headers = {};
  std::shared_ptr<const std::string> body = {};  // null: none
  std::shared_ptr<BodyStream> stream = {};       // instead of a body
  std::chrono::milliseconds delay{0};            // before it is sent

  void set_header(const std::string& name, const std::string& value) { headers.emplace_back(name, value); }
};

HttpResponse text_response(std::string body, const std::string& content_type, int status = 200);

// An answer that is an error of the caller's, thrown by a resource.
class HttpError : public std::runtime_error {
 public:
  HttpError(int status, ErrorParts parts);
  int status() const { return status_; }
  const ErrorParts& parts() const { return parts_; }

 private:
  int status_;
  ErrorParts parts_;
};

// The JSON object of an error: kind, status, where, what, expected, remedy, message.
HttpResponse error_response(int status, const std::string& kind, const ErrorParts& parts);
// The answer for the exception that is being handled; call it inside a catch block.
HttpResponse current_error_response();

// ASCII letters alone.
std::string small_letters(std::string text);
// The value of a hexadecimal digit; -1 for another letter.
int hex_digit(char letter);
// "/a/b%20c?x=1&y=%C3%A9" into path and query. Throws HttpError 400 for what is no such target.
void split_target(std::string_view target, std::string& path, NamedTexts& query);
// "?a=1&b=%20" of decoded parameters; "" of none.
std::string query_text(const NamedTexts& query);
// The parts of a path between its slashes, decoded; "/" has one, "". Throws HttpError 400.
std::vector<std::string> path_parts(std::string_view path);

}  // namespace aisle
