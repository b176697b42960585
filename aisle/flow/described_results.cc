#include "aisle/flow/described_results.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "aisle/insight/segments.h"
#include "aisle/insight/segments_table.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/metrics.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string number_or_none(double value) {
  return std::isfinite(value) ? fmt::format("{:.3f}", value) : "none";
}

}  // namespace

std::string describe_checks(const ProjectPaths& paths) {
  const fs::path file = paths.validation / kChecksText;
  return fs::exists(file) ? read_file(file) : "";
}

std::string describe_features(const ProjectPaths& paths) {
  const fs::path file = fs::path(paths.store_features).replace_extension(".json");
  if (!fs::exists(file)) return "";
  const json document = json::parse(read_file(file), nullptr, false);
  if (!document.is_object()) return "";
  std::string text =
      fmt::format("{} stores, {} features, sales of {} to {}, ages on {}\n", document.value("n_stores", 0),
                  document.value("n_columns", 0), document.value("from", ""), document.value("until", ""),
                  document.value("as_of", ""));
  for (const json& group : document.value("groups", json::array())) {
    const std::string why = group.value("why", "");
    text += fmt::format("  {} {:<14} {}\n", group.value("made", false) ? "made" : "left",
                        group.value("group", ""), why);
  }
  for (const json& lost : document.value("lost", json::array())) {
    text += fmt::format("  not used: {} {}\n", lost.value("n", 0), lost.value("what", ""));
  }
  return text + "  in " + paths.relative(paths.store_features) + "\n";
}

std::string describe_metrics(const ProjectPaths& paths) {
  if (!fs::exists(paths.metrics)) return "";
  const Metrics metrics = parse_metrics(read_file(paths.metrics), paths.relative(paths.metrics));
  std::string text =
      fmt::format("{} stores, {} clusters, {} noise ({:.1f} %)\n  DBCV {}, silhouette {}\n  verdict: {}\n",
                  metrics.n_fitted, metrics.n_clusters, metrics.n_noise, 100 * metrics.noise_ratio,
                  number_or_none(metrics.dbcv_score), number_or_none(metrics.silhouette_score),
                  grade_name(metrics.verdict.grade));
  for (const VerdictAspect& aspect : metrics.verdict.aspects) {
    text += fmt::format("    {:<11} {:<7} {}\n", aspect.name, grade_name(aspect.grade), aspect.reason);
  }
  return text + "  in " + paths.relative(paths.artifacts) + "\n";
}

std::string describe_segments(const ProjectPaths& paths, int width) {
  const fs::path file = paths.insight / "segments.json";
  if (!fs::exists(file)) return "";
  return render_segments(parse_segments(read_file(file), paths.relative(file)), width);
}

}  // namespace aisle
