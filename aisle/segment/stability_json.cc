#include <fmt/format.h>

#include <cmath>

#include "aisle/segment/cluster_stability.h"
#include "aisle/segment/json_fields.h"

namespace aisle {
namespace {

constexpr const char* kKind = "aisle-stability";

Json figures_json(const FitFigures& figures) {
  return {{"dbcv", number_or_null(figures.dbcv)},
          {"silhouette", number_or_null(figures.silhouette)},
          {"mean_jaccard", number_or_null(figures.mean_jaccard)},
          {"noise_ratio", number_or_null(figures.noise_ratio)},
          {"n_clusters", figures.n_clusters}};
}

FitFigures parse_figures(const Json& json, const std::string& where) {
  return {.dbcv = number_or_nan(json, "dbcv", where),
          .silhouette = number_or_nan(json, "silhouette", where),
          .mean_jaccard = number_or_nan(json, "mean_jaccard", where),
          .noise_ratio = number_or_nan(json, "noise_ratio", where),
          .n_clusters = field<std::int64_t>(json, "n_clusters", where)};
}

}  // namespace

std::string stability_json(const StabilityReport& report) {
  Json clusters = Json::array();
  for (std::size_t at = 0; at < report.clusters.size(); ++at) {
    const ClusterStability& cluster = report.clusters[at];
    const bool measured = !std::isnan(cluster.mean_jaccard);
    clusters.push_back({{"cluster", report.cluster_ids[at]},
                        {"mean_jaccard", number_or_null(cluster.mean_jaccard)},
                        {"band", measured ? Json(stability_band_name(cluster.band)) : Json(nullptr)},
                        {"n_present", cluster.n_present},
                        {"n_dissolved", cluster.n_dissolved},
                        {"n_recovered", cluster.n_recovered}});
  }
  Json runs = Json::array();
  for (const FitFigures& run : report.null_runs) runs.push_back(figures_json(run));
  const Json document = {{"kind", kKind},
                         {"format", kStabilityFormat},
                         {"fit", report.fit},
                         {"enabled", report.enabled},
                         {"n_fitted", report.n_fitted},
                         {"n_sampled", report.n_sampled},
                         {"n_resamples", report.n_resamples},
                         {"clusters", clusters},
                         {"observed", figures_json(report.observed)},
                         {"null_runs", runs},
                         {"chance",
                          {{"dbcv", number_or_null(report.dbcv_chance)},
                           {"silhouette", number_or_null(report.silhouette_chance)},
                           {"mean_jaccard", number_or_null(report.jaccard_chance)}}}};
  return document.dump(2) + "\n";
}

StabilityReport parse_stability(const std::string& text, const std::string& where) {
  const Json json = parse_document(text, where, kKind, kStabilityFormat);
  StabilityReport report;
  report.fit = field<std::string>(json, "fit", where);
  report.enabled = field<bool>(json, "enabled", where);
  report.n_fitted = field<std::int64_t>(json, "n_fitted", where);
  report.n_sampled = field<std::int64_t>(json, "n_sampled", where);
  report.n_resamples = field<int>(json, "n_resamples", where);
  for (const Json& entry : field<Json>(json, "clusters", where)) {
    report.cluster_ids.push_back(field<std::int64_t>(entry, "cluster", where));
    ClusterStability cluster;
    cluster.mean_jaccard = number_or_nan(entry, "mean_jaccard", where);
    cluster.band = stability_band(cluster.mean_jaccard);
    cluster.n_present = field<int>(entry, "n_present", where);
    cluster.n_dissolved = field<int>(entry, "n_dissolved", where);
    cluster.n_recovered = field<int>(entry, "n_recovered", where);
    report.clusters.push_back(cluster);
  }
  report.observed = parse_figures(field<Json>(json, "observed", where), where);
  for (const Json& run : field<Json>(json, "null_runs", where)) {
    report.null_runs.push_back(parse_figures(run, where));
  }
  const auto chance = field<Json>(json, "chance", where);
  report.dbcv_chance = number_or_nan(chance, "dbcv", where);
  report.silhouette_chance = number_or_nan(chance, "silhouette", where);
  report.jaccard_chance = number_or_nan(chance, "mean_jaccard", where);
  return report;
}

}  // namespace aisle
