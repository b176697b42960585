// One HTTP exchange with a tracking server (libcurl): authentication, TLS, proxy, time limits. Proxies are
// those of http_proxy, https_proxy and no_proxy. Redirects are not followed: a password must not go to an
// address that nobody wrote down.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "aisle/base/cancel.h"
#include "aisle/base/errors.h"
#include "aisle/track/tracking_server.h"

namespace aisle {

// Why something was not sent, by what may help.
enum class TrackingFault {
  kUnreachable,  // no answer: refused, cut, or too slow
  kBusy,         // an answer that asks for patience: 429, 5xx
  kDenied,       // credentials, certificates or address: nothing will pass until somebody changes them
  kRejected,     // the server does not take this request
};

class TrackingError : public EnvironmentError {
 public:
  TrackingError(TrackingFault fault, ErrorParts parts, double wait_seconds = 0)
      : EnvironmentError(std::move(parts)), fault_(fault), wait_seconds_(wait_seconds) {}
  TrackingFault fault() const { return fault_; }
  // What the server asked for before the next try (Retry-After); 0: nothing.
  double wait_seconds() const { return wait_seconds_; }

 private:
  TrackingFault fault_;
  double wait_seconds_;
};

struct TransferLimits {
  double connect_seconds = 10;
  double answer_seconds = 60;  // for a whole exchange; a file may take longer while bytes flow
};

struct TransferRequest {
  std::string method;          // "GET", "POST", "PATCH", "PUT", "DELETE"
  std::string path;            // below the server's address, with its query
  std::string body;            // JSON; "" for none
  std::filesystem::path file;  // sent as the body where it is set
  // Makes something new each time it is done. libcurl sends a request again by itself when a connection that
  // it kept dies under it, though the first may have been done; on a connection of its own it never does.
  bool makes_new = false;
};

struct TransferAnswer {
  int status = 0;
  std::string body;
  std::string content_type;
  double retry_after = 0;  // seconds; 0: not said
};

// A connection that is kept between exchanges. For one thread at a time.
class HttpTransfer {
 public:
  HttpTransfer(TrackingServer server, const CancelFlag* cancel);
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  // Any answer of the server, whatever its status. Throws TrackingError (kUnreachable, kDenied), Cancelled,
  // EnvironmentError for a file that cannot be read.
  TransferAnswer send(const TransferRequest& request, const TransferLimits& limits);

  const std::string& uri() const { return server_.uri; }

 private:
  class Handle;

  TrackingServer server_;
  const CancelFlag* cancel_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace aisle
