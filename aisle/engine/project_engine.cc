#include "aisle/engine/project_engine.h"

#include "aisle/base/errors.h"

namespace aisle {

std::unique_ptr<Engine> open_project_engine(const Options& options, const ProjectPaths& paths,
                                            const CancelFlag* cancel) {
  const EngineSettings& settings = options.engine;
  if (settings.kind == EngineKind::kSpark) {
    throw InvalidInput({.where = "engine.kind",
                        .what = "is spark, and this build has no Spark",
                        .expected = "duckdb",
                        .remedy = ""});
  }
  return open_duckdb({.n_threads = settings.threads,
                      .memory_limit = settings.memory_limit,
                      .temp_directory = settings.temp_directory.empty()
                                            ? paths.state / "tmp"
                                            : paths.root / settings.temp_directory,
                      .cancel = cancel});
}

}  // namespace aisle
