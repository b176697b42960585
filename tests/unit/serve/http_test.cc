// Addresses, parameters and errors, without a network.
#include "aisle/serve/http.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aisle/serve/parameters.h"
#include "aisle/serve/router.h"

namespace aisle {
namespace {

using nlohmann::json;

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const HttpError& error) {
    return std::to_string(error.status()) + " " + error.what();
  }
  return "nothing";
}

TEST(Http, SplitsAnAddress) {
  std::string path;
  NamedTexts query;
  split_target("/a/b%20c?x=1&y=%C3%A9+z&flag&=", path, query);
  EXPECT_EQ(path, "/a/b%20c");
  EXPECT_EQ(query, (NamedTexts{{"x", "1"}, {"y", "é z"}, {"flag", ""}, {"", ""}}));
  EXPECT_EQ(path_parts(path), (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(path_parts("/"), std::vector<std::string>{""});
  EXPECT_EQ(query_text({{"a b", "1&2"}, {"c", "é"}}), "?a%20b=1%262&c=%C3%A9");
  EXPECT_EQ(query_text({}), "");
}

TEST(Http, RefusesAddressesThatAreNone) {
  std::string path;
  NamedTexts query;
  for (const char* target : {"", "http://127.0.0.1/", "*", "/?a=%", "/?a=%4", "/?a=%zz", "/?%00=1"}) {
    EXPECT_TRUE(refusal([&] { split_target(target, path, query); }).starts_with("400 ")) << target;
  }
  EXPECT_TRUE(refusal([] { path_parts("/a%00b"); }).starts_with("400 "));
}

TEST(Http, AnErrorIsAnObjectOfItsParts) {
  HttpResponse response;
  try {
    throw InvalidInput({.where = "here", .what = "it is wrong", .expected = "right", .remedy = "mend it"});
  } catch (...) {
    response = current_error_response();
  }
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(json::parse(*response.body), (json{{"kind", "InvalidInput"},
                                               {"status", 422},
                                               {"where", "here"},
                                               {"what", "it is wrong"},
                                               {"expected", "right"},
                                               {"remedy", "mend it"},
                                               {"message", "here: it is wrong; expected right; mend it"}}));
  const auto status_of = [](const auto& error) {
    try {
      throw error;
    } catch (...) {
      return current_error_response().status;
    }
  };
  EXPECT_EQ(status_of(DataError(ErrorParts{})), 422);
  EXPECT_EQ(status_of(EnvironmentError(ErrorParts{})), 500);
  EXPECT_EQ(status_of(Cancelled()), 503);
  EXPECT_EQ(status_of(std::runtime_error("x")), 500);
  EXPECT_EQ(status_of(std::bad_alloc()), 500);
  EXPECT_EQ(status_of(HttpError(415, {})), 415);
}

TEST(Parameters, AreCheckedByNameFormAndRange) {
  HttpRequest request;
  request.query = {{"n", "12"}, {"x", "0.5"}, {"on", "true"}, {"kind", "b"}, {"text", "words"}};
  const Parameters parameters(request, {"n", "x", "on", "kind", "text", "absent"});
  EXPECT_EQ(parameters.integer("n", 1, 12), 12);
  EXPECT_EQ(parameters.number("x", 0, 1), 0.5);
  EXPECT_EQ(parameters.flag("on"), true);
  EXPECT_EQ(parameters.choice("kind", {"a", "b"}), "b");
  EXPECT_EQ(parameters.text("text"), "words");
  EXPECT_EQ(parameters.text("absent"), std::nullopt);
  EXPECT_EQ(refusal([&] { parameters.integer("n", 1, 11); }),
            "400 parameter n: is '12'; expected a whole number from 1 to 11");
  EXPECT_EQ(refusal([&] { parameters.number("text", 0, 1); }),
            "400 parameter text: is 'words'; expected a number from 0 to 1");
  EXPECT_EQ(refusal([&] {
              parameters.choice("kind", {"a", "c"});
            }),
            "400 parameter kind: is 'b'; expected one of a, c");
  EXPECT_EQ(
      refusal([&] {
        Parameters(request, {"n", "x", "on", "kinds", "text"});
      }),
      "400 parameter kind: is none of this address; expected n, x, on, kinds, text; did you mean 'kinds'?");
  request.query = {{"n", "1"}, {"n", "2"}};
  EXPECT_EQ(refusal([&] { Parameters(request, {"n"}); }), "400 parameter n: is there twice; expected one");
  for (const char* value : {"nan", "inf", "1e999", "", " 1", "1x"}) {
    request.query = {{"x", value}};
    const Parameters odd(request, {"x"});
    EXPECT_TRUE(refusal([&] { odd.number("x", 0, 1); }).starts_with("400 ")) << value;
  }
}

class Routes : public ::testing::Test {
 protected:
  Routes() {
    for (const auto& [method, path] :
         std::vector<std::pair<std::string, std::string>>{{"GET", "/"},
                                                          {"GET", "/runs/current"},
                                                          {"DELETE", "/runs/current"},
                                                          {"GET", "/runs/{id}"},
                                                          {"GET", "/runs/{id}/documents/{name}"}}) {
      router_.add({method, path, Lane::kQuick, {}});
    }
  }
  std::string found(const std::string& method, const std::string& path) {
    request_ = {};
    request_.method = method;
    request_.path = path;
    return router_.find(request_).path;
  }

  Router router_;
  HttpRequest request_;
};

TEST_F(Routes, AreFoundByMethodAndPath) {
  EXPECT_EQ(found("GET", "/"), "/");
  EXPECT_EQ(found("HEAD", "/"), "/");
  EXPECT_EQ(found("DELETE", "/runs/current"), "/runs/current");
  EXPECT_EQ(found("GET", "/runs/current"), "/runs/current");
  EXPECT_EQ(found("GET", "/runs/a%2Fb/documents/c"), "/runs/{id}/documents/{name}");
  EXPECT_EQ(request_.path_values, (std::map<std::string, std::string>{{"id", "a/b"}, {"name", "c"}}));
}

TEST_F(Routes, WhatIsNotThereIsRefused) {
  EXPECT_TRUE(refusal([&] { found("GET", "/nothing"); }).starts_with("404 "));
  EXPECT_TRUE(refusal([&] { found("GET", "/runs/"); }).starts_with("404 "));
  EXPECT_TRUE(refusal([&] { found("GET", "/runs/current/"); }).starts_with("404 "));
  EXPECT_EQ(refusal([&] { found("POST", "/runs/current"); }),
            "405 /runs/current: does not take POST; expected DELETE, GET");
}

}  // namespace
}  // namespace aisle
