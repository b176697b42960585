#include "aisle/cli/verbs/materialising_verb.h"

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/flow/dagster_pipes.h"
#include "aisle/project/staged_output.h"
#include "aisle/quality/checks.h"

namespace aisle {
namespace {

// Dagster hears how the work ended, be it with an error from before the run began.
template <typename Work>
RunReport tell(DagsterPipes& pipes, const Work& work) {
  try {
    RunReport report = work();
    pipes.close();
    return report;
  } catch (const Error& error) {
    pipes.close(error.kind(), error.what());
    throw;
  } catch (const std::exception& error) {
    pipes.close("InternalError", error.what());
    throw;
  }
}

}  // namespace

RunReport materialise_for(CommandContext& context, const RunRequest& request) {
  const auto run = [&](const EventSink& sink) {
    const Options options = context.load_options();
    const ThreadLimit limit(options.engine.threads);
    return materialise(options, context.paths(), request, sink, context.cancel());
  };
  auto bootstrap =
      read_pipes_bootstrap(std::getenv("DAGSTER_PIPES_CONTEXT"), std::getenv("DAGSTER_PIPES_MESSAGES"));
  if (!bootstrap) return run(context.sink());
  const ProjectPaths paths = context.paths();
  DagsterPipes pipes(std::move(*bootstrap), paths.root, [&paths] { return recorded_checks(paths); });
  return tell(pipes, [&] {
    const EventSink sink = context.sink();
    return run([&](const RunEvent& event) {
      pipes.emit(event);
      sink(event);
    });
  });
}

void print_result(const CommandContext& context, const std::string& text,
                  const std::filesystem::path& document) {
  if (!context.json()) {
    std::fputs(text.c_str(), stdout);
  } else if (!document.empty() && std::filesystem::exists(document)) {
    const auto content = nlohmann::ordered_json::parse(read_file(document), nullptr, false);
    std::puts(nlohmann::ordered_json{{"event", "result"}, {"document", content}}.dump().c_str());
  }
}

}  // namespace aisle
