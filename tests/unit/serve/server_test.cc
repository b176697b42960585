// The server over a real socket: documents, the door, limits, slow clients, and runs of a program that stands
// in for aisle (the verb's tests take the real one).
#include "aisle/serve/server.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "aisle/project/staged_output.h"
#include "aisle/serve/page_files.h"
#include "aisle/serve/page_routes.h"
#include "aisle/track/run_store.h"
#include "tests/support/http_client.h"
#include "tests/support/temporary_folder.h"

namespace aisle {
namespace {

using namespace aisle::testing;  // NOLINT(google-build-using-namespace)
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace fs = std::filesystem;

constexpr const char* kToken = "a-token-of-twenty-letters";

// What the stand-in does with its arguments in $*: it says them, and then what the name of its asset asks
// for.
constexpr const char* kProgram = R"(#!/bin/sh
trap 'echo "{\"event\":\"run_finished\",\"succeeded\":false,\"seconds\":0}"; exit 130' INT
case "$*" in
  *hdbscan.min_samples=2*) echo '{"event":"error","kind":"DataError","message":"no store is there","exit_code":3}'; exit 3;;
  *hdbscan.min_samples=3*) echo '{"event":"error","kind":"EnvironmentError","message":"locked","exit_code":4}'; exit 4;;
esac
echo '{"event":"run_started","run":"20260101-000000-abcdef","verb":"run"}'
echo "{\"event\":\"note\",\"asset\":\"x\",\"message\":\"$*\"}"
case "$*" in
  *hdbscan.min_samples=5*) i=0; while [ $i -lt 600 ]; do sleep 0.05; i=$((i+1)); done;;
  *hdbscan.min_samples=6*) kill -9 $$;;
  *hdbscan.min_samples=7*) echo '{"event":"error","kind":"DataError","message":"it broke","exit_code":3}'; exit 3;;
esac
echo '{"event":"result","document":{}}'
echo '{"event":"run_finished","succeeded":true,"seconds":0}'
)";

class Serve : public ::testing::Test {
 protected:
  Serve() {
    write_file(folder_ / "aisle.toml", "format = 1\n[project]\nname = \"Shop\"\n");
    write_file(folder_ / "program", kProgram);
    ::chmod((folder_ / "program").c_str(), 0755);
    options_.project = folder_.path().string();
    options_.port = 0;
    options_.version = "1.2.3";
    options_.program = (folder_ / "program").string();
  }
  void start() { server_ = std::make_unique<Server>(options_); }
  std::uint16_t port() {
    if (!server_) start();
    return server_->port();
  }
  HttpAnswer get(const std::string& target, const HeaderLines& lines = {}) {
    return ask(port(), "GET", target, lines);
  }
  json get_json(const std::string& target) {
    const HttpAnswer answer = get(target);
    EXPECT_EQ(answer.status, 200) << target << "\n" << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  HttpAnswer run(const std::string& set) {
    return post_json(port(), "/api/v1/runs", json{{"set", {set}}}.dump());
  }
  void write(const std::string& file, const std::string& text) {
    fs::create_directories((folder_.path() / file).parent_path());
    write_file(folder_.path() / file, text);
  }

  TemporaryFolder folder_{"serve"};
  ServeOptions options_;
  std::unique_ptr<Server> server_;
};

TEST_F(Serve, EveryRouteIsInTheDescriptionAndEveryDescribedPathIsARoute) {
  start();
  const json described = json::parse(openapi_text());
  std::set<std::string> expected;
  for (const auto& [path, methods] : described.at("paths").items()) {
    for (const auto& [method, about] : methods.items()) expected.insert(method + " " + path);
  }
  std::set<std::string> routes;
  for (const Route& route : server_->router().routes()) {
    std::string method = route.method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](unsigned char letter) { return std::tolower(letter); });
    const std::set<std::string> of_the_page = {"/", "/assets/{name}", "/report"};
    if (!of_the_page.contains(route.path)) routes.insert(method + " " + route.path);
  }
  EXPECT_EQ(routes, expected);
  EXPECT_EQ(get_json("/api/v1/openapi.json"), described);
}

TEST_F(Serve, ThePagesFilesComeAsTheyArePackedAndAsTheReaderTakesThem) {
  if (page_files().empty()) GTEST_SKIP() << "built without its front end";
  const HttpAnswer page = get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("cache-control"), "no-cache");
  EXPECT_EQ(page.header("content-security-policy").find("unsafe"), std::string::npos);
  for (const PageFile& file : page_files()) {
    if (file.path == "index.html") continue;
    const std::string target = "/" + std::string(file.path);
    const HttpAnswer plain = get(target);
    EXPECT_EQ(plain.body, file.bytes) << target;
    EXPECT_EQ(plain.header("content-type"), file.type) << target;
    EXPECT_NE(plain.header("cache-control").find("immutable"), std::string::npos) << target;
    const HttpAnswer zipped = get(target, {"Accept-Encoding: gzip"});
    EXPECT_EQ(zipped.header("content-encoding"), "gzip") << target;
    EXPECT_EQ(zipped.body, file.gzip) << target;
    EXPECT_EQ(get(target, {"If-None-Match: " + plain.header("etag")}).status, 304) << target;
  }
  EXPECT_EQ(get("/assets/nothing.js").status, 404);
}

TEST_F(Serve, BeforeTheFirstRunEverythingSaysWhatToDo) {
  const json project = get_json("/api/v1/project");
  EXPECT_EQ(project.at("name"), "Shop");
  EXPECT_EQ(project.at("version"), "1.2.3");
  EXPECT_EQ(project.at("documents"), json::array());
  EXPECT_TRUE(project.at("last_run").is_null());
  EXPECT_TRUE(project.at("fit").is_null());
  EXPECT_EQ(get_json("/api/v1/documents").at("documents"), json::array());
  EXPECT_EQ(get_json("/api/v1/runs").at("runs"), json::array());
  EXPECT_EQ(get_json("/api/v1/tables").at("tables"), json::array());
  for (const char* target : {"/api/v1/documents/stores", "/api/v1/tables/stores", "/api/v1/tuning/tree",
                             "/report", "/api/v1/tuning/selection", "/api/v1/tuning/counts"}) {
    const HttpAnswer answer = get(target);
    EXPECT_EQ(answer.status, 404) << target;
    EXPECT_NE(json::parse(answer.body).at("remedy").get<std::string>().find("aisle run"), std::string::npos)
        << target;
  }
  EXPECT_EQ(get("/").status, 200);
  EXPECT_EQ(get_json("/health").at("status"), "ok");
  EXPECT_EQ(get_json("/ready").at("status"), "ready");
  EXPECT_FALSE(fs::exists(folder_ / "data"));
}

TEST_F(Serve, DocumentsComeWithAnETag) {
  write("data/artifacts/insight/segments.json", "{\"kind\": \"aisle-segments\"}");
  write("data/artifacts/metrics.json", "{\"fit\": \"f1\"}");
  EXPECT_EQ(get_json("/api/v1/project").at("documents"), (json{"segments", "metrics"}));
  EXPECT_EQ(get_json("/api/v1/project").at("fit"), "f1");
  const HttpAnswer first = get("/api/v1/documents/segments");
  EXPECT_EQ(first.body, "{\"kind\": \"aisle-segments\"}");
  const HttpAnswer again = get("/api/v1/documents/segments", {"If-None-Match: " + first.header("etag")});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  const json listed = get_json("/api/v1/documents").at("documents").at(0);
  EXPECT_EQ(listed.at("name"), "segments");
  EXPECT_EQ("\"" + listed.at("digest").get<std::string>() + "\"", first.header("etag"));
  const HttpAnswer head = ask(port(), "HEAD", "/api/v1/documents/segments");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), std::to_string(first.body.size()));
}

TEST_F(Serve, NoPathLeavesTheProject) {
  write("data/artifacts/insight/segments.json", "{}");
  write_file(folder_ / "secret.json", "{}");
  for (const char* target :
       {"/api/v1/documents/..%2F..%2F..%2Fsecret", "/api/v1/documents/../../../secret.json",
        "/api/v1/documents/segments.json", "/api/v1/runs/../documents/metrics",
        "/api/v1/runs/..%2F..%2Fdata%2Fartifacts/documents/metrics", "/api/v1/tables/..%2Fsecret",
        "/../aisle.toml", "/..%2faisle.toml", "//etc/passwd", "/assets/../aisle.toml"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
  EXPECT_EQ(get("/api/v1/documents/segments%00").status, 400);
}

TEST_F(Serve, StandsAtItsDoor) {
  options_.public_url = "https://stores.example.com/aisle";
  start();
  EXPECT_EQ(get("/health", {"Host: evil.example"}).status, 421);
  EXPECT_EQ(get("/health", {"Host: stores.example.com"}).status, 200);
  EXPECT_EQ(get("/aisle/health").status, 200);
  EXPECT_EQ(get("/aisle").header("location"), "/aisle/");
  EXPECT_EQ(get("/health", {"Origin: https://evil.example"}).status, 403);
  const std::string body = "{}";
  EXPECT_EQ(ask(port(), "POST", "/api/v1/runs", {"Content-Type: text/plain"}, body).status, 415);
  EXPECT_EQ(ask(port(), "POST", "/api/v1/runs", {}, body).status, 415);
  EXPECT_EQ(post_json(port(), "/api/v1/runs", body, {"Origin: https://evil.example"}).status, 403);
  const HttpAnswer other = ask(port(), "PUT", "/api/v1/runs");
  EXPECT_EQ(other.status, 405);
  EXPECT_EQ(other.header("allow"), "GET, POST");
  EXPECT_EQ(server_->url(), "https://stores.example.com/aisle/");
}

TEST_F(Serve, AsksForAToken) {
  write_file(folder_ / "token", std::string(kToken) + "\n");
  options_.token_file = (folder_ / "token").string();
  start();
  EXPECT_EQ(get("/health").status, 200);
  EXPECT_EQ(get("/ready").status, 200);
  EXPECT_EQ(get("/metrics").status, 401);
  EXPECT_EQ(get("/api/v1/project").status, 401);
  EXPECT_EQ(get("/api/v1/project", {std::string("Authorization: Bearer ") + kToken}).status, 200);
  EXPECT_EQ(get("/", {"Accept: text/html"}).header("content-type"), "text/html; charset=utf-8");
  const HttpAnswer login = get(std::string("/?tab=map&token=") + kToken);
  EXPECT_EQ(login.status, 303);
  EXPECT_EQ(login.header("location"), "/?tab=map");
  const std::string cookie = login.header("set-cookie");
  EXPECT_EQ(get("/api/v1/project", {"Cookie: " + cookie.substr(0, cookie.find(';'))}).status, 200);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(get("/api/v1/project", {"Authorization: Bearer wrong"}).status, 401);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(900));
  server_.reset();
  EXPECT_EQ(read_file(folder_ / ".aisle/logs/serve-access.log").find(kToken), std::string::npos);
}

TEST_F(Serve, RefusesToStartWhereItWouldNotBeSafe) {
  options_.host = "0.0.0.0";
  EXPECT_THROW(start(), InvalidInput);
  options_.host = "shop.example";
  EXPECT_THROW(start(), InvalidInput);
  options_.host = "127.0.0.1";
  start();
  ServeOptions second = options_;
  second.port = server_->port();
  try {
    Server other(second);
    FAIL() << "two servers on one port";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("is taken by another program"), std::string::npos)
        << error.what();
  }
  second.project = (folder_ / "nothing").string();
  second.port = 0;
  EXPECT_THROW(Server other(second), Error);
}

TEST_F(Serve, ReadOnlyStartsAndCancelsNothing) {
  options_.read_only = true;
  EXPECT_EQ(run("hdbscan.min_samples=4").status, 403);
  EXPECT_EQ(ask(port(), "DELETE", "/api/v1/runs/current").status, 403);
  EXPECT_EQ(get_json("/api/v1/project").at("read_only"), true);
}

TEST_F(Serve, ARunIsStartedAndWatched) {
  Connection watcher(port());
  watcher.send(request_text("GET", "/api/v1/events"));
  const HttpAnswer started = run("hdbscan.min_samples=4");
  ASSERT_EQ(started.status, 202) << started.body;
  EXPECT_EQ(json::parse(started.body).at("id"), "20260101-000000-abcdef");
  ASSERT_TRUE(watcher.receive_until("run_ended", seconds(20))) << watcher.received();
  const std::string text = watcher.received();
  EXPECT_NE(text.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(text.find("id: 20260101-000000-abcdef/1\nevent: run_started\n"), std::string::npos) << text;
  EXPECT_NE(text.find("run --json --project=" + folder_.path().string() + " --set=hdbscan.min_samples=4"),
            std::string::npos);
  EXPECT_EQ(text.find("event: result"), std::string::npos);
  // Who comes back hears only what is new.
  Connection late(port());
  late.send(request_text("GET", "/api/v1/events", {"Last-Event-ID: 20260101-000000-abcdef/3"}));
  ASSERT_TRUE(late.receive_until("run_ended", seconds(20)));
  EXPECT_EQ(late.received().find("run_started"), std::string::npos);
  EXPECT_EQ(get("/api/v1/runs/current").status, 404);
  EXPECT_NE(get("/metrics").body.find("aisle_runs_total{status=\"succeeded\"} 1"), std::string::npos);
}

TEST_F(Serve, ARunIsCancelled) {
  ASSERT_EQ(run("hdbscan.min_samples=5").status, 202);
  EXPECT_EQ(get_json("/api/v1/runs/current").at("is_cancelling"), false);
  EXPECT_EQ(get_json("/api/v1/project").at("current_run").at("set"), json{"hdbscan.min_samples=5"});
  EXPECT_EQ(run("hdbscan.min_samples=4").status, 409);
  Connection watcher(port());
  watcher.send(request_text("GET", "/api/v1/events"));
  // Impatience does not kill it: a second signal would.
  for (int at = 0; at < 5; ++at) {
    const int status = ask(port(), "DELETE", "/api/v1/runs/current").status;
    EXPECT_TRUE(status == 202 || (at > 0 && status == 404)) << status;
  }
  ASSERT_TRUE(watcher.receive_until("\"status\":\"cancelled\"", seconds(20))) << watcher.received();
  EXPECT_EQ(ask(port(), "DELETE", "/api/v1/runs/current").status, 404);
  EXPECT_EQ(run("hdbscan.min_samples=4").status, 202);
}

TEST_F(Serve, ARunThatIsKilledOrFailsIsSaid) {
  for (const auto& [set, status] : std::vector<std::pair<std::string, std::string>>{
           {"hdbscan.min_samples=6", "interrupted"}, {"hdbscan.min_samples=7", "failed"}}) {
    ASSERT_EQ(run(set).status, 202);
    Connection watcher(port());
    watcher.send(request_text("GET", "/api/v1/events"));
    ASSERT_TRUE(watcher.receive_until("run_ended", seconds(20))) << watcher.received();
    EXPECT_TRUE(watcher.receive_until("\"status\":\"" + status + "\"", seconds(5))) << watcher.received();
  }
  EXPECT_EQ(get("/api/v1/project").status, 200);
}

TEST_F(Serve, ARunThatRefusesIsAnErrorOfTheRequest) {
  const HttpAnswer refused = run("hdbscan.min_samples=2");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(json::parse(refused.body).at("what"), "no store is there");
  EXPECT_EQ(run("hdbscan.min_samples=3").status, 409);
  options_.program = (folder_ / "nothing").string();
  start();
  EXPECT_EQ(run("hdbscan.min_samples=4").status, 500);
  EXPECT_EQ(get("/api/v1/runs/current").status, 404);
}

TEST_F(Serve, OrdersThatARunMayNotBeGivenAreRefused) {
  const auto status = [&](const std::string& body) { return post_json(port(), "/api/v1/runs", body).status; };
  for (const char* body : {"", "no json", "[]", R"({"all": true})", R"({"set": "x"})", R"({"set": [1]})",
                           R"({"only": ["a\u0000b"]})", R"({"force": "yes"})", R"({"from": 3})",
                           R"({"set": [[[[[[[[[[1]]]]]]]]]]})"}) {
    EXPECT_EQ(status(body), 400) << body;
  }
  // Files and SQL are of aisle.toml alone.
  for (const char* set :
       {"tables.fact_sales.path=/etc/passwd", "scope.stores=1=1", "engine.temp_directory=/tmp",
        "quality.suites=[\\\"/etc/passwd\\\"]", "nothing", "hdbscan.nothing=1", "hdbscan.min_samples=x",
        " engine.threads=1", "export.columns=[]"}) {
    EXPECT_EQ(status(std::string(R"({"set": [")") + set + "\"]}"), 422) << set;
  }
  EXPECT_EQ(status(R"({"only": ["nothing"]})"), 422);
  EXPECT_EQ(status(R"({"from": "fact_salesx"})"), 422);
  EXPECT_EQ(status(R"({"only": ["report"], "from": "insight"})"), 422);
}

TEST_F(Serve, AnOrderMustSayThatItIsJson) {
  for (const char* type : {"application/json", "Application/JSON ; charset=utf-8"}) {
    EXPECT_EQ(ask(port(), "POST", "/api/v1/runs", {std::string("Content-Type: ") + type}, "[]").status, 400)
        << type;
  }
  for (const char* type : {"text/plain", "application/jsonx", "multipart/form-data; a=application/json"}) {
    EXPECT_EQ(ask(port(), "POST", "/api/v1/runs", {std::string("Content-Type: ") + type}, "[]").status, 415)
        << type;
  }
}

TEST_F(Serve, WhatIsTooLargeOrNoRequestIsRefused) {
  const std::string large(70'000, 'x');
  const HttpAnswer body = post_json(port(), "/api/v1/runs", large);
  EXPECT_EQ(body.status, 413);
  EXPECT_EQ(json::parse(body.body).at("kind"), "InvalidInput");
  EXPECT_EQ(get("/health", {"X-Large: " + large}).status, 431);
  EXPECT_EQ(get("/" + large).status, 431);
  for (const char* text : {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
                           "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                           "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"}) {
    Connection connection(port());
    connection.send(text);
    EXPECT_EQ(take_answer(connection).status, 400) << text;
  }
  Connection without_host(port());
  without_host.send("GET /health HTTP/1.1\r\n\r\n");
  EXPECT_EQ(take_answer(without_host).status, 421);
}

TEST_F(Serve, ConnectionsAreKeptAndRequestsMayComeAtOnce) {
  Connection connection(port());
  connection.send(request_text("GET", "/health") + request_text("GET", "/ready") +
                  request_text("GET", "/nothing"));
  EXPECT_EQ(take_answer(connection).status, 200);
  EXPECT_EQ(take_answer(connection).status, 200);
  EXPECT_EQ(take_answer(connection).status, 404);
  connection.send(request_text("GET", "/health", {"Connection: close"}));
  EXPECT_EQ(take_answer(connection).header("connection"), "close");
  EXPECT_TRUE(connection.ends_within(seconds(5)));
}

TEST_F(Serve, HundredsOfSlowClientsAndStreamsHoldUpNobody) {
  write("data/artifacts/insight/stores.json", std::string(4'000'000, 'x'));
  options_.limits.read_time = milliseconds(4000);
  options_.limits.keep_alive = milliseconds(200);
  std::vector<Connection> streams;
  std::vector<Connection> slow;
  for (int at = 0; at < 200; ++at) {
    streams.emplace_back(port()).send(request_text("GET", "/api/v1/events"));
    // Half a request, and one whose answer is never read.
    slow.emplace_back(port()).send(at % 2 == 0 ? "GET /health HT"
                                               : request_text("GET", "/api/v1/documents/stores"));
  }
  for (Connection& stream : streams) ASSERT_TRUE(stream.receive_until(": still here", seconds(20)));
  const auto begin = std::chrono::steady_clock::now();
  for (int at = 0; at < 20; ++at) ASSERT_EQ(get("/api/v1/project").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(3));
  ASSERT_EQ(run("hdbscan.min_samples=4").status, 202);
  for (Connection& stream : streams) EXPECT_TRUE(stream.receive_until("run_ended", seconds(20)));
  EXPECT_NE(get("/metrics").body.find("aisle_event_streams 200\n"), std::string::npos);
  // Half a request is given up in time; an open stream is not.
  EXPECT_TRUE(slow[0].ends_within(seconds(10)));
  EXPECT_TRUE(streams[0].is_open());
  streams.clear();
  for (int look = 0; look < 200 && get("/metrics").body.find("aisle_event_streams 0\n") == std::string::npos;
       ++look) {
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_NE(get("/metrics").body.find("aisle_event_streams 0\n"), std::string::npos);
}

TEST_F(Serve, MoreConnectionsThanItsLimitAreTurnedAway) {
  options_.limits.connections = 5;
  std::vector<Connection> kept;
  for (int at = 0; at < 5; ++at) {
    kept.emplace_back(port()).send(request_text("GET", "/health"));
    ASSERT_EQ(take_answer(kept.back()).status, 200);
  }
  Connection sixth(port());
  EXPECT_TRUE(sixth.ends_within(seconds(5)));
  kept.clear();
  int status = 0;
  for (int look = 0; look < 100 && status != 200; ++look) {
    status = get("/health").status;
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_EQ(status, 200);
}

TEST_F(Serve, EndsStreamsAndItsRunWhenItGoes) {
  ASSERT_EQ(run("hdbscan.min_samples=5").status, 202);
  Connection stream(port());
  stream.send(request_text("GET", "/api/v1/events"));
  ASSERT_TRUE(stream.receive_until("run_started", seconds(20)));
  Connection idle(port());
  const auto begin = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(8));
  EXPECT_TRUE(stream.ends_within(seconds(5)));
  EXPECT_TRUE(idle.ends_within(seconds(5)));
}

TEST_F(Serve, WritesALineARequest) {
  get("/api/v1/project?x=1");
  server_.reset();
  const json line = json::parse(read_file(folder_ / ".aisle/logs/serve-access.log"));
  EXPECT_EQ(line.at("method"), "GET");
  EXPECT_EQ(line.at("path"), "/api/v1/project");
  EXPECT_EQ(line.at("status"), 200);
  EXPECT_EQ(line.at("peer"), "127.0.0.1");
}

TEST_F(Serve, TellsTheHistoryOfRuns) {
  std::string id;
  {
    RunStore store(folder_ / ".aisle/runs.db");
    id = store.start_run("train", "hdbscan.min_samples = 3\nmodel.preset = \"original\"\n");
    store.record_metric(id, {"cluster_model", "clusters", 7});
    store.record_asset(
        id, {.key = "cluster_model", .status = "made", .why = "asked for", .path = "p", .digest = "d"});
    store.record_check(id, {.asset = "fact_sales",
                            .name = "n",
                            .passed = false,
                            .severity = "warning",
                            .n_failed = 2,
                            .message = "m"});
    store.finish_run(id, RunStatus::kSucceeded);
  }
  write(".aisle/runs/" + id + "/metrics.json", "{\"fit\": \"kept\"}");
  const json listed = get_json("/api/v1/runs?limit=1").at("runs").at(0);
  EXPECT_EQ(listed.at("id"), id);
  EXPECT_EQ(listed.at("is_kept"), true);
  EXPECT_EQ(listed.at("metrics"), (json{{"cluster_model", {{"clusters", 7.0}}}}));
  const json whole = get_json("/api/v1/runs/" + id);
  EXPECT_EQ(whole.at("options"), (json{{"hdbscan.min_samples", "3"}, {"model.preset", "\"original\""}}));
  EXPECT_EQ(whole.at("documents"), json{"metrics"});
  EXPECT_EQ(whole.at("assets").at(0).at("status"), "made");
  EXPECT_TRUE(whole.at("assets").at(0).at("n_rows").is_null());
  EXPECT_EQ(whole.at("checks").at(0).at("n_failed"), 2);
  EXPECT_EQ(get_json("/api/v1/runs/" + id + "/documents/metrics").at("fit"), "kept");
  EXPECT_EQ(get("/api/v1/runs/" + id + "/documents/identity").status, 404);
  EXPECT_EQ(get("/api/v1/runs/20200101-000000-000000").status, 404);
  EXPECT_EQ(get("/api/v1/runs?limit=0").status, 400);
}

TEST_F(Serve, ABrokenOptionsFileIsSaidAndServedAgainWhenItIsMended) {
  start();
  write_file(folder_ / "aisle.toml", "format = ");
  EXPECT_EQ(get("/api/v1/project").status, 422);
  EXPECT_EQ(get("/ready").status, 503);
  EXPECT_EQ(get("/health").status, 200);
  write_file(folder_ / "aisle.toml", "format = 1\n");
  EXPECT_EQ(get("/api/v1/project").status, 200);
}

TEST_F(Serve, AProjectThatVanishesIsSaidAndServedAgainWhenItIsBack) {
  start();
  const fs::path away = folder_.path().string() + "-away";
  fs::rename(folder_.path(), away);
  for (const char* target : {"/api/v1/project", "/api/v1/status"})
    EXPECT_EQ(get(target).status, 422) << target;
  EXPECT_EQ(get("/api/v1/tables/stores").status, 404);
  EXPECT_EQ(get("/ready").status, 503);
  EXPECT_EQ(get("/health").status, 200);
  fs::rename(away, folder_.path());
  EXPECT_EQ(get("/api/v1/project").status, 200);
  EXPECT_EQ(get("/ready").status, 200);
}

TEST_F(Serve, ADamagedTableOrModelIsAnErrorOfTheDataWithWhatToDo) {
  write("data/artifacts/final_clustered_stores.parquet", std::string(400, 'x'));
  write("data/artifacts/metrics.json", "{\"fit\"");
  write("data/artifacts/model/model.json", "{");
  for (const char* target :
       {"/api/v1/tables", "/api/v1/tables/stores", "/api/v1/tables/stores?format=xlsx"}) {
    const HttpAnswer answer = get(target);
    EXPECT_EQ(answer.status, 422) << target;
    EXPECT_EQ(
        json::parse(answer.body).at("message"),
        "data/artifacts/final_clustered_stores.parquet: is no whole Parquet file; expected what `aisle run` "
        "wrote; run `aisle run --force` to make it anew");
  }
  EXPECT_EQ(get("/api/v1/tuning/tree").status, 422);
  EXPECT_EQ(get("/api/v1/project").status, 200);
}

}  // namespace
}  // namespace aisle
