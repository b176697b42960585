// What a tracking server remembers, by the paths and answers of MLflow 3.17.2's REST interface as far as
// aisle uses it: for tests of failures, which the real server does not fail on demand. scripts/test_mlflow.sh
// has the real one.
#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/scripted_server.h"

namespace aisle::testing {

class MlflowImitation {
 public:
  using Json = nlohmann::json;

  struct Run {
    std::string id;
    std::string experiment;
    std::string status = "RUNNING";
    bool is_deleted = false;
    std::map<std::string, std::string> tags, params;
    std::map<std::string, std::vector<std::string>> metrics;  // distinct points
    std::map<std::string, std::string> inputs;                // name -> digest
    std::vector<std::string> outputs;
  };
  struct Model {
    std::string id, experiment, run, status = "LOGGED_MODEL_PENDING";
  };
  struct Version {
    std::string name, version, run, source;
  };

  std::map<std::string, std::string> experiments;  // name -> id
  std::map<std::string, bool> is_deleted;          // by experiment id
  std::vector<Run> runs;
  std::vector<Model> models;
  std::map<std::string, bool> registered;
  std::vector<Version> versions;
  std::map<std::string, std::string> aliases;    // "name@alias" -> version
  std::map<std::string, std::string> artifacts;  // path -> bytes

  std::vector<const Run*> active_runs() const {
    std::vector<const Run*> active;
    for (const Run& run : runs) {
      if (!run.is_deleted) active.push_back(&run);
    }
    return active;
  }

  ScriptedAnswer answer(const ScriptedRequest& request) {
    const std::string artifact = "/api/2.0/mlflow-artifacts/artifacts/";
    if (request.target.starts_with(artifact)) {
      artifacts[request.target.substr(artifact.size())] = request.body;
      return {.status = 200, .body = ""};
    }
    const std::string api = "/api/2.0/mlflow/";
    if (!request.target.starts_with(api)) return {.status = 404, .body = "<html></html>"};
    const Json body = request.body.empty() ? Json::object() : Json::parse(request.body);
    const std::string rest = request.target.substr(api.size());
    const std::size_t question = rest.find('?');
    return dispatch(request.method, rest.substr(0, question),
                    question == std::string::npos ? "" : rest.substr(question + 1), body);
  }

 private:
  static ScriptedAnswer json(const Json& document) { return {.status = 200, .body = document.dump()}; }
  static ScriptedAnswer error(int status, const std::string& code) {
    return {.status = status, .body = Json{{"error_code", code}, {"message", code}}.dump()};
  }

  static std::string decoded(const std::string& text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool is_escape = text[at] == '%';
      plain += is_escape ? static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16)) : text[at];
      if (is_escape) at += 2;
    }
    return plain;
  }

  ScriptedAnswer dispatch(const std::string& method, const std::string& path, const std::string& query,
                          const Json& body) {
    if (path.starts_with("experiments/")) return experiment(path, query, body);
    if (path == "runs/search") return search_runs(body);
    if (path == "runs/create") return create_run(body);
    if (path.starts_with("logged-models")) return model(method, path, body);
    if (path.starts_with("registered-models") || path.starts_with("model-versions")) {
      return registry(path, query, body);
    }
    return run(path, query, body);
  }

  ScriptedAnswer experiment(const std::string& path, const std::string& query, const Json& body) {
    if (path == "experiments/get-by-name") {
      const auto found = experiments.find(decoded(query.substr(query.find('=') + 1)));
      if (found == experiments.end()) return error(404, "RESOURCE_DOES_NOT_EXIST");
      return json({{"experiment",
                    {{"experiment_id", found->second},
                     {"lifecycle_stage", is_deleted[found->second] ? "deleted" : "active"}}}});
    }
    if (path == "experiments/restore") {
      is_deleted[body.at("experiment_id")] = false;
      return json(Json::object());
    }
    const std::string name = body.at("name");
    if (experiments.contains(name)) return error(400, "RESOURCE_ALREADY_EXISTS");
    experiments[name] = std::to_string(experiments.size() + 1);
    return json({{"experiment_id", experiments[name]}});
  }

  ScriptedAnswer search_runs(const Json& body) {
    Json found = Json::array();
    const std::string filter = body.at("filter");
    for (const Run& run : runs) {
      const auto tag = run.tags.find("aisle.run");
      if (run.is_deleted || tag == run.tags.end()) continue;
      if (filter == "tags.`aisle.run` = '" + tag->second + "'")
        found.push_back({{"info", {{"run_id", run.id}}}});
    }
    return json({{"runs", found}});
  }

  ScriptedAnswer create_run(const Json& body) {
    if (is_deleted[body.at("experiment_id")]) return error(400, "INVALID_PARAMETER_VALUE");
    Run run;
    run.id = "r" + std::to_string(runs.size() + 1);
    run.experiment = body.at("experiment_id");
    for (const Json& tag : body.at("tags")) run.tags[tag.at("key")] = tag.at("value");
    runs.push_back(run);
    return json({{"run", {{"info", {{"run_id", run.id}}}}}});
  }

  ScriptedAnswer run(const std::string& path, const std::string& query, const Json& body) {
    const std::string id =
        body.contains("run_id") ? body.at("run_id").get<std::string>() : query.substr(query.find('=') + 1);
    Run* run = nullptr;
    for (Run& other : runs) {
      if (other.id == id) run = &other;
    }
    if (run == nullptr) return error(404, "RESOURCE_DOES_NOT_EXIST");
    if (path == "runs/get") {
      Json outputs = Json::array();
      for (const std::string& model : run->outputs) outputs.push_back({{"model_id", model}});
      const std::string root = "mlflow-artifacts:/" + run->experiment + "/" + id + "/artifacts";
      return json({{"run", {{"info", {{"artifact_uri", root}}}, {"outputs", {{"model_outputs", outputs}}}}}});
    }
    if (run->is_deleted) return error(400, "INVALID_PARAMETER_VALUE");
    if (path == "runs/delete") run->is_deleted = true;
    if (path == "runs/update") run->status = body.at("status");
    if (path == "runs/outputs") {
      const std::string model = body.at("models").at(0).at("model_id");
      if (std::find(run->outputs.begin(), run->outputs.end(), model) != run->outputs.end()) {
        return error(400, "BAD_REQUEST");  // as the real one does
      }
      run->outputs.push_back(model);
    }
    if (path == "runs/log-inputs") {
      for (const Json& input : body.at("datasets")) {
        run->inputs[input.at("dataset").at("name")] = input.at("dataset").at("digest");
      }
    }
    if (path == "runs/log-batch") return log_batch(*run, body);
    return json(Json::object());
  }

  static ScriptedAnswer log_batch(Run& run, const Json& body) {
    const Json none = Json::array();
    if (body.value("params", none).size() > 100 || body.value("metrics", none).size() > 1000) {
      return error(400, "INVALID_PARAMETER_VALUE");
    }
    for (const Json& param : body.value("params", none)) {
      const std::string value = param.at("value");
      const auto [place, is_new] = run.params.emplace(param.at("key"), value);
      if (!is_new && place->second != value) return error(400, "INVALID_PARAMETER_VALUE");
    }
    for (const Json& tag : body.value("tags", none)) run.tags[tag.at("key")] = tag.at("value");
    for (const Json& metric : body.value("metrics", none)) {
      auto& points = run.metrics[metric.at("key")];
      Json point = metric;
      point.erase("model_id");
      if (std::find(points.begin(), points.end(), point.dump()) == points.end())
        points.push_back(point.dump());
    }
    return json(Json::object());
  }

  ScriptedAnswer model(const std::string& method, const std::string& path, const Json& body) {
    if (path == "logged-models/search") {
      Json found = Json::array();
      for (const Model& model : models) {
        if (body.at("filter") == "source_run_id = '" + model.run + "'") {
          found.push_back({{"info", {{"model_id", model.id}}}});
        }
      }
      return json({{"models", found}});
    }
    if (path == "logged-models") {
      models.push_back({.id = "m-" + std::to_string(models.size() + 1),
                        .experiment = body.at("experiment_id"),
                        .run = body.at("source_run_id")});
      return json({{"model", {{"info", {{"model_id", models.back().id}}}}}});
    }
    for (Model& model : models) {
      if (path != "logged-models/" + model.id) continue;
      if (method == "PATCH") model.status = body.at("status");
      return json({{"model",
                    {{"info",
                      {{"artifact_uri",
                        "mlflow-artifacts:/" + model.experiment + "/models/" + model.id + "/artifacts"}}}}}});
    }
    return error(404, "RESOURCE_DOES_NOT_EXIST");
  }

  ScriptedAnswer registry(const std::string& path, const std::string& query, const Json& body) {
    if (path == "registered-models/create") {
      if (!registered.emplace(body.at("name"), true).second) return error(400, "RESOURCE_ALREADY_EXISTS");
    }
    if (path == "registered-models/alias") {
      aliases[body.at("name").get<std::string>() + "@" + body.at("alias").get<std::string>()] =
          body.at("version");
    }
    if (path == "model-versions/search") {
      Json found = Json::array();
      for (const Version& version : versions) {
        if (query.find("%27" + version.name + "%27") == std::string::npos) continue;
        if (query.ends_with("run_id%3D%27" + version.run + "%27"))
          found.push_back({{"version", version.version}});
      }
      return json({{"model_versions", found}});
    }
    if (path == "model-versions/create") {
      versions.push_back({.name = body.at("name"),
                          .version = std::to_string(versions.size() + 1),
                          .run = body.at("run_id"),
                          .source = body.at("source")});
      return json({{"model_version", {{"version", versions.back().version}}}});
    }
    return json(Json::object());
  }
};

}  // namespace aisle::testing
