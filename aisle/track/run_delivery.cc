#include "aisle/track/run_delivery.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "aisle/track/logged_model.h"
#include "aisle/track/outbox_files.h"

namespace aisle {
namespace {

constexpr const char* kAlias = "proposed";
// MLflow's own bounds for one request.
constexpr std::size_t kMostParams = 100;
constexpr std::size_t kMostMetrics = 1000;

std::string user_name() {
  if (const char* user = std::getenv("USER"); user != nullptr && *user != '\0') return user;
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::getuid());
}

const char* mlflow_status(RunStatus status) {
  switch (status) {
    case RunStatus::kSucceeded:
      return "FINISHED";
    case RunStatus::kCancelled:
    case RunStatus::kInterrupted:
      return "KILLED";
    default:
      return "FAILED";
  }
}

template <typename Entry>
std::vector<std::vector<Entry>> in_parts(const std::vector<Entry>& entries, std::size_t most) {
  std::vector<std::vector<Entry>> parts;
  for (std::size_t at = 0; at < entries.size(); at += most) {
    const auto from = entries.begin() + static_cast<std::ptrdiff_t>(at);
    const auto to = entries.begin() + static_cast<std::ptrdiff_t>(std::min(at + most, entries.size()));
    parts.emplace_back(from, to);
  }
  return parts;
}

}  // namespace

RunDelivery::RunDelivery(MlflowClient& client, Retries& retries, const RunStore& runs, Outbox& outbox,
                         OutboxEntry entry, std::vector<KeyValue> places, std::filesystem::path files,
                         const EventSink& sink)
    : client_(client),
      retries_(retries),
      runs_(runs),
      outbox_(outbox),
      entry_(std::move(entry)),
      places_(std::move(places)),
      files_(std::move(files)),
      sink_(sink) {}

std::string RunDelivery::once_giving(const std::string& step, const std::function<std::string()>& action) {
  if (const auto result = outbox_.result_of(entry_.run, step)) return *result;
  std::string result = retries_(action);
  outbox_.record_step(entry_.run, step, result);
  return result;
}

void RunDelivery::once(const std::string& step, const std::function<void()>& action) {
  once_giving(step, [&] {
    action();
    return std::string();
  });
}

std::string RunDelivery::deliver() {
  run_ = runs_.find(entry_.run).value();
  values_ = tracked_values(run_, runs_, files_ / "artifacts");
  values_.tags.insert(values_.tags.end(), places_.begin(), places_.end());
  experiment_ = retries_([&] { return client_.experiment(entry_.experiment); });
  // The server is there: what follows may take longer, and what another one has says nothing here.
  client_.set_limits(retries_.patience().limits);
  outbox_.address(entry_.run, client_.uri());
  entry_.server = client_.uri();
  const bool is_begun = outbox_.result_of(entry_.run, "run").has_value();
  try {
    send();
  } catch (const TrackingError& error) {
    // What an earlier delivery made may be gone (a server set up anew, a run that somebody deleted).
    if (!is_begun || error.fault() != TrackingFault::kRejected) throw;
    outbox_.forget_steps(entry_.run);
    send();
  }
  return entry_.url;
}

void RunDelivery::send() {
  begin_run();
  send_values();
  send_inputs();
  send_artifacts();
  send_model();
  end_run();
}

void RunDelivery::begin_run() {
  mlflow_run_ = once_giving("run", [&] {
    const auto known = client_.runs_with_tag(experiment_, {kRunTag, entry_.run});
    if (!known.empty()) return known.front();
    return client_.create_run(experiment_, {.name = entry_.run,
                                            .user = user_name(),
                                            .started_ms = milliseconds_of(run_.started_at),
                                            .tags = {{kRunTag, entry_.run},
                                                     {"mlflow.source.name", "aisle " + run_.verb},
                                                     {"mlflow.source.type", "LOCAL"},
                                                     {"mlflow.user", user_name()},
                                                     {"aisle.version", AISLE_VERSION}}});
  });
  entry_.url = client_.run_url(experiment_, mlflow_run_);
  outbox_.set_url(entry_.run, entry_.url);
}

void RunDelivery::send_values() {
  int part = 0;
  for (const auto& params : in_parts(values_.params, kMostParams)) {
    once(fmt::format("params {}", ++part), [&] { client_.log_params(mlflow_run_, params); });
  }
  once("tags", [&] { client_.set_tags(mlflow_run_, values_.tags); });
  std::vector<MetricPoint> metrics = values_.metrics;
  metrics.insert(metrics.end(), values_.model_metrics.begin(), values_.model_metrics.end());
  part = 0;
  for (const auto& points : in_parts(metrics, kMostMetrics)) {
    once(fmt::format("metrics {}", ++part),
         [&] { client_.log_metrics(mlflow_run_, points, milliseconds_of(run_.finished_at)); });
  }
  if (values_.cut.empty()) return;
  sink_(WarningRaised{
      "tracking",
      fmt::format("too long, or no key, for MLflow and cut there (the run store has it whole): {}",
                  cut_text(fmt::format("{}", fmt::join(values_.cut, ", ")), 500))});
}

void RunDelivery::send_inputs() {
  std::vector<DatasetInput> inputs;
  for (const RunInput& input : runs_.inputs(entry_.run)) {
    inputs.push_back({input.name, input.digest, input.path, input.n_rows, input.context});
  }
  if (inputs.empty()) return;
  once("inputs", [&] { client_.log_inputs(mlflow_run_, inputs); });
}

void RunDelivery::send_artifacts() {
  const std::filesystem::path folder = files_ / "artifacts";
  const std::vector<std::string> names = files_in(folder);
  if (names.empty()) return;
  const std::string root = once_giving("artifacts", [&] { return client_.run_artifacts(mlflow_run_); });
  for (const std::string& name : names) {
    once("artifact " + name, [&] { client_.put_artifact(root, name, folder / name); });
  }
}

void RunDelivery::send_model() {
  if (files_in(files_ / "model").empty()) return;
  const std::string model = once_giving("model", [&] {
    const std::string known = client_.find_model(experiment_, mlflow_run_);
    if (!known.empty()) return known;
    return client_.create_model(experiment_, mlflow_run_, "model",
                                {{kRunTag, entry_.run}, {"aisle.version", AISLE_VERSION}});
  });
  send_model_files(model);
  once("model metrics", [&] {
    if (!values_.model_metrics.empty()) {
      client_.log_metrics(mlflow_run_, values_.model_metrics, milliseconds_of(run_.finished_at), model);
    }
  });
  once("model ready", [&] { client_.mark_model_ready(model); });
  once("model output", [&] {
    if (!client_.has_output(mlflow_run_, model)) client_.add_output(mlflow_run_, model);
  });
  if (!entry_.registered_model.empty()) register_model(model);
}

void RunDelivery::send_model_files(const std::string& model) {
  const std::filesystem::path folder = files_ / "model";
  const std::string root = once_giving("model artifacts", [&] { return client_.model_artifacts(model); });
  for (const std::string& name : files_in(folder)) {
    once("model file " + name,
         [&] { client_.put_artifact(root, kLoggedModelData + ("/" + name), folder / name); });
  }
  once("MLmodel",
       [&] { client_.put_artifact_text(root, "MLmodel", logged_model_text(mlflow_run_, model, run_)); });
}

void RunDelivery::register_model(const std::string& model) {
  const std::string& name = entry_.registered_model;
  once("registered model", [&] { client_.ensure_registered_model(name); });
  const std::string version = once_giving("version", [&] {
    const std::string known = client_.find_version(name, mlflow_run_);
    return known.empty() ? client_.create_version(name, mlflow_run_, model) : known;
  });
  // A run that arrives late does not take the place of a newer one.
  if (outbox_.is_overtaken(entry_, "alias")) return;
  once("alias", [&] { client_.set_alias(name, kAlias, version); });
}

void RunDelivery::end_run() {
  once("end",
       [&] { client_.end_run(mlflow_run_, mlflow_status(run_.status), milliseconds_of(run_.finished_at)); });
  // A request that was given up may have been done all the same, after the search for its run.
  const auto known = retries_([&] { return client_.runs_with_tag(experiment_, {kRunTag, entry_.run}); });
  for (const std::string& twin : known) {
    if (twin != mlflow_run_) retries_([&] { client_.delete_run(twin); });
  }
  outbox_.mark_sent(entry_.run);
}

}  // namespace aisle
