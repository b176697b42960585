// Inside the engine room only: what a Spark Connect server says of a failure, as the program's own errors.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <string>
#include <string_view>

#include "spark/connect/base.pb.h"

namespace aisle {

struct SparkFault {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string message;      // Spark's own, on one line
  std::string error_class;  // "UNRESOLVED_COLUMN.WITH_SUGGESTION"; "" where Spark names none
  std::string causes;       // the messages of everything behind it, for finding out what kind it is
  int position = -1;        // of the fault in the statement, in characters
};

// Asks the server for the details of an error by its id; false where it does not answer.
using FetchErrorDetails =
    std::function<bool(const std::string& error_id, ::spark::connect::FetchErrorDetailsResponse& response)>;

SparkFault spark_fault(const grpc::Status& status, const FetchErrorDetails& fetch);

// Throws what the fault means: EnvironmentError for a server that is away, a refused token, files,
// permissions, memory, disk and a job cancelled by others; else DataError whose `where` is the line of `sql`.
[[noreturn]] void throw_spark_fault(const SparkFault& fault, std::string_view sql,
                                    const std::string& address);

}  // namespace aisle
