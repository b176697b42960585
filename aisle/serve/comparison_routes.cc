#include "aisle/serve/comparison_routes.h"

#include <string>

#include "aisle/engine/project_engine.h"
#include "aisle/insight/comparison.h"
#include "aisle/project/options.h"
#include "aisle/serve/parameters.h"
#include "aisle/track/kept_runs.h"

namespace aisle {
namespace {

// Runs of this project alone: a folder, which `aisle compare` takes as well, would reach beyond it.
HttpResponse get_comparison(const HttpRequest& request, const ServedProject& project,
                            const CancelFlag& stopping) {
  const Parameters parameters(request, {"a", "b"});
  const Options options = load_options(project.paths.root, project.overrides);
  const auto folder = [&](const char* name, const char* otherwise) {
    const std::string run =
        named_run(project.paths, parameters.text(name).value_or(otherwise), options.identity.baseline, name);
    return kept_run(project.paths, run, name);
  };
  const auto a = folder("a", "previous");
  const auto b = folder("b", "latest");
  const auto engine = open_embedded_engine(options, project.paths, &stopping);
  return text_response(
      comparison_json(compare_results(read_kept_result(*engine, a), read_kept_result(*engine, b))),
      "application/json");
}

}  // namespace

void add_comparison_routes(Router& router, const ServedProject& project, const CancelFlag& stopping) {
  router.add({"GET", "/api/v1/comparison", Lane::kHeavy, [project, &stopping](const HttpRequest& request) {
                return get_comparison(request, project, stopping);
              }});
}

}  // namespace aisle
