// Who may ask: the Host and Origin of a request, its token, and the headers that keep a browser strict.
//
// A page of another site must not reach the project through the reader's browser. By DNS rebinding it would
// come with its own name as Host, so only addresses, localhost, this machine's name and the public URL's are
// taken; by a cross-site post with another Origin.
#pragma once

#include <optional>
#include <string>

#include "aisle/serve/http.h"

namespace aisle {

// "https://stores.example.com/aisle" apart. Behind a proxy it says how the world sees the server.
struct PublicUrl {
  std::string origin;  // "https://stores.example.com"; "" without a public URL
  std::string host;    // "stores.example.com", with a port where the URL has one
  std::string base;    // "/aisle", or "" for the root

  bool is_https() const { return origin.starts_with("https:"); }
};

// "" gives an empty one. Throws InvalidInput naming --public-url.
PublicUrl parse_public_url(const std::string& url);

struct GuardOptions {
  std::string token = {};  // "": none is asked for
  std::string cookie_name = "aisle_token";
  PublicUrl public_url = {};
  std::string machine_name = {};  // of this machine, as a Host that is taken
};

class Guard {
 public:
  explicit Guard(GuardOptions options) : options_(std::move(options)) {}

  // What is answered instead of the request's own answer; empty: it may pass. `needs_token` is false for what
  // tells nothing of the project.
  std::optional<HttpResponse> refuse(const HttpRequest& request, bool needs_token) const;

  // Content-Security-Policy and its like, where the answer has none of its own.
  void add_headers(const HttpRequest& request, HttpResponse& response) const;

  // Takes the base path off where the request has it.
  void strip_base(HttpRequest& request) const;

 private:
  bool is_known_host(const std::string& host) const;
  bool is_own_origin(const HttpRequest& request) const;
  bool has_token(const HttpRequest& request) const;
  HttpResponse login(const HttpRequest& request) const;
  HttpResponse refuse_token(const HttpRequest& request, const std::string& given) const;

  GuardOptions options_;
};

// Whether both texts are the same, in a time that does not tell where they differ.
bool is_same_secret(const std::string& given, const std::string& secret);

// The token in a file, without the space around it. Throws EnvironmentError when it cannot be read,
// InvalidInput for fewer than 16 characters or others than letters, digits and -._~+/=.
std::string read_token(const std::string& file);

}  // namespace aisle
