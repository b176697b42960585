#include "aisle/serve/project_routes.h"

#include <algorithm>

#include "aisle/flow/graph_documents.h"
#include "aisle/flow/materialise.h"
#include "aisle/project/options.h"
#include "aisle/project/platform_state.h"
#include "aisle/serve/project_documents.h"
#include "aisle/serve/run_json.h"
#include "aisle/track/kept_runs.h"

namespace aisle {
namespace {

Json last_run(const ProjectPaths& paths) {
  const RunStore store(paths.run_store, RunStore::Access::kRead);
  const auto runs = store.last_runs(1);
  if (runs.empty()) return nullptr;
  const auto kept = kept_runs(paths);
  return run_to_json(runs.front(), store, std::find(kept.begin(), kept.end(), runs.front().id) != kept.end());
}

// The `fit` of metrics.json: documents with another are of another run.
Json fit_of(const ProjectPaths& paths, FileCache& files) {
  const auto content = files.read(paths.metrics);
  if (!content) return nullptr;
  const Json metrics = Json::parse(*content->bytes, nullptr, false);
  return metrics.is_object() && metrics.contains("fit") ? metrics["fit"] : Json(nullptr);
}

// Where Dagster and MLflow of the project's platform are open.
Json platform_of(const ProjectPaths& paths) {
  Json services = Json::object();
  for (const char* name : {"dagster", "mlflow"}) {
    if (const auto url = running_service_url(paths, name)) services[name] = *url;
  }
  return services;
}

HttpResponse get_project(const ServedProject& project, FileCache& files, const RunControl& control) {
  const ProjectPaths& paths = project.paths;
  const Options options = load_options(paths.root, project.overrides);
  const auto run = control.current();
  return json_response({{"name", options.project.name},
                        {"folder", paths.root.filename().string()},
                        {"version", project.version},
                        {"currency", options.project.currency},
                        {"locale", options.project.locale},
                        {"read_only", project.read_only},
                        {"has_report", stamp_of(paths.report).has_value()},
                        {"fit", fit_of(paths, files)},
                        {"documents", names_there(project_documents(paths))},
                        {"platform", platform_of(paths)},
                        {"last_run", last_run(paths)},
                        {"current_run", run ? to_json(*run) : Json(nullptr)}});
}

HttpResponse get_status(const ServedProject& project) {
  const auto statuses = project_status(load_options(project.paths.root, project.overrides), project.paths);
  return text_response(status_json(statuses, AssetState(project.paths)) + "\n", "application/json");
}

}  // namespace

void add_project_routes(Router& router, const ServedProject& project, FileCache& files,
                        const RunControl& control) {
  router.add({"GET", "/api/v1/project", Lane::kQuick, [project, &files, &control](const HttpRequest&) {
                return get_project(project, files, control);
              }});
  // Digests of the raw files may have to be taken.
  router.add(
      {"GET", "/api/v1/status", Lane::kHeavy, [project](const HttpRequest&) { return get_status(project); }});
  router.add({"GET", "/api/v1/assets", Lane::kQuick, [project](const HttpRequest&) {
                const Options options = load_options(project.paths.root, project.overrides);
                return text_response(assets_json(options, project.paths) + "\n", "application/json");
              }});
}

}  // namespace aisle
