#include "aisle/serve/project_documents.h"

#include <algorithm>

#include "aisle/serve/json_response.h"
#include "aisle/track/kept_runs.h"

namespace aisle {
namespace {

constexpr const char* kJson = "application/json";

HttpResponse list_documents(const ProjectPaths& paths, FileCache& files) {
  Json list = Json::array();
  for (const NamedDocument& document : project_documents(paths)) {
    const auto content = files.read(document.file);
    if (!content) continue;
    list.push_back({{"name", document.name},
                    {"path", paths.relative(document.file)},
                    {"bytes", content->bytes->size()},
                    {"digest", content->digest}});
  }
  return json_response({{"documents", list}});
}

HttpResponse get_document(const HttpRequest& request, const std::vector<NamedDocument>& documents,
                          const std::string& remedy, FileCache& files) {
  const std::string& name = request.path_values.at("name");
  const auto found = std::find_if(documents.begin(), documents.end(),
                                  [&](const NamedDocument& document) { return document.name == name; });
  if (found != documents.end()) {
    if (auto response = files.respond(request, found->file, kJson)) return *std::move(response);
  }
  std::string known;
  for (const NamedDocument& document : documents) known += (known.empty() ? "" : ", ") + document.name;
  const bool is_known = found != documents.end();
  throw HttpError(
      404, {.where = request.path,
            .what = is_known ? "there is no '" + name + "' yet" : "there is no document '" + name + "'",
            .expected = is_known ? "" : "one of " + known,
            .remedy = is_known ? remedy : ""});
}

HttpResponse get_run_document(const HttpRequest& request, const ProjectPaths& paths, FileCache& files) {
  const std::string& run = request.path_values.at("id");
  const std::vector<std::string> kept = kept_runs(paths);
  if (std::find(kept.begin(), kept.end(), run) == kept.end()) {
    throw HttpError(404, {.where = request.path,
                          .what = "nothing was kept of a run '" + run + "'",
                          .expected = "",
                          .remedy = "/api/v1/runs says of each run whether its result is kept"});
  }
  return get_document(request, run_documents(paths.kept_runs / run), "that run did not make it", files);
}

}  // namespace

std::vector<NamedDocument> project_documents(const ProjectPaths& paths) {
  std::vector<NamedDocument> documents;
  for (const char* name : {"segments", "profiles", "personas", "stores", "monthly", "prize", "change",
                           "drivers", "data", "map"}) {
    documents.push_back({name, paths.insight / (std::string(name) + ".json")});
  }
  documents.push_back({"metrics", paths.metrics});
  documents.push_back({"stability", paths.stability});
  documents.push_back({"identity", paths.identity});
  documents.push_back({"checks", paths.validation / "checks.json"});
  return documents;
}

std::vector<NamedDocument> run_documents(const std::filesystem::path& folder) {
  return {{"metrics", folder / "metrics.json"},
          {"stability", folder / "stability.json"},
          {"identity", folder / "identity.json"}};
}

std::vector<std::string> names_there(const std::vector<NamedDocument>& documents) {
  std::vector<std::string> names;
  for (const NamedDocument& document : documents) {
    if (stamp_of(document.file)) names.push_back(document.name);
  }
  return names;
}

void add_document_routes(Router& router, const ProjectPaths& paths, FileCache& files) {
  router.add({"GET", "/api/v1/documents", Lane::kQuick,
              [paths, &files](const HttpRequest&) { return list_documents(paths, files); }});
  router.add({"GET", "/api/v1/documents/{name}", Lane::kQuick, [paths, &files](const HttpRequest& request) {
                return get_document(request, project_documents(paths), "run `aisle run`, or start one here",
                                    files);
              }});
  router.add(
      {"GET", "/api/v1/runs/{id}/documents/{name}", Lane::kQuick,
       [paths, &files](const HttpRequest& request) { return get_run_document(request, paths, files); }});
}

}  // namespace aisle
