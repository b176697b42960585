#include "aisle/track/mlflow_client.h"

#include <fmt/format.h>

#include "aisle/track/mlflow_exchange_json.h"

namespace aisle {
namespace {

constexpr const char* kApi = "/api/2.0/mlflow/";
constexpr const char* kArtifacts = "/api/2.0/mlflow-artifacts/artifacts/";
constexpr const char* kProxied = "mlflow-artifacts:/";

// A field of an answer, or an error that says which one is not there.
std::string text_at(const HttpTransfer& transfer, const Json& document, const char* pointer) {
  const Json::json_pointer place(pointer);
  if (document.contains(place) && document[place].is_string()) return document[place].get<std::string>();
  throw TrackingError(TrackingFault::kRejected, {.where = transfer.uri(),
                                                 .what = fmt::format("answers without {}", pointer + 1),
                                                 .expected = "MLflow 3",
                                                 .remedy = "look at the server's version"});
}

Json list_of(const std::vector<KeyValue>& entries) {
  Json list = Json::array();
  for (const KeyValue& entry : entries) list.push_back({{"key", entry.key}, {"value", entry.value}});
  return list;
}

// 'text' in the search language, which knows no escape for a quote of its own kind.
std::string quoted(const std::string& text) {
  return text.find('\'') == std::string::npos ? "'" + text + "'" : "\"" + text + "\"";
}

std::string path_below(const std::string& folder, const std::string& path) {
  std::string encoded = folder;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    encoded += "/" + url_encoded(path.substr(at, end - at));
    at = end + 1;
  }
  return encoded;
}

}  // namespace

// What every method does: a request to one of the interface's paths.
class MlflowClient::Exchange {
 public:
  Exchange(MlflowClient& client, const std::string& tolerated = "")
      : client_(client), tolerated_(tolerated) {}

  std::optional<Json> get(const std::string& path) const { return send("GET", path, ""); }
  std::optional<Json> post(const std::string& path, const Json& body) const {
    return send("POST", path, json_text(body));
  }
  std::optional<Json> create(const std::string& path, const Json& body) const {
    return send("POST", path, json_text(body), true);
  }
  std::optional<Json> patch(const std::string& path, const Json& body) const {
    return send("PATCH", path, json_text(body));
  }

 private:
  std::optional<Json> send(const std::string& method, const std::string& path, const std::string& body,
                           bool makes_new = false) const {
    TransferRequest request{.method = method, .path = kApi + path, .body = body, .file = {}};
    request.makes_new = makes_new;
    return exchange_json(client_.transfer_, client_.limits_, request, tolerated_);
  }

  MlflowClient& client_;
  std::string tolerated_;
};

std::string MlflowClient::experiment(const std::string& name) {
  const std::string by_name = "experiments/get-by-name?experiment_name=" + url_encoded(name);
  auto known = Exchange(*this, "RESOURCE_DOES_NOT_EXIST").get(by_name);
  if (!known) {
    const auto made =
        Exchange(*this, "RESOURCE_ALREADY_EXISTS").create("experiments/create", {{"name", name}});
    if (made) return text_at(transfer_, *made, "/experiment_id");
    known = Exchange(*this).get(by_name);  // somebody else was first
  }
  std::string id = text_at(transfer_, *known, "/experiment/experiment_id");
  if (text_at(transfer_, *known, "/experiment/lifecycle_stage") == "deleted") {
    Exchange(*this).post("experiments/restore", {{"experiment_id", id}});
  }
  return id;
}

std::vector<std::string> MlflowClient::runs_with_tag(const std::string& experiment, const KeyValue& tag) {
  const auto found = Exchange(*this).post(
      "runs/search", {{"experiment_ids", Json::array({experiment})},
                      {"filter", fmt::format("tags.`{}` = {}", tag.key, quoted(tag.value))},
                      {"run_view_type", "ACTIVE_ONLY"},
                      {"order_by", Json::array({"attributes.start_time ASC"})},
                      {"max_results", 100}});
  std::vector<std::string> ids;
  for (const Json& run : found->value("runs", Json::array())) {
    ids.push_back(text_at(transfer_, run, "/info/run_id"));
  }
  return ids;
}

std::string MlflowClient::create_run(const std::string& experiment, const NewMlflowRun& run) {
  const auto made = Exchange(*this).create("runs/create", {{"experiment_id", experiment},
                                                           {"run_name", run.name},
                                                           {"user_id", run.user},
                                                           {"start_time", run.started_ms},
                                                           {"tags", list_of(run.tags)}});
  return text_at(transfer_, *made, "/run/info/run_id");
}

void MlflowClient::delete_run(const std::string& run) {
  Exchange(*this).post("runs/delete", {{"run_id", run}});
}

void MlflowClient::end_run(const std::string& run, const std::string& status, std::int64_t ended_ms) {
  Exchange(*this).post("runs/update", {{"run_id", run}, {"status", status}, {"end_time", ended_ms}});
}

void MlflowClient::log_params(const std::string& run, const std::vector<KeyValue>& params) {
  Exchange(*this).post("runs/log-batch", {{"run_id", run}, {"params", list_of(params)}});
}

void MlflowClient::set_tags(const std::string& run, const std::vector<KeyValue>& tags) {
  Exchange(*this).post("runs/log-batch", {{"run_id", run}, {"tags", list_of(tags)}});
}

void MlflowClient::log_metrics(const std::string& run, const std::vector<MetricPoint>& metrics,
                               std::int64_t at_ms, const std::string& model) {
  Json list = Json::array();
  for (const MetricPoint& metric : metrics) {
    Json point = {{"key", metric.key}, {"value", metric.value}, {"timestamp", at_ms}, {"step", 0}};
    if (!model.empty()) point["model_id"] = model;
    list.push_back(std::move(point));
  }
  Exchange(*this).post("runs/log-batch", {{"run_id", run}, {"metrics", list}});
}

void MlflowClient::log_inputs(const std::string& run, const std::vector<DatasetInput>& inputs) {
  Json list = Json::array();
  for (const DatasetInput& input : inputs) {
    Json dataset = {{"name", input.name},
                    {"digest", input.digest},
                    {"source_type", "local"},
                    {"source", json_text({{"uri", input.path}})}};
    if (input.n_rows >= 0) dataset["profile"] = json_text({{"num_rows", input.n_rows}});
    list.push_back({{"dataset", dataset}, {"tags", list_of({{"mlflow.data.context", input.context}})}});
  }
  Exchange(*this).post("runs/log-inputs", {{"run_id", run}, {"datasets", list}});
}

std::string MlflowClient::run_artifacts(const std::string& run) {
  const auto found = Exchange(*this).get("runs/get?run_id=" + url_encoded(run));
  return text_at(transfer_, *found, "/run/info/artifact_uri");
}

std::string MlflowClient::model_artifacts(const std::string& model) {
  const auto found = Exchange(*this).get("logged-models/" + url_encoded(model));
  return text_at(transfer_, *found, "/model/info/artifact_uri");
}

namespace {

// The path of a proxied artifact; other roots (s3://, a folder of the server's machine) are reached by
// MLflow's clients themselves, with credentials and libraries of their own.
std::string artifact_path(const HttpTransfer& transfer, const std::string& root, const std::string& path) {
  if (!root.starts_with(kProxied) || root.starts_with("mlflow-artifacts://")) {
    throw TrackingError(TrackingFault::kRejected,
                        {.where = transfer.uri(),
                         .what = fmt::format("keeps artifacts at {} and takes none over HTTP", root),
                         .expected = "",
                         .remedy = "start it with --serve-artifacts and --artifacts-destination"});
  }
  std::string folder = root.substr(std::string(kProxied).size());
  while (folder.starts_with('/')) folder.erase(0, 1);
  return kArtifacts + path_below(folder, path);
}

}  // namespace

void MlflowClient::put_artifact(const std::string& root, const std::string& path,
                                const std::filesystem::path& file) {
  exchange_json(transfer_, limits_,
                {.method = "PUT", .path = artifact_path(transfer_, root, path), .body = "", .file = file});
}

void MlflowClient::put_artifact_text(const std::string& root, const std::string& path,
                                     const std::string& text) {
  exchange_json(transfer_, limits_,
                {.method = "PUT", .path = artifact_path(transfer_, root, path), .body = text, .file = {}});
}

std::string MlflowClient::find_model(const std::string& experiment, const std::string& run) {
  const auto found = Exchange(*this).post("logged-models/search",
                                          {{"experiment_ids", Json::array({experiment})},
                                           {"filter", fmt::format("source_run_id = {}", quoted(run))},
                                           {"max_results", 1}});
  const Json models = found->value("models", Json::array());
  return models.empty() ? "" : text_at(transfer_, models.front(), "/info/model_id");
}

std::string MlflowClient::create_model(const std::string& experiment, const std::string& run,
                                       const std::string& name, const std::vector<KeyValue>& tags) {
  const auto made = Exchange(*this).create("logged-models", {{"experiment_id", experiment},
                                                             {"name", name},
                                                             {"model_type", "aisle"},
                                                             {"source_run_id", run},
                                                             {"tags", list_of(tags)}});
  return text_at(transfer_, *made, "/model/info/model_id");
}

void MlflowClient::mark_model_ready(const std::string& model) {
  Exchange(*this).patch("logged-models/" + url_encoded(model),
                        {{"model_id", model}, {"status", "LOGGED_MODEL_READY"}});
}

bool MlflowClient::has_output(const std::string& run, const std::string& model) {
  const auto found = Exchange(*this).get("runs/get?run_id=" + url_encoded(run));
  const Json::json_pointer place("/run/outputs/model_outputs");
  if (!found->contains(place)) return false;
  for (const Json& output : (*found)[place]) {
    if (output.value("model_id", "") == model) return true;
  }
  return false;
}

void MlflowClient::add_output(const std::string& run, const std::string& model) {
  Exchange(*this).create(
      "runs/outputs", {{"run_id", run}, {"models", Json::array({Json{{"model_id", model}, {"step", 0}}})}});
}

void MlflowClient::ensure_registered_model(const std::string& name) {
  Exchange(*this, "RESOURCE_ALREADY_EXISTS").post("registered-models/create", {{"name", name}});
}

std::string MlflowClient::find_version(const std::string& name, const std::string& run) {
  const std::string filter = fmt::format("name={} and run_id={}", quoted(name), quoted(run));
  const auto found =
      Exchange(*this).get("model-versions/search?max_results=10&filter=" + url_encoded(filter));
  const Json versions = found->value("model_versions", Json::array());
  return versions.empty() ? "" : text_at(transfer_, versions.front(), "/version");
}

std::string MlflowClient::create_version(const std::string& name, const std::string& run,
                                         const std::string& model) {
  const auto made = Exchange(*this).create(
      "model-versions/create",
      {{"name", name}, {"source", "models:/" + model}, {"run_id", run}, {"model_id", model}});
  return text_at(transfer_, *made, "/model_version/version");
}

void MlflowClient::set_alias(const std::string& name, const std::string& alias, const std::string& version) {
  Exchange(*this).post("registered-models/alias", {{"name", name}, {"alias", alias}, {"version", version}});
}

std::string MlflowClient::run_url(const std::string& experiment, const std::string& run) const {
  return fmt::format("{}/#/experiments/{}/runs/{}", uri(), experiment, run);
}

}  // namespace aisle
