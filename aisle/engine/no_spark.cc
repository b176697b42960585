// In place of spark_engine.cc where the build has no Spark.
#include "aisle/base/errors.h"
#include "aisle/engine/spark_engine.h"

namespace aisle {

std::unique_ptr<Engine> open_spark(const SparkOptions&, std::unique_ptr<EmbeddedEngine>) {
  throw InvalidInput({.where = "engine.kind",
                      .what = "is spark, and this build of aisle has no Spark part",
                      .expected = "duckdb",
                      .remedy = "build it in: make build spark=on"});
}

}  // namespace aisle
