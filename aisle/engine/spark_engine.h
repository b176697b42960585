// Spark over Spark Connect as an Engine. In a build without its part (CMake: AISLE_SPARK), open_spark
// refuses.
//
// Spark reads the user's files and writes its rows in the project's folder, so the cluster must see that
// folder by the same path as this machine. What is worth keeping (queries' rows, small tables) comes back
// through gRPC.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "aisle/engine/engine.h"

namespace aisle {

struct SparkOptions {
  std::string url;                      // engine.spark_url
  std::filesystem::path exchange = {};  // folder for files between here and the cluster; made when needed
  std::filesystem::path sessions = {};  // folder where the ids of open sessions are kept
  const CancelFlag* cancel = nullptr;
};

// No connection is made before the first query. Sessions that a killed process left in `sessions` are
// released then, with whatever they still run. Throws InvalidInput for a faulty address and where this build
// has no Spark.
std::unique_ptr<Engine> open_spark(const SparkOptions& options, std::unique_ptr<EmbeddedEngine> embedded);

}  // namespace aisle
