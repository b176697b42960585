#include "aisle/track/tracking.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <set>

#include "aisle/base/errors.h"
#include "aisle/project/platform_state.h"
#include "aisle/track/http_transfer.h"
#include "aisle/track/mlflow_client.h"
#include "aisle/track/outbox.h"
#include "aisle/track/outbox_files.h"
#include "aisle/track/run_delivery.h"
#include "aisle/track/run_store.h"

namespace aisle {
namespace {

// Held by the process that sends, so that no two send the same run. It goes with the process.
class DeliveryLock {
 public:
  explicit DeliveryLock(const ProjectPaths& paths)
      : descriptor_(::open((paths.state / "outbox.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)),
        is_held_(descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {}
  ~DeliveryLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  DeliveryLock(const DeliveryLock&) = delete;
  DeliveryLock& operator=(const DeliveryLock&) = delete;
  bool is_held() const { return is_held_; }

 private:
  int descriptor_;
  bool is_held_;
};

class Sender {
 public:
  Sender(const TrackingServer& server, const ProjectPaths& paths, const Patience& patience,
         const EventSink& sink, const CancelFlag* cancel)
      : paths_(paths),
        sink_(sink),
        transfer_(server, cancel),
        client_(transfer_, patience.first),
        retries_(patience, cancel),
        runs_(paths.run_store),
        outbox_(paths.run_store) {}

  Delivery send_all() {
    // A run that ends meanwhile leaves its own to who sends already: looked at again until none is new.
    for (auto next = next_owed(); next && may_go_on_; next = next_owed()) send_one(*next);
    delivery_.n_owed = static_cast<int>(outbox_.owed().size());
    return delivery_;
  }

 private:
  std::optional<OutboxEntry> next_owed() {
    for (const OutboxEntry& entry : outbox_.owed()) {
      if (!tried_.contains(entry.run)) return entry;
    }
    return std::nullopt;
  }

  // The page and the Dagster that are up beside the tracking server.
  std::vector<KeyValue> places_of(const std::string& run) const {
    std::vector<KeyValue> places;
    if (const auto page = running_service_url(paths_, "dashboard")) {
      places.push_back({"aisle.page", *page + "/#/pipeline?run=" + run});
    }
    if (const auto dagster = running_service_url(paths_, "dagster")) {
      places.push_back({"aisle.dagster", *dagster + "/assets"});
    }
    return places;
  }

  void send_one(const OutboxEntry& entry) {
    tried_.insert(entry.run);
    try {
      RunDelivery delivery(client_, retries_, runs_, outbox_, entry, places_of(entry.run),
                           paths_.outbox / entry.run, sink_);
      const std::string url = delivery.deliver();
      drop_outbox_files(paths_, entry.run);
      delivery_.sent.push_back({entry.run, url});
      sink_(RunTracked{entry.run, url});
    } catch (const TrackingError& error) {
      if (delivery_.why.empty()) delivery_.why = error.what();
      may_go_on_ = error.fault() == TrackingFault::kRejected;
      outbox_.mark_failed(entry.run, error.what());
    }
  }

  const ProjectPaths& paths_;
  const EventSink& sink_;
  HttpTransfer transfer_;
  MlflowClient client_;
  Retries retries_;
  RunStore runs_;
  Outbox outbox_;
  Delivery delivery_;
  std::set<std::string> tried_;
  bool may_go_on_ = true;
};

void check_name(const std::string& name, const char* option) {
  const bool is_registered = std::string(option) == "tracking.registered_model";
  if (is_registered && name.find_first_of("/:") != std::string::npos) {
    throw InvalidInput({.where = option,
                        .what = fmt::format("is '{}'", name),
                        .expected = "a name without '/' and ':'",
                        .remedy = ""});
  }
  constexpr std::size_t kLongest = 250;
  if (name.size() > kLongest) {
    throw InvalidInput({.where = option,
                        .what = fmt::format("has {} bytes", name.size()),
                        .expected = fmt::format("at most {}", kLongest),
                        .remedy = ""});
  }
}

}  // namespace

std::optional<TrackingTarget> tracking_target(const Options& options) {
  const TrackingOptions& tracking = options.tracking;
  auto server = find_tracking_server(tracking);
  if (!server) return std::nullopt;
  TrackingTarget target{
      .server = *server,
      .experiment = tracking.experiment.empty() ? options.project.name : tracking.experiment,
      .registered_model = tracking.registered_model};
  if (target.experiment.empty()) target.experiment = "aisle";
  check_name(target.experiment, "tracking.experiment");
  check_name(target.registered_model, "tracking.registered_model");
  return target;
}

Delivery send_owed(const TrackingServer& server, const ProjectPaths& paths, const Patience& patience,
                   const EventSink& sink, const CancelFlag* cancel) {
  const DeliveryLock lock(paths);
  if (!lock.is_held()) {
    const Outbox outbox(paths.run_store, Outbox::Access::kRead);
    return {
        .sent = {}, .n_owed = static_cast<int>(outbox.owed().size()), .why = "another process is sending"};
  }
  return Sender(server, paths, patience, sink, cancel).send_all();
}

}  // namespace aisle
