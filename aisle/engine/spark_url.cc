#include "aisle/engine/spark_url.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr std::string_view kScheme = "sc://";
constexpr const char* kDefaultPort = "15002";
constexpr const char* kForm = "sc://HOST:PORT, or sc://HOST:PORT/;use_ssl=true";

[[noreturn]] void refuse(const std::string& where, std::string what, std::string remedy = "") {
  throw InvalidInput(
      {.where = where, .what = std::move(what), .expected = kForm, .remedy = std::move(remedy)});
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

std::string address_of(std::string_view host_and_port, const std::string& url, const std::string& where) {
  // The colons of an IPv6 address stand inside its brackets.
  const std::size_t bracket = host_and_port.rfind(']');
  const std::size_t colon = host_and_port.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = host_and_port.substr(0, colon);
  if (host.empty() || host.find('@') != std::string_view::npos) {
    refuse(where, fmt::format("'{}' names no host", url));
  }
  if (colon == std::string_view::npos) return fmt::format("{}:{}", host, kDefaultPort);
  const std::string_view port = host_and_port.substr(colon + 1);
  if (!is_port(port)) refuse(where, fmt::format("'{}' is no port", port));
  return std::string(host_and_port);
}

void read_parameter(std::string_view parameter, SparkUrl& result, const std::string& where) {
  const std::size_t equals = parameter.find('=');
  const std::string_view key = parameter.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
  if (key == "token") {
    refuse(where, "it holds a token, which is a secret",
           "take it out and set SPARK_CONNECT_AUTHENTICATE_TOKEN in the environment");
  }
  if (key == "use_ssl" && (value == "true" || value == "false")) {
    result.use_ssl = value == "true";
  } else if (key == "user_id" && !value.empty()) {
    result.user_id = std::string(value);
  } else {
    refuse(where, fmt::format("'{}' is not understood", parameter),
           "use_ssl=true and user_id=NAME are known");
  }
}

}  // namespace

SparkUrl parse_spark_url(const std::string& url, const std::string& where) {
  std::string_view rest = url;
  if (!rest.starts_with(kScheme)) refuse(where, fmt::format("'{}' is no address of Spark Connect", url));
  rest.remove_prefix(kScheme.size());
  const std::size_t slash = rest.find('/');
  SparkUrl result;
  // A token in the wrong place must not come out in a message.
  const std::size_t semicolon = rest.find(';');
  if (semicolon != std::string_view::npos && (slash == std::string_view::npos || semicolon < slash)) {
    refuse(where, "its parameters do not follow '/;'");
  }
  result.address = address_of(rest.substr(0, slash), url.substr(0, url.find('/', kScheme.size())), where);
  std::string_view parameters = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  if (!parameters.empty() && parameters.front() != ';') refuse(where, "its path is not '/;...'");
  while (!parameters.empty()) {
    parameters.remove_prefix(1);
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    if (end > 0) read_parameter(parameters.substr(0, end), result, where);
    parameters.remove_prefix(end);
  }
  return result;
}

}  // namespace aisle
