// Inside the engine room only: one session of a Spark Connect server, over gRPC.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/engine/engine.h"
#include "aisle/engine/spark_url.h"
#include "spark/connect/base.grpc.pb.h"

namespace aisle {

using SparkPlan = ::spark::connect::Plan;
using SparkResponse = ::spark::connect::ExecutePlanResponse;

// Not for use by two threads at once. Every call throws as Engine does. The session is made by its first
// call; the one who made it releases it.
class SparkSession {
 public:
  // `id` is a UUID: a new one, or that of a session that an earlier process left behind.
  SparkSession(const SparkUrl& url, std::string id, const CancelFlag* cancel);

  const std::string& id() const { return id_; }
  const std::string& address() const { return url_.address; }
  const std::string& user() const { return user_; }

  std::string version();
  void set_options(const std::vector<std::pair<std::string, std::string>>& options);

  // Runs a plan to its end and shows every answer. `sql` is the statement in it, for messages about its
  // lines. A cancel flag that is raised meanwhile stops the job on the cluster.
  void run(SparkPlan plan, std::string_view sql, const QueryProgress& progress,
           const std::function<void(const SparkResponse&)>& on_answer);

  // Stops whatever the session runs and forgets what it holds. Neither throws nor waits long; false where the
  // server did not answer.
  bool release() noexcept;

 private:
  struct Call;
  void authorise(grpc::ClientContext& context, int seconds) const;
  void check(const grpc::Status& status, std::string_view sql);
  void interrupt(const std::string& operation) noexcept;
  bool wait(Call& call);

  SparkUrl url_;
  std::string id_;
  std::string user_;
  std::string token_;
  const CancelFlag* cancel_;
  std::unique_ptr<::spark::connect::SparkConnectService::Stub> stub_;
};

// A random UUID (version 4).
std::string new_uuid();

}  // namespace aisle
