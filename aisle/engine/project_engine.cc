#include "aisle/engine/project_engine.h"

#include <utility>

#include "aisle/engine/spark_engine.h"

namespace aisle {

std::unique_ptr<Engine> open_project_engine(const Options& options, const ProjectPaths& paths,
                                            const CancelFlag* cancel) {
  std::unique_ptr<EmbeddedEngine> embedded = open_embedded_engine(options, paths, cancel);
  if (options.engine.kind == EngineKind::kDuckdb) return embedded;
  return open_spark({.url = options.engine.spark_url,
                     .exchange = paths.state / "tmp",
                     .sessions = paths.state / "spark",
                     .cancel = cancel},
                    std::move(embedded));
}

std::filesystem::path spill_folder(const Options& options, const ProjectPaths& paths) {
  return options.engine.temp_directory.empty() ? paths.state / "tmp"
                                               : paths.root / options.engine.temp_directory;
}

std::unique_ptr<EmbeddedEngine> open_embedded_engine(const Options& options, const ProjectPaths& paths,
                                                     const CancelFlag* cancel) {
  const EngineSettings& settings = options.engine;
  return open_duckdb({.n_threads = settings.threads,
                      .memory_limit = settings.memory_limit,
                      .temp_directory = spill_folder(options, paths),
                      .cancel = cancel});
}

}  // namespace aisle
