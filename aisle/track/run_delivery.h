// Sends one run of the run store to an MLflow server, step by step. Every step may be done again: what makes
// something new looks first whether it is there (by a tag with the run's own id), and what is done is
// recorded, so that a delivery that is cut, by either side and anywhere, goes on and sends nothing twice.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/track/mlflow_client.h"
#include "aisle/track/outbox.h"
#include "aisle/track/retries.h"
#include "aisle/track/run_store.h"
#include "aisle/track/tracked_values.h"

namespace aisle {

class RunDelivery {
 public:
  // `files` is the run's folder in the outbox.
  RunDelivery(MlflowClient& client, Retries& retries, const RunStore& runs, Outbox& outbox, OutboxEntry entry,
              std::vector<KeyValue> places, std::filesystem::path files, const EventSink& sink);

  // Returns the page that shows the run. Throws TrackingError, Cancelled, EnvironmentError (run store).
  std::string deliver();

 private:
  void send();
  void begin_run();
  void send_values();
  void send_inputs();
  void send_artifacts();
  void send_model();
  void send_model_files(const std::string& model);
  void register_model(const std::string& model);
  void end_run();

  // Does what was not done before and records it with what it gives.
  std::string once_giving(const std::string& step, const std::function<std::string()>& action);
  void once(const std::string& step, const std::function<void()>& action);

  MlflowClient& client_;
  Retries& retries_;
  const RunStore& runs_;
  Outbox& outbox_;
  OutboxEntry entry_;
  std::vector<KeyValue> places_;  // tags: where else the run is shown
  std::filesystem::path files_;
  const EventSink& sink_;
  RunRecord run_;
  TrackedValues values_;
  std::string experiment_;
  std::string mlflow_run_;
};

}  // namespace aisle
