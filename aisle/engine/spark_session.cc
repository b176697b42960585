#include "aisle/engine/spark_session.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <random>

#include "aisle/base/errors.h"
#include "aisle/engine/spark_errors.h"

namespace aisle {
namespace {

namespace connect = ::spark::connect;

constexpr int kAnswerSeconds = 60;     // of a call that only asks
constexpr int kGoodbyeSeconds = 5;     // of a call whose answer nobody waits for
constexpr int kInterruptSeconds = 10;  // how long a stopped job has to say so
constexpr std::chrono::milliseconds kLookEvery{100};
constexpr const char* kClient = "aisle";
constexpr const char* kTokenVariable = "SPARK_CONNECT_AUTHENTICATE_TOKEN";
constexpr const char* kSystemRoots = "/etc/ssl/certs/ca-certificates.crt";

std::chrono::system_clock::time_point in_seconds(int seconds) {
  return std::chrono::system_clock::now() + std::chrono::seconds(seconds);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The roots that this machine trusts; gRPC would take its own otherwise.
std::string trusted_roots() {
  std::string file = variable("SSL_CERT_FILE");
  if (file.empty()) file = kSystemRoots;
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::shared_ptr<grpc::Channel> channel_to(const SparkUrl& url) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);  // a batch of rows may be of any size
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (!url.use_ssl)
    return grpc::CreateCustomChannel(url.address, grpc::InsecureChannelCredentials(), arguments);
  grpc::SslCredentialsOptions options;
  if (variable("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH").empty()) options.pem_root_certs = trusted_roots();
  return grpc::CreateCustomChannel(url.address, grpc::SslCredentials(options), arguments);
}

std::string user_of_process() {
  for (const char* name : {"USER", "LOGNAME"}) {
    if (std::string value = variable(name); !value.empty()) return value;
  }
  return "uid" + std::to_string(getuid());
}

template <typename Request>
void sign(Request& request, const std::string& session, const std::string& user) {
  request.set_session_id(session);
  request.mutable_user_context()->set_user_id(user);
  request.set_client_type(kClient);
}

double share_done(const connect::ExecutePlanResponse::ExecutionProgress& progress) {
  std::int64_t n_tasks = 0, n_done = 0;
  for (const auto& stage : progress.stages()) {
    n_tasks += stage.num_tasks();
    n_done += stage.num_completed_tasks();
  }
  return n_tasks > 0 ? static_cast<double>(n_done) / static_cast<double>(n_tasks) : 0.0;
}

}  // namespace

std::string new_uuid() {
  std::random_device random;
  std::string text = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  for (char& c : text) {
    if (c == 'x') c = "0123456789abcdef"[random() % 16];
  }
  return text;
}

// One running plan: its stream and whether it was asked to stop.
struct SparkSession::Call {
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  std::string operation = new_uuid();
  std::exception_ptr refusal;
  std::chrono::steady_clock::time_point give_up;

  ~Call() {
    queue.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue.Next(&tag, &ok)) {
    }
  }
};

SparkSession::SparkSession(const SparkUrl& url, std::string id, const CancelFlag* cancel)
    : url_(url),
      id_(std::move(id)),
      user_(url.user_id.empty() ? user_of_process() : url.user_id),
      token_(variable(kTokenVariable)),
      cancel_(cancel),
      stub_(connect::SparkConnectService::NewStub(channel_to(url))) {}

void SparkSession::authorise(grpc::ClientContext& context, int seconds) const {
  if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
  if (seconds > 0) context.set_deadline(in_seconds(seconds));
}

void SparkSession::check(const grpc::Status& status, std::string_view sql) {
  if (status.ok()) return;
  const auto fetch = [&](const std::string& error_id, connect::FetchErrorDetailsResponse& response) {
    connect::FetchErrorDetailsRequest request;
    sign(request, id_, user_);
    request.set_error_id(error_id);
    grpc::ClientContext context;
    authorise(context, kAnswerSeconds);
    return stub_->FetchErrorDetails(&context, request, &response).ok();
  };
  throw_spark_fault(spark_fault(status, fetch), sql, url_.address);
}

std::string SparkSession::version() {
  connect::AnalyzePlanRequest request;
  sign(request, id_, user_);
  request.mutable_spark_version();
  connect::AnalyzePlanResponse response;
  grpc::ClientContext context;
  authorise(context, kAnswerSeconds);
  check(stub_->AnalyzePlan(&context, request, &response), "");
  return response.spark_version().version();
}

void SparkSession::set_options(const std::vector<std::pair<std::string, std::string>>& options) {
  connect::ConfigRequest request;
  sign(request, id_, user_);
  auto* set = request.mutable_operation()->mutable_set();
  for (const auto& [key, value] : options) {
    auto* pair = set->add_pairs();
    pair->set_key(key);
    pair->set_value(value);
  }
  connect::ConfigResponse response;
  grpc::ClientContext context;
  authorise(context, kAnswerSeconds);
  check(stub_->Config(&context, request, &response), "");
}

void SparkSession::interrupt(const std::string& operation) noexcept {
  try {
    connect::InterruptRequest request;
    sign(request, id_, user_);
    request.set_interrupt_type(operation.empty() ? connect::InterruptRequest::INTERRUPT_TYPE_ALL
                                                 : connect::InterruptRequest::INTERRUPT_TYPE_OPERATION_ID);
    if (!operation.empty()) request.set_operation_id(operation);
    connect::InterruptResponse response;
    grpc::ClientContext context;
    authorise(context, kGoodbyeSeconds);
    stub_->Interrupt(&context, request, &response);
  } catch (...) {
    // The caller is on its way out already; a session that is not reached ends by the server's own time-out.
  }
}

// Waits for the next step of the stream; looks at the cancel flag meanwhile. False at the stream's end.
bool SparkSession::wait(Call& call) {
  void* tag = nullptr;
  bool ok = false;
  while (true) {
    const auto until = std::chrono::system_clock::now() + kLookEvery;
    const auto got = call.queue.AsyncNext(&tag, &ok, until);
    if (got == grpc::CompletionQueue::GOT_EVENT) return ok;
    if (got == grpc::CompletionQueue::SHUTDOWN) return false;
    if (call.refusal) {
      if (std::chrono::steady_clock::now() > call.give_up) call.context.TryCancel();
      continue;
    }
    try {
      if (cancel_ != nullptr) cancel_->check();
    } catch (...) {
      call.refusal = std::current_exception();
      call.give_up = std::chrono::steady_clock::now() + std::chrono::seconds(kInterruptSeconds);
      // Only this stops the job: a client that goes away does not.
      interrupt(call.operation);
    }
  }
}

void SparkSession::run(SparkPlan plan, std::string_view sql, const QueryProgress& progress,
                       const std::function<void(const SparkResponse&)>& on_answer) {
  if (cancel_ != nullptr) cancel_->check();
  connect::ExecutePlanRequest request;
  sign(request, id_, user_);
  *request.mutable_plan() = std::move(plan);
  Call call;
  request.set_operation_id(call.operation);
  authorise(call.context, 0);
  const auto stream = stub_->AsyncExecutePlan(&call.context, request, &call.queue, nullptr);
  SparkResponse response;
  bool is_open = wait(call);
  while (is_open) {
    stream->Read(&response, nullptr);
    is_open = wait(call);
    if (!is_open || call.refusal) continue;
    try {
      if (response.has_execution_progress() && progress) progress(share_done(response.execution_progress()));
      if (on_answer) on_answer(response);
    } catch (...) {
      call.refusal = std::current_exception();
      call.give_up = std::chrono::steady_clock::now() + std::chrono::seconds(kInterruptSeconds);
      interrupt(call.operation);
    }
  }
  grpc::Status status;
  stream->Finish(&status, nullptr);
  wait(call);
  if (call.refusal) std::rethrow_exception(call.refusal);
  check(status, sql);
}

bool SparkSession::release() noexcept {
  try {
    interrupt("");
    connect::ReleaseSessionRequest request;
    sign(request, id_, user_);
    connect::ReleaseSessionResponse response;
    grpc::ClientContext context;
    authorise(context, kGoodbyeSeconds);
    return stub_->ReleaseSession(&context, request, &response).ok();
  } catch (...) {
    return false;
  }
}

}  // namespace aisle
