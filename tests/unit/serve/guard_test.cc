// Who may ask: Host, Origin, token, and the headers of every answer.
#include "aisle/serve/guard.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/temporary_folder.h"

namespace aisle {
namespace {

constexpr const char* kToken = "a-token-of-twenty-letters";

HttpRequest request(std::map<std::string, std::string> headers, NamedTexts query = {}) {
  HttpRequest result;
  result.method = "GET";
  result.path = "/api/v1/project";
  result.headers = std::move(headers);
  result.headers.try_emplace("host", "127.0.0.1:8321");
  result.query = std::move(query);
  return result;
}

int status(const Guard& guard, const HttpRequest& asked, bool needs_token = true) {
  const auto refusal = guard.refuse(asked, needs_token);
  return refusal ? refusal->status : 200;
}

std::string header(const HttpResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(Guard, TakesNoHostOfAnotherName) {
  const Guard guard(
      {.public_url = parse_public_url("https://stores.example.com/aisle"), .machine_name = "till-7"});
  for (const char* host : {"127.0.0.1", "127.0.0.1:8321", "localhost:1", "LOCALHOST", "[::1]:8321",
                           "192.168.0.9", "till-7:8321", "stores.example.com"}) {
    EXPECT_EQ(status(guard, request({{"host", host}})), 200) << host;
  }
  for (const char* host : {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80",
                           "till-8", "127.0.0.1, evil.example", "[::1", "stores.example.com:8443",
                           "localhost:evil.example", "[::1].evil.example", "127.0.0.1:80:evil.example"}) {
    EXPECT_EQ(status(guard, request({{"host", host}})), 421) << host;
  }
}

TEST(Guard, TakesNothingFromAnotherSitesPage) {
  const Guard guard({.public_url = parse_public_url("https://stores.example.com")});
  EXPECT_EQ(status(guard, request({{"origin", "http://127.0.0.1:8321"}})), 200);
  EXPECT_EQ(status(guard, request({{"origin", "https://stores.example.com"}})), 200);
  EXPECT_EQ(status(guard, request({{"sec-fetch-site", "same-origin"}})), 200);
  EXPECT_EQ(status(guard, request({{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}})), 200);
  for (const char* origin :
       {"null", "http://127.0.0.1:9999", "http://evil.example", "https://evil.example"}) {
    EXPECT_EQ(status(guard, request({{"origin", origin}})), 403) << origin;
  }
  EXPECT_EQ(status(guard, request({{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "no-cors"}})), 403);
  HttpRequest post = request({{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}});
  post.method = "POST";
  EXPECT_EQ(status(guard, post), 403);
}

TEST(Guard, AsksForItsToken) {
  const Guard guard({.token = kToken, .cookie_name = "aisle_token_1"});
  EXPECT_EQ(status(guard, request({{"authorization", std::string("Bearer ") + kToken}})), 200);
  EXPECT_EQ(status(guard, request({{"authorization", std::string("bearer ") + kToken}})), 200);
  EXPECT_EQ(status(guard, request({{"cookie", std::string("a=b; aisle_token_1=") + kToken + "; c=d"}})), 200);
  EXPECT_EQ(status(guard, request({}), false), 200);
  const auto none = guard.refuse(request({}), true);
  ASSERT_TRUE(none);
  EXPECT_EQ(none->status, 401);
  EXPECT_EQ(none->delay.count(), 0);
  EXPECT_EQ(header(*none, "WWW-Authenticate"), "Bearer");
  for (const auto& wrong :
       {request({{"authorization", "Bearer wrong"}}), request({{"cookie", "aisle_token_1=wrong"}}),
        request({{"cookie", std::string("other=") + kToken + "; aisle_token_1="}}, {{"token", "x"}}),
        request({{"authorization", std::string("Basic ") + kToken}}),
        request({}, {{"token", std::string(kToken) + "x"}})}) {
    const auto refusal = guard.refuse(wrong, true);
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->status, 401);
    EXPECT_GE(refusal->delay.count(), 1000);  // guessing is slow
    EXPECT_EQ(refusal->body->find(kToken), std::string::npos);
  }
}

TEST(Guard, ATokenInTheAddressBecomesACookieOnce) {
  const Guard guard({.token = kToken, .public_url = parse_public_url("https://stores.example.com/aisle/")});
  HttpRequest asked = request({}, {{"tab", "map & bars"}, {"token", kToken}});
  asked.path = "//evil.example/x";
  const auto answer = guard.refuse(asked, true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 303);
  EXPECT_EQ(header(*answer, "Location"), "/aisle/evil.example/x?tab=map%20%26%20bars");
  asked.path = "/\\evil.example";
  EXPECT_EQ(header(*guard.refuse(asked, true), "Location"), "/aisle/evil.example?tab=map%20%26%20bars");
  EXPECT_EQ(header(*answer, "Set-Cookie"),
            std::string("aisle_token=") + kToken + "; HttpOnly; SameSite=Strict; Path=/aisle/; Secure");
  asked.method = "POST";
  EXPECT_EQ(status(guard, asked), 401);
}

TEST(Guard, ComparesSecretsWhole) {
  EXPECT_TRUE(is_same_secret("abc", "abc"));
  for (const char* given : {"", "ab", "abcd", "abcabc", "abd", "bbc"})
    EXPECT_FALSE(is_same_secret(given, "abc"));
  EXPECT_FALSE(is_same_secret("a", ""));
}

TEST(Guard, EveryAnswerKeepsTheBrowserStrict) {
  const Guard guard({});
  HttpResponse response = text_response("x", "text/plain");
  guard.add_headers(request({}), response);
  const std::string policy = header(response, "Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'; script-src 'self';"), std::string::npos) << policy;
  EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(response, "Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_EQ(header(response, "X-Frame-Options"), "DENY");
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "");
  HttpResponse own = text_response("x", "text/plain");
  own.set_header("Content-Security-Policy", "own");
  guard.add_headers(request({}), own);
  EXPECT_EQ(std::count_if(own.headers.begin(), own.headers.end(),
                          [](const auto& named) { return named.first == "Content-Security-Policy"; }),
            1);
}

TEST(Guard, KnowsItsBasePath) {
  const Guard guard({.public_url = parse_public_url("https://stores.example.com/aisle")});
  const auto stripped = [&](const std::string& path) {
    HttpRequest asked = request({});
    asked.path = path;
    guard.strip_base(asked);
    return asked.path;
  };
  EXPECT_EQ(stripped("/aisle/api/v1/project"), "/api/v1/project");
  EXPECT_EQ(stripped("/aisle"), "/");
  EXPECT_EQ(stripped("/aisles/x"), "/aisles/x");
  EXPECT_EQ(stripped("/api"), "/api");
}

TEST(Guard, RefusesPublicUrlsThatAreNone) {
  for (const char* url : {"stores.example.com", "ftp://a", "https://", "https://a@b/", "https://a/b?c",
                          "https://a/b c", "https://a/\"x"}) {
    EXPECT_THROW(parse_public_url(url), InvalidInput) << url;
  }
  const PublicUrl url = parse_public_url("HTTP://Stores.Example:8080/a/b//");
  EXPECT_EQ(url.origin, "http://stores.example:8080");
  EXPECT_EQ(url.host, "stores.example:8080");
  EXPECT_EQ(url.base, "/a/b");
}

TEST(Guard, ReadsATokenFromItsFile) {
  const aisle::testing::TemporaryFolder folder("token");
  const auto write = [&](const std::string& text) {
    std::FILE* file = std::fopen((folder / "token").c_str(), "w");
    std::fputs(text.c_str(), file);
    std::fclose(file);
    return (folder / "token").string();
  };
  EXPECT_EQ(read_token(write(std::string("\n ") + kToken + " \r\n")), kToken);
  for (const char* text : {"", "short", "two words of a long text", "semicolons;are;no;letters;here"}) {
    EXPECT_THROW(read_token(write(text)), InvalidInput) << text;
  }
  EXPECT_THROW(read_token((folder / "absent").string()), EnvironmentError);
}

}  // namespace
}  // namespace aisle
