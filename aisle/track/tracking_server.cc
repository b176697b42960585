#include "aisle/track/tracking_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr const char* kOption = "tracking.mlflow_uri";
constexpr const char* kVariable = "MLFLOW_TRACKING_URI";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_true(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text == "true" || text == "1";
}

// The part between "//" and the first '/', '?' or '#'.
std::string authority_of(const std::string& uri) {
  const std::size_t start = uri.find("//") + 2;
  return uri.substr(start, uri.find_first_of("/?#", start) - start);
}

// The byte that "%41" stands for, and so on.
std::string decoded(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_escape = text[at] == '%' && at + 2 < text.size() &&
                           std::isxdigit(static_cast<unsigned char>(text[at + 1])) != 0 &&
                           std::isxdigit(static_cast<unsigned char>(text[at + 2])) != 0;
    plain += is_escape ? static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16)) : text[at];
    if (is_escape) at += 2;
  }
  return plain;
}

// The address without a user and password, which messages and the run store must not hold.
void take_credentials(TrackingServer& server) {
  const std::string authority = authority_of(server.uri);
  const std::size_t at_sign = authority.rfind('@');
  if (at_sign == std::string::npos) return;
  const std::string user = authority.substr(0, at_sign);
  const std::size_t colon = user.find(':');
  server.username = decoded(user.substr(0, colon));
  if (colon != std::string::npos) server.password = decoded(user.substr(colon + 1));
  server.uri.replace(server.uri.find("//") + 2, at_sign + 1, "");
}

TrackingServer server_at(const std::string& uri, const std::string& where) {
  const bool is_http = uri.starts_with("http://") || uri.starts_with("https://");
  if (!is_http || authority_of(uri).empty() || uri.find_first_of("?# \t\r\n") != std::string::npos) {
    // What stands before '@' may be a password.
    const std::size_t at_sign = uri.rfind('@');
    throw InvalidInput(
        {.where = where,
         .what = fmt::format("is '{}'", at_sign == std::string::npos ? uri : "..." + uri.substr(at_sign)),
         .expected = "the address of an MLflow server, http://HOST:PORT or https://HOST",
         .remedy = where == kVariable ? "unset it to keep runs in the project alone" : ""});
  }
  TrackingServer server;
  server.uri = uri;
  while (server.uri.ends_with('/')) server.uri.pop_back();
  take_credentials(server);
  return server;
}

void add_environment(TrackingServer& server) {
  const std::string username = variable("MLFLOW_TRACKING_USERNAME");
  const std::string password = variable("MLFLOW_TRACKING_PASSWORD");
  if (!username.empty() || !password.empty()) {
    server.username = username;
    server.password = password;
  }
  server.token = variable("MLFLOW_TRACKING_TOKEN");
  if (server.token.find_first_of("\r\n") != std::string::npos) {
    throw InvalidInput(
        {.where = "MLFLOW_TRACKING_TOKEN", .what = "has a line break", .expected = "one line", .remedy = ""});
  }
  server.is_any_certificate_fine = is_true(variable("MLFLOW_TRACKING_INSECURE_TLS"));
  server.certificates = variable("MLFLOW_TRACKING_SERVER_CERT_PATH");
  server.client_certificate = variable("MLFLOW_TRACKING_CLIENT_CERT_PATH");
  if (server.is_any_certificate_fine && !server.certificates.empty()) {
    throw InvalidInput({.where = "MLFLOW_TRACKING_INSECURE_TLS",
                        .what = "is set beside MLFLOW_TRACKING_SERVER_CERT_PATH",
                        .expected = "one of them",
                        .remedy = "unset the first: then the server is checked"});
  }
}

}  // namespace

std::optional<TrackingServer> find_tracking_server(const TrackingOptions& options) {
  const bool is_option = !options.mlflow_uri.empty();
  const std::string uri = is_option ? options.mlflow_uri : variable(kVariable);
  if (uri.empty()) return std::nullopt;
  TrackingServer server = server_at(uri, is_option ? kOption : kVariable);
  if (is_option && !server.username.empty()) {
    throw InvalidInput({.where = kOption,
                        .what = "has a user or password in it",
                        .expected = "an address alone",
                        .remedy = "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"});
  }
  add_environment(server);
  return server;
}

}  // namespace aisle
