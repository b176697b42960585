#include "aisle/serve/guard.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::chrono::milliseconds kWrongTokenDelay{1000};
constexpr const char* kTokenLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=";

// Neither scripts nor styles stand in the page: charts set theirs through the object model, which is no text.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

// "[::1]:80" is "::1", "localhost:80" is "localhost"; "" where what follows the name is no port.
std::string without_port(const std::string& host) {
  const bool has_brackets = host.starts_with('[');
  const std::size_t bracket = has_brackets ? host.find(']') : 0;
  if (bracket == std::string::npos) return "";
  const std::size_t end = has_brackets ? bracket + 1 : std::min(host.find(':'), host.size());
  const std::string port = host.substr(end);
  if (!port.empty() &&
      (port.front() != ':' || port.find_first_not_of("0123456789", 1) != std::string::npos)) {
    return "";
  }
  return has_brackets ? host.substr(1, bracket - 1) : host.substr(0, end);
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

bool wants_page(const HttpRequest& request) {
  return request.method == "GET" && request.header("accept").find("text/html") != std::string::npos;
}

std::string cookie(const HttpRequest& request, const std::string& name) {
  const std::string all = request.header("cookie");
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(';', at), all.size());
    const std::size_t start = std::min(all.find_first_not_of(' ', at), end);
    if (all.compare(start, name.size() + 1, name + "=") == 0) {
      return all.substr(start + name.size() + 1, end - start - name.size() - 1);
    }
    at = end + 1;
  }
  return "";
}

std::string query_token(const HttpRequest& request) {
  for (const auto& [name, value] : request.query) {
    if (name == "token") return value;
  }
  return "";
}

[[noreturn]] void refuse_url(const std::string& url) {
  throw InvalidInput({.where = "--public-url",
                      .what = "is '" + url + "'",
                      .expected = "https://HOST or https://HOST/PATH (or http), as browsers open it",
                      .remedy = ""});
}

}  // namespace

PublicUrl parse_public_url(const std::string& url) {
  if (url.empty()) return {};
  const std::size_t scheme = url.find("://");
  const std::string known = small_letters(url.substr(0, scheme));
  if (scheme == std::string::npos || (known != "http" && known != "https")) refuse_url(url);
  const std::size_t host_at = scheme + 3;
  const std::size_t path_at = std::min(url.find('/', host_at), url.size());
  PublicUrl result;
  result.host = small_letters(url.substr(host_at, path_at - host_at));
  result.origin = known + "://" + result.host;
  result.base = url.substr(path_at);
  while (result.base.ends_with('/')) result.base.pop_back();
  const bool is_plain = std::all_of(result.base.begin(), result.base.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("/-._~").find(static_cast<char>(letter)) != std::string_view::npos;
  });
  if (result.host.empty() || result.host.find_first_of("@?# ") != std::string::npos || !is_plain) {
    refuse_url(url);
  }
  return result;
}

bool is_same_secret(const std::string& given, const std::string& secret) {
  // Every letter of what is given is looked at, whatever was found before.
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t at = 0; at < given.size(); ++at) {
    const char other = secret.empty() ? '\0' : secret[at % secret.size()];
    difference |= static_cast<unsigned char>(given[at]) ^ static_cast<unsigned char>(other);
  }
  return difference == 0;
}

std::string read_token(const std::string& file) {
  std::string token = read_file(file);
  const auto is_space = [](unsigned char letter) { return std::isspace(letter) != 0; };
  token.erase(token.begin(), std::find_if_not(token.begin(), token.end(), is_space));
  token.erase(std::find_if_not(token.rbegin(), token.rend(), is_space).base(), token.end());
  if (token.size() < kShortestToken || token.find_first_not_of(kTokenLetters) != std::string::npos) {
    throw InvalidInput(
        {.where = "--token-file " + file,
         .what = "holds no token",
         .expected = fmt::format("one line of at least {} letters, digits and -._~+/=", kShortestToken),
         .remedy = "head -c 32 /dev/urandom | base64 > FILE makes one"});
  }
  return token;
}

bool Guard::is_known_host(const std::string& host) const {
  const std::string name = small_letters(without_port(host));
  return is_address(name) || name == "localhost" || (!name.empty() && name == options_.machine_name) ||
         (!options_.public_url.host.empty() && small_letters(host) == options_.public_url.host);
}

bool Guard::is_own_origin(const HttpRequest& request) const {
  const std::string site = request.header("sec-fetch-site");
  const std::string origin = small_letters(request.header("origin"));
  if (origin.empty()) {
    // A link from another site may open the page; it may not load parts of it, nor post.
    const bool opens_page = request.method == "GET" && request.header("sec-fetch-mode") == "navigate";
    return site != "cross-site" || opens_page;
  }
  const std::string host = small_letters(request.header("host"));
  return origin == "http://" + host || origin == "https://" + host || origin == options_.public_url.origin;
}

bool Guard::has_token(const HttpRequest& request) const {
  constexpr std::string_view kBearer = "bearer ";
  const std::string header = request.header("authorization");
  if (small_letters(header.substr(0, kBearer.size())) == kBearer) {
    return is_same_secret(header.substr(kBearer.size()), options_.token);
  }
  return is_same_secret(cookie(request, options_.cookie_name), options_.token);
}

HttpResponse Guard::login(const HttpRequest& request) const {
  HttpResponse response = text_response("", "text/plain; charset=utf-8", 303);
  // To the same address without the token, so that it stays in no history and no log. One slash in front: two
  // would be another site's address, and browsers take a backslash for a slash.
  const std::string path =
      request.path.substr(std::min(request.path.find_first_not_of("/\\"), request.path.size()));
  NamedTexts query = request.query;
  std::erase_if(query, [](const auto& parameter) { return parameter.first == "token"; });
  response.set_header("Location", options_.public_url.base + "/" + path + query_text(query));
  response.set_header(
      "Set-Cookie",
      fmt::format("{}={}; HttpOnly; SameSite=Strict; Path={}/{}", options_.cookie_name, options_.token,
                  options_.public_url.base, options_.public_url.is_https() ? "; Secure" : ""));
  response.set_header("Cache-Control", "no-store");
  return response;
}

HttpResponse Guard::refuse_token(const HttpRequest& request, const std::string& given) const {
  const bool is_wrong = !given.empty() || !request.header("authorization").empty() ||
                        !cookie(request, options_.cookie_name).empty();
  HttpResponse response;
  if (wants_page(request)) {
    response = text_response(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>aisle</title>"
        "<p>This page asks for a token. Open it once as <code>?token=TOKEN</code>, with the token of the "
        "file "
        "that the server was started with; the browser remembers it.</p></html>\n",
        "text/html; charset=utf-8", 401);
  } else {
    response =
        error_response(401, "InvalidInput",
                       {.where = request.path,
                        .what = is_wrong ? "the token is not the server's" : "a token is needed",
                        .expected = "the token of the server's --token-file",
                        .remedy = "send it as 'Authorization: Bearer TOKEN', or open the page once with "
                                  "?token=TOKEN"});
  }
  response.set_header("WWW-Authenticate", "Bearer");
  if (is_wrong) response.delay = kWrongTokenDelay;
  return response;
}

std::optional<HttpResponse> Guard::refuse(const HttpRequest& request, bool needs_token) const {
  if (!is_known_host(request.header("host"))) {
    return error_response(
        421, "InvalidInput",
        {.where = "Host",
         .what = "is '" + request.header("host") + "'",
         .expected = "an address, localhost, this machine's name or the host of --public-url",
         .remedy = "start the server with --public-url https://HOST"});
  }
  if (!is_own_origin(request)) {
    return error_response(403, "InvalidInput",
                          {.where = "Origin",
                           .what = "the request comes from a page of another site",
                           .expected = "",
                           .remedy = "behind a proxy, start the server with --public-url"});
  }
  if (options_.token.empty() || !needs_token) return std::nullopt;
  const std::string given = query_token(request);
  if (!given.empty() && request.method == "GET" && is_same_secret(given, options_.token)) {
    return login(request);
  }
  if (given.empty() && has_token(request)) return std::nullopt;
  return refuse_token(request, given);
}

void Guard::add_headers(const HttpRequest& request, HttpResponse& response) const {
  const auto add = [&](const std::string& name, const std::string& value) {
    const bool is_there = std::any_of(response.headers.begin(), response.headers.end(),
                                      [&](const auto& header) { return header.first == name; });
    if (!is_there) response.set_header(name, value);
  };
  add("Content-Security-Policy", kPolicy);
  add("X-Content-Type-Options", "nosniff");
  add("Referrer-Policy", "no-referrer");
  add("Cross-Origin-Resource-Policy", "same-origin");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("X-Frame-Options", "DENY");
  if (request.path.starts_with("/api/")) add("Cache-Control", "no-cache");
}

void Guard::strip_base(HttpRequest& request) const {
  const std::string& base = options_.public_url.base;
  if (base.empty() || !request.path.starts_with(base)) return;
  if (request.path.size() == base.size()) {
    request.path = "/";
  } else if (request.path[base.size()] == '/') {
    request.path.erase(0, base.size());
  }
}

}  // namespace aisle
