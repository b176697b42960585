#include "aisle/engine/spark_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aisle/base/errors.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace aisle {
namespace {

using ::spark::connect::FetchErrorDetailsResponse;

// Spark's message without the plan, the echo of the statement and the stack that follow it.
std::string on_one_line(std::string_view message) {
  for (const std::string_view tail :
       {"\n== SQL", "\n\nJVM stacktrace", "\n'", "\n+-", "\n\tat ", "\nDriver stack"}) {
    message = message.substr(0, message.find(tail));
  }
  std::string line;
  for (const char c : message) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == ';')) line.pop_back();
  return line;
}

google::rpc::ErrorInfo error_info(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details())) return info;
  for (const auto& detail : details.details()) {
    if (detail.Is<google::rpc::ErrorInfo>() && detail.UnpackTo(&info)) break;
  }
  return info;
}

std::string entry(const google::rpc::ErrorInfo& info, const char* key) {
  const auto found = info.metadata().find(key);
  return found == info.metadata().end() ? "" : found->second;
}

// The chain of causes, outermost first; the first that Spark names a class of speaks for all.
void read_chain(const FetchErrorDetailsResponse& response, SparkFault& fault) {
  if (!response.has_root_error_idx()) return;
  int at = response.root_error_idx();
  bool named = false;
  for (int n_seen = 0; at >= 0 && at < response.errors_size() && n_seen < response.errors_size(); ++n_seen) {
    const auto& error = response.errors(at);
    fault.causes += error.message() + "\n";
    const bool has_class = error.has_spark_throwable() && error.spark_throwable().has_error_class();
    if (has_class && !named) {
      named = true;
      fault.error_class = error.spark_throwable().error_class();
      fault.message = on_one_line(error.message());
      for (const auto& context : error.spark_throwable().query_contexts()) {
        if (context.context_type() == FetchErrorDetailsResponse::QueryContext::SQL && fault.position < 0 &&
            context.object_name().empty()) {
          fault.position = context.start_index();
        }
      }
    }
    at = error.has_cause_idx() ? error.cause_idx() : -1;
  }
}

bool says(const SparkFault& fault, std::string_view words) {
  return fault.message.find(words) != std::string::npos || fault.causes.find(words) != std::string::npos;
}

bool says_any(const SparkFault& fault, std::initializer_list<std::string_view> all) {
  return std::any_of(all.begin(), all.end(), [&](std::string_view words) { return says(fault, words); });
}

[[noreturn]] void throw_environment(const std::string& address, std::string what, std::string remedy) {
  throw EnvironmentError(
      {.where = "Spark at " + address, .what = std::move(what), .expected = "", .remedy = std::move(remedy)});
}

void throw_if_not_there(const SparkFault& fault, const std::string& address) {
  switch (fault.code) {
    case grpc::StatusCode::UNAUTHENTICATED:
      throw_environment(address, "refuses the token",
                        "set SPARK_CONNECT_AUTHENTICATE_TOKEN in the environment to the server's");
    case grpc::StatusCode::PERMISSION_DENIED:
      throw_environment(address, "does not let this user in: " + fault.message, "");
    case grpc::StatusCode::UNAVAILABLE:
      throw_environment(address, "does not answer: " + fault.message,
                        "look whether the server runs, and at engine.spark_url");
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      throw_environment(address, "does not answer in time", "look whether the server is overloaded");
    case grpc::StatusCode::UNIMPLEMENTED:
      throw_environment(address, "is no Spark Connect server that aisle can speak to: " + fault.message,
                        "aisle needs Spark 4.0 or newer");
    default:
      return;
  }
}

void throw_if_environment(const SparkFault& fault, const std::string& address) {
  const std::string said = "says: " + fault.message;
  if (says_any(fault, {"No space left on device", "Disk quota exceeded"})) {
    throw_environment(address, "has no space left on a disk: " + fault.message,
                      "make room in the project's folder and where Spark spills (spark.local.dir)");
  }
  if (says_any(fault,
               {"Permission denied", "Mkdirs failed", "AccessControlException", "AccessDeniedException"})) {
    throw_environment(address, "may not read or write there: " + fault.message,
                      "let the user that Spark runs as into the project's folder");
  }
  if (says_any(fault, {"OutOfMemoryError", "UNABLE_TO_ACQUIRE_MEMORY", "Unable to acquire"})) {
    throw_environment(address, "is out of memory: " + fault.message, "give Spark's executors more memory");
  }
  constexpr std::array<std::string_view, 8> kEnvironment = {
      "PATH_NOT_FOUND", "FAILED_READ_FILE", "TASK_WRITE_FAILED", "INVALID_HANDLE",
      "SESSION_",       "OPERATION_",       "JOB_CANCELLED",     "PATH_ALREADY_EXISTS"};
  for (const std::string_view head : kEnvironment) {
    if (fault.error_class.starts_with(head)) throw_environment(address, said, "");
  }
  if (says_any(fault, {"cancelled because SparkContext was shut down", "ExecutorLostFailure", "was cancelled",
                       "SparkContext was shut down"})) {
    throw_environment(address, said, "");
  }
}

std::string line_of(std::string_view sql, int position) {
  if (position < 0 || static_cast<std::size_t>(position) > sql.size()) return "";
  const auto begin = sql.begin();
  return fmt::format("line {}", 1 + std::count(begin, begin + position, '\n'));
}

}  // namespace

SparkFault spark_fault(const grpc::Status& status, const FetchErrorDetails& fetch) {
  SparkFault fault;
  fault.code = status.error_code();
  fault.message = on_one_line(status.error_message());
  fault.causes = status.error_message();
  const google::rpc::ErrorInfo info = error_info(status);
  fault.error_class = entry(info, "errorClass");
  FetchErrorDetailsResponse response;
  const std::string error_id = entry(info, "errorId");
  if (!error_id.empty() && fetch(error_id, response)) read_chain(response, fault);
  return fault;
}

void throw_spark_fault(const SparkFault& fault, std::string_view sql, const std::string& address) {
  throw_if_not_there(fault, address);
  throw_if_environment(fault, address);
  throw DataError({.where = line_of(sql, fault.position),
                   .what = "Spark says: " + fault.message,
                   .expected = "",
                   .remedy = ""});
}

}  // namespace aisle
