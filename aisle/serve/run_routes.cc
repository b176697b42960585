#include "aisle/serve/run_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aisle/flow/selection.h"
#include "aisle/project/options.h"
#include "aisle/segment/json_fields.h"
#include "aisle/serve/parameters.h"
#include "aisle/serve/project_documents.h"
#include "aisle/serve/run_json.h"
#include "aisle/track/kept_runs.h"

namespace aisle {
namespace {

constexpr std::int64_t kUsualRuns = 50;
constexpr std::int64_t kMostRuns = 1000;
constexpr std::size_t kMostEntries = 100;
constexpr int kDeepest = 8;

// Options that say how stores are segmented. The others name files and hold SQL, which reads any file: they
// are the business of who may write aisle.toml.
constexpr std::array kOpenSections = {"features", "model",  "famd",      "hdbscan", "gaussian_mixture",
                                      "kmeans",   "forest", "stability", "identity"};

[[noreturn]] void refuse_body(const std::string& what, const std::string& expected) {
  throw HttpError(400, {.where = "the request's body", .what = what, .expected = expected, .remedy = ""});
}

void check_open(const std::string& option) {
  const std::string section = option.substr(0, option.find('.'));
  if (std::find(kOpenSections.begin(), kOpenSections.end(), section) != kOpenSections.end()) return;
  throw InvalidInput({.where = "set",
                      .what = fmt::format("'{}' cannot be set from here", option),
                      .expected = fmt::format("SECTION.KEY=VALUE of {}", fmt::join(kOpenSections, ", ")),
                      .remedy = "set it in aisle.toml"});
}

std::vector<std::string> texts(const Json& value, const std::string& key) {
  if (!value.is_array() || value.size() > kMostEntries) {
    refuse_body("has '" + key + "' of another form", fmt::format("a list of at most {} texts", kMostEntries));
  }
  std::vector<std::string> result;
  for (const Json& entry : value) {
    if (!entry.is_string() || entry.get_ref<const std::string&>().find('\0') != std::string::npos) {
      refuse_body("has an entry in '" + key + "' that is no text", "a text");
    }
    result.push_back(entry.get<std::string>());
  }
  return result;
}

bool is_kept(const std::vector<std::string>& kept, const std::string& run) {
  return std::find(kept.begin(), kept.end(), run) != kept.end();
}

HttpResponse list_runs(const HttpRequest& request, const ProjectPaths& paths) {
  const Parameters parameters(request, {"limit"});
  const std::int64_t limit = parameters.integer("limit", 1, kMostRuns).value_or(kUsualRuns);
  const RunStore store(paths.run_store, RunStore::Access::kRead);
  const std::vector<std::string> kept = kept_runs(paths);
  Json runs = Json::array();
  for (const RunRecord& run : store.last_runs(static_cast<int>(limit))) {
    runs.push_back(run_to_json(run, store, is_kept(kept, run.id)));
  }
  return json_response({{"runs", runs}});
}

Json options_of(const RunRecord& run) {
  Json options = Json::object();
  for (const auto& [key, value] : recorded_options(run)) options[key] = value;
  return options;
}

Json assets_of(const RunRecord& run, const RunStore& store) {
  Json assets = Json::array();
  for (const RunAsset& asset : store.assets(run.id)) {
    assets.push_back({{"asset", asset.key},
                      {"status", asset.status},
                      {"why", asset.why},
                      {"path", asset.path},
                      {"digest", asset.digest},
                      {"n_rows", asset.n_rows < 0 ? Json(nullptr) : Json(asset.n_rows)},
                      {"n_bytes", asset.n_bytes},
                      {"seconds", asset.seconds},
                      {"peak_bytes", asset.peak_bytes}});
  }
  return assets;
}

Json checks_of(const RunRecord& run, const RunStore& store) {
  Json checks = Json::array();
  for (const RunCheck& check : store.checks(run.id)) {
    checks.push_back({{"asset", check.asset},
                      {"name", check.name},
                      {"passed", check.passed},
                      {"severity", check.severity},
                      {"n_failed", check.n_failed},
                      {"message", check.message}});
  }
  return checks;
}

HttpResponse get_run(const HttpRequest& request, const ProjectPaths& paths) {
  const std::string& id = request.path_values.at("id");
  const RunStore store(paths.run_store, RunStore::Access::kRead);
  const auto run = store.find(id);
  if (!run) {
    throw HttpError(404, {.where = request.path,
                          .what = "there is no run '" + id + "'",
                          .expected = "",
                          .remedy = "/api/v1/runs lists them"});
  }
  const bool kept = is_kept(kept_runs(paths), id);
  Json document = run_to_json(*run, store, kept);
  document["options"] = options_of(*run);
  document["documents"] =
      names_there(kept ? run_documents(paths.kept_runs / id) : std::vector<NamedDocument>{});
  document["assets"] = assets_of(*run, store);
  document["checks"] = checks_of(*run, store);
  return json_response(document);
}

HttpResponse get_current(const RunControl& control) {
  const auto run = control.current();
  if (!run) {
    throw HttpError(404, {.where = "/api/v1/runs/current",
                          .what = "no run is under way that this server has started",
                          .expected = "",
                          .remedy = ""});
  }
  return json_response(to_json(*run));
}

HttpResponse follow_events(const HttpRequest& request, EventLog& log) {
  HttpResponse response;
  response.set_header("Content-Type", "text/event-stream");
  response.set_header("Cache-Control", "no-store");
  response.set_header("X-Accel-Buffering", "no");  // nginx would hold events back
  response.stream = log.follow(request.header("last-event-id"));
  return response;
}

}  // namespace

Json run_to_json(const RunRecord& run, const RunStore& store, bool kept) {
  Json metrics = Json::object();
  for (const RunMetric& metric : store.metrics(run.id)) metrics[metric.asset][metric.name] = metric.value;
  return {{"id", run.id},
          {"verb", run.verb},
          {"status", run_status_name(run.status)},
          {"started_at", run.started_at},
          {"finished_at", text_or_null(run.finished_at)},
          {"seconds", run.seconds},
          {"message", run.message},
          {"options_digest", run.options_digest},
          {"is_kept", kept},
          {"tracking_url", text_or_null(run.tracking_url)},
          {"metrics", metrics}};
}

Json to_json(const CurrentRun& run) {
  return {{"id", run.id},           {"started_at", run.started_at}, {"is_cancelling", run.is_cancelling},
          {"only", run.order.only}, {"from", run.order.from},       {"force", run.order.force},
          {"set", run.order.set}};
}

RunOrder parse_run_order(const std::string& body) {
  const auto depth_is_fine = [](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepest) refuse_body("is nested too deeply", "an object");
    return true;
  };
  const Json document = Json::parse(body, depth_is_fine, false);
  if (!document.is_object())
    refuse_body("is no JSON object", R"(e.g. {"set": ["hdbscan.min_cluster_size=12"]})");
  RunOrder order;
  for (const auto& [key, value] : document.items()) {
    if (key == "only") {
      order.only = texts(value, key);
    } else if (key == "set") {
      order.set = texts(value, key);
    } else if (key == "from") {
      if (!value.is_string()) refuse_body("has 'from' of another form", "a text");
      order.from = value.get<std::string>();
    } else if (key == "force") {
      if (!value.is_boolean()) refuse_body("has 'force' of another form", "true or false");
      order.force = value.get<bool>();
    } else {
      refuse_body("has the unknown key '" + key + "'", "only, from, force, set");
    }
  }
  for (const std::string& option : order.set) check_open(option);
  parse_options("", "set", order.set);
  RunRequest request;
  request.only = order.only;
  request.from = order.from;
  select_assets(request);
  return order;
}

void add_run_routes(Router& router, const ProjectPaths& paths, RunControl& control, EventLog& log) {
  router.add({"GET", "/api/v1/runs", Lane::kQuick,
              [paths](const HttpRequest& request) { return list_runs(request, paths); }});
  router.add({"POST", "/api/v1/runs", Lane::kHeavy, [&control](const HttpRequest& request) {
                return json_response(to_json(control.start(parse_run_order(request.body))), 202);
              }});
  router.add({"GET", "/api/v1/runs/current", Lane::kQuick,
              [&control](const HttpRequest&) { return get_current(control); }});
  router.add({"DELETE", "/api/v1/runs/current", Lane::kQuick,
              [&control](const HttpRequest&) { return json_response(to_json(control.cancel()), 202); }});
  router.add({"GET", "/api/v1/runs/{id}", Lane::kQuick,
              [paths](const HttpRequest& request) { return get_run(request, paths); }});
  router.add({"GET", "/api/v1/events", Lane::kQuick,
              [&log](const HttpRequest& request) { return follow_events(request, log); }});
}

}  // namespace aisle
