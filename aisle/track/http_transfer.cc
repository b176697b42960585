#include "aisle/track/http_transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

namespace aisle {
namespace {

namespace fs = std::filesystem;

// A server that sends more than this is none of ours.
constexpr std::size_t kLongestAnswer = std::size_t{64} << 20;
// An upload that moves less than this for answer_seconds has died.
constexpr long kSlowestBytesPerSecond = 1;

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* answer) {
  std::string& body = static_cast<TransferAnswer*>(answer)->body;
  if (body.size() + size * count > kLongestAnswer) return 0;
  body.append(bytes, size * count);
  return size * count;
}

int stop_when_asked(void* cancel, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* flag = static_cast<const CancelFlag*>(cancel);
  return flag != nullptr && flag->requested() ? 1 : 0;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeList>;

void add_header(Headers& headers, const std::string& line) {
  curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  headers.release();
  headers.reset(longer);
}

bool is_about_trust(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_ISSUER_ERROR;
}

}  // namespace

class HttpTransfer::Handle {
 public:
  Handle() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl_ = curl_easy_init();
    if (curl_ == nullptr) {
      throw InternalError({.where = "libcurl", .what = "cannot start", .expected = "", .remedy = ""});
    }
  }
  ~Handle() { curl_easy_cleanup(curl_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  template <typename Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(curl_, option, value) == CURLE_OK) return;
    throw InternalError({.where = "libcurl",
                         .what = fmt::format("does not know option {}", static_cast<int>(option)),
                         .expected = "",
                         .remedy = ""});
  }
  // Options go, the connection stays.
  void reset() { curl_easy_reset(curl_); }
  CURLcode perform() { return curl_easy_perform(curl_); }
  CURL* get() const { return curl_; }

 private:
  CURL* curl_ = nullptr;
};

namespace {

template <typename Handle>
void set_trust(Handle& handle, const TrackingServer& server) {
  handle.set(CURLOPT_PROTOCOLS_STR, "http,https");
  if (!server.username.empty() || !server.password.empty()) {
    handle.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    handle.set(CURLOPT_USERNAME, server.username.c_str());
    handle.set(CURLOPT_PASSWORD, server.password.c_str());
  } else if (!server.token.empty()) {
    handle.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    handle.set(CURLOPT_XOAUTH2_BEARER, server.token.c_str());
  }
  if (server.is_any_certificate_fine) {
    handle.set(CURLOPT_SSL_VERIFYPEER, 0L);
    handle.set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!server.certificates.empty()) {
    const bool is_folder = fs::is_directory(server.certificates);
    handle.set(is_folder ? CURLOPT_CAPATH : CURLOPT_CAINFO, server.certificates.c_str());
  }
  if (!server.client_certificate.empty()) handle.set(CURLOPT_SSLCERT, server.client_certificate.c_str());
}

template <typename Handle>
void set_limits(Handle& handle, const TransferLimits& limits, bool is_file) {
  handle.set(CURLOPT_NOSIGNAL, 1L);
  handle.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_seconds * 1000));
  if (is_file) {
    handle.set(CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesPerSecond);
    handle.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.answer_seconds));
  } else {
    handle.set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.answer_seconds * 1000));
  }
}

File open_file(const fs::path& path) {
  File file(std::fopen(path.c_str(), "rb"));
  if (file) return file;
  throw EnvironmentError({.where = path.string(),
                          .what = fmt::format("cannot be read ({})", std::generic_category().message(errno)),
                          .expected = "",
                          .remedy = ""});
}

}  // namespace

HttpTransfer::HttpTransfer(TrackingServer server, const CancelFlag* cancel)
    : server_(std::move(server)), cancel_(cancel), handle_(std::make_unique<Handle>()) {}

HttpTransfer::~HttpTransfer() = default;

TransferAnswer HttpTransfer::send(const TransferRequest& request, const TransferLimits& limits) {
  if (cancel_ != nullptr) cancel_->check();
  Handle& handle = *handle_;
  handle.reset();
  const std::string url = server_.uri + request.path;
  handle.set(CURLOPT_URL, url.c_str());
  set_trust(handle, server_);
  set_limits(handle, limits, !request.file.empty());
  Headers headers;
  add_header(headers, "Accept: application/json");
  add_header(headers, "Expect:");  // no pause before a body
  File file;
  if (!request.file.empty()) {
    file = open_file(request.file);
    handle.set(CURLOPT_UPLOAD, 1L);
    handle.set(CURLOPT_READDATA, file.get());
    handle.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(fs::file_size(request.file)));
    add_header(headers, "Content-Type: application/octet-stream");
  } else if (!request.body.empty()) {
    handle.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    handle.set(CURLOPT_POSTFIELDS, request.body.c_str());
    add_header(headers, "Content-Type: application/json");
  }
  handle.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.makes_new) handle.set(CURLOPT_FRESH_CONNECT, 1L);
  handle.set(CURLOPT_HTTPHEADER, headers.get());
  handle.set(CURLOPT_USERAGENT, "aisle/" AISLE_VERSION);
  TransferAnswer answer;
  handle.set(CURLOPT_WRITEFUNCTION, &take_body);
  handle.set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  handle.set(CURLOPT_NOPROGRESS, 0L);
  handle.set(CURLOPT_XFERINFOFUNCTION, &stop_when_asked);
  handle.set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(cancel_)));
  char words[CURL_ERROR_SIZE] = "";
  handle.set(CURLOPT_ERRORBUFFER, words);

  const CURLcode code = handle.perform();
  if (code == CURLE_ABORTED_BY_CALLBACK) throw Cancelled();
  if (code != CURLE_OK) {
    const std::string said = *words != '\0' ? words : curl_easy_strerror(code);
    throw TrackingError(is_about_trust(code) ? TrackingFault::kDenied : TrackingFault::kUnreachable,
                        {.where = server_.uri,
                         .what = fmt::format("cannot be reached ({})", said),
                         .expected = "",
                         .remedy = ""});
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  const char* type = nullptr;
  if (curl_easy_getinfo(handle.get(), CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != nullptr) {
    answer.content_type = type;
  }
  curl_off_t wait = 0;
  if (curl_easy_getinfo(handle.get(), CURLINFO_RETRY_AFTER, &wait) == CURLE_OK) {
    answer.retry_after = static_cast<double>(wait);
  }
  return answer;
}

}  // namespace aisle
