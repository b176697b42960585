// MLflow's REST interface, version 2.0 of its paths, as an MLflow 3 server speaks it: one call, one method.
// A call is made once; who calls decides whether to try again. Every method throws TrackingError, Cancelled,
// EnvironmentError for a file that cannot be read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "aisle/track/http_transfer.h"

namespace aisle {

struct KeyValue {
  std::string key;
  std::string value;
};

struct MetricPoint {
  std::string key;
  double value = 0;
};

struct DatasetInput {
  std::string name;
  std::string digest;
  std::string path;
  std::int64_t n_rows = -1;  // -1: not known
  std::string context;       // "training", "raw"
};

struct NewMlflowRun {
  std::string name;
  std::string user;
  std::int64_t started_ms = 0;
  std::vector<KeyValue> tags;
};

class MlflowClient {
 public:
  MlflowClient(HttpTransfer& transfer, const TransferLimits& limits) : transfer_(transfer), limits_(limits) {}

  // Holds for the calls that follow.
  void set_limits(const TransferLimits& limits) { limits_ = limits; }

  // The id of the experiment of that name; made when there is none, restored when it was deleted.
  std::string experiment(const std::string& name);

  // Ids of an experiment's runs that carry the tag, oldest first; deleted ones are not among them.
  std::vector<std::string> runs_with_tag(const std::string& experiment, const KeyValue& tag);
  std::string create_run(const std::string& experiment, const NewMlflowRun& run);
  void delete_run(const std::string& run);
  // Status is one of MLflow's: "FINISHED", "FAILED", "KILLED".
  void end_run(const std::string& run, const std::string& status, std::int64_t ended_ms);

  // At most 100 parameters, 100 tags and 1,000 of all together (MLflow's own limits).
  void log_params(const std::string& run, const std::vector<KeyValue>& params);
  void set_tags(const std::string& run, const std::vector<KeyValue>& tags);
  // With a model's id they are that model's figures as well.
  void log_metrics(const std::string& run, const std::vector<MetricPoint>& metrics, std::int64_t at_ms,
                   const std::string& model = "");
  void log_inputs(const std::string& run, const std::vector<DatasetInput>& inputs);

  // Where a run's or a model's artifacts lie, for put_artifact. Throws TrackingError (kRejected) for a server
  // that leaves them to its clients.
  std::string run_artifacts(const std::string& run);
  std::string model_artifacts(const std::string& model);
  void put_artifact(const std::string& root, const std::string& path, const std::filesystem::path& file);
  void put_artifact_text(const std::string& root, const std::string& path, const std::string& text);

  // A logged model of the run with that name; "" when there is none.
  std::string find_model(const std::string& experiment, const std::string& run);
  std::string create_model(const std::string& experiment, const std::string& run, const std::string& name,
                           const std::vector<KeyValue>& tags);
  void mark_model_ready(const std::string& model);
  // MLflow refuses an output that the run has: has_output looks.
  bool has_output(const std::string& run, const std::string& model);
  void add_output(const std::string& run, const std::string& model);

  void ensure_registered_model(const std::string& name);
  // The version that was made of that run; "" when there is none.
  std::string find_version(const std::string& name, const std::string& run);
  std::string create_version(const std::string& name, const std::string& run, const std::string& model);
  void set_alias(const std::string& name, const std::string& alias, const std::string& version);

  // The page that shows the run.
  std::string run_url(const std::string& experiment, const std::string& run) const;
  const std::string& uri() const { return transfer_.uri(); }

 private:
  class Exchange;

  HttpTransfer& transfer_;
  TransferLimits limits_;
};

}  // namespace aisle
