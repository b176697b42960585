#include "aisle/insight/option_effect.h"

#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/project/options_edit.h"
#include "aisle/segment/train.h"

namespace aisle {
namespace {

// The sections that the model hangs on.
std::map<std::string, std::string> model_options(const Options& options) {
  std::vector<std::string> sections = cluster_sections();
  sections.insert(sections.end(), {"features", "forest"});
  std::map<std::string, std::string> lines;
  for (const std::string& section : sections) {
    const std::string text = canonical_options(options, {section});
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = text.find('\n', start);
      const std::string line = text.substr(start, end - start);
      const std::size_t sign = line.find(" = ");
      lines[line.substr(0, sign)] = line.substr(sign + 3);
      start = end + 1;
    }
  }
  return lines;
}

KeptResult as_result(std::string name, TrainedModel trained, const Options& options) {
  return {.run = std::move(name),
          .stores = std::move(trained.stores),
          .metrics = std::move(trained.metrics),
          .mean_jaccard = std::numeric_limits<double>::quiet_NaN(),
          .options = model_options(options)};
}

}  // namespace

std::optional<Comparison> effect_of_options(Engine& engine, const ProjectPaths& paths, const Options& before,
                                            const Options& after, const CancelFlag* cancel) {
  if (!std::filesystem::exists(paths.metrics) || !std::filesystem::exists(paths.clustered_stores)) {
    return std::nullopt;
  }
  const KeptResult now = as_result("now", read_trained(engine, paths), before);
  const KeptResult then = as_result(
      "then", fit_trained(engine, paths, read_store_features(engine, paths), after, ignore_events, cancel),
      after);
  return compare_results(now, then);
}

}  // namespace aisle
