#include "aisle/segment/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "aisle/base/digest.h"
#include "aisle/cluster/validity.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/json_fields.h"
#include "aisle/segment/package_files.h"
#include "aisle/segment/store_table.h"
#include "aisle/segment/tie_order.h"
#include "aisle/segment/verdict_json.h"

namespace aisle {
namespace {

constexpr const char* kKind = "aisle-metrics";

std::vector<ActiveColumn> active_columns(const ModelColumns& columns) {
  std::vector<ActiveColumn> result;
  for (const NumericInput& input : columns.context_numeric) {
    result.push_back({input.column, transform_name(input.transform), "context"});
  }
  for (const CategoryInput& input : columns.context_categorical) {
    result.push_back({input.column, "category", "context"});
  }
  for (const NumericInput& input : columns.behaviour) {
    result.push_back({input.column, transform_name(input.transform), "behaviour"});
  }
  return result;
}

std::vector<std::int64_t> count_labels(const std::vector<std::int32_t>& labels, std::int64_t n_clusters) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(n_clusters));
  for (const std::int32_t label : labels) {
    if (label >= 0) ++counts[static_cast<std::size_t>(label)];
  }
  return counts;
}

std::int64_t count_set(const std::vector<std::uint8_t>& flags) {
  return std::count_if(flags.begin(), flags.end(), [](std::uint8_t flag) { return flag != 0; });
}

// One choice of clusters, with what it changes against the one without limits.
Json choice_json(const ChoiceFigures& figures, const ChoiceFigures& without) {
  const LimitChange change = change_of(figures, without);
  return {{"n_clusters", figures.n_clusters},
          {"n_noise", figures.n_noise},
          {"stability", number_or_null(figures.stability)},
          {"stability_change", number_or_null(change.stability)},
          {"dbcv", number_or_null(figures.dbcv)},
          {"dbcv_change", number_or_null(change.dbcv)}};
}

Json limits_json(const LimitEffect& effect) {
  Json alone = Json::array();
  for (const LimitAlone& limit : effect.alone) {
    alone.push_back(
        {{"option", limit.option},
         {"choice", limit.figures ? choice_json(*limit.figures, effect.without) : Json(nullptr)}});
  }
  return {{"without", choice_json(effect.without, effect.without)},
          {"within", choice_json(effect.within, effect.without)},
          {"alone", alone}};
}

ChoiceFigures parse_choice(const Json& json, const std::string& where) {
  return {.n_clusters = field<std::int64_t>(json, "n_clusters", where),
          .n_noise = field<std::int64_t>(json, "n_noise", where),
          .stability = number_or_nan(json, "stability", where),
          .dbcv = number_or_nan(json, "dbcv", where)};
}

LimitEffect parse_limits(const Json& json, const std::string& where) {
  LimitEffect effect{.without = parse_choice(field<Json>(json, "without", where), where),
                     .within = parse_choice(field<Json>(json, "within", where), where),
                     .alone = {}};
  for (const Json& entry : field<Json>(json, "alone", where)) {
    LimitAlone alone{.option = field<std::string>(entry, "option", where), .figures = std::nullopt};
    const Json choice = field<Json>(entry, "choice", where);
    if (!choice.is_null()) alone.figures = parse_choice(choice, where);
    effect.alone.push_back(std::move(alone));
  }
  return effect;
}

}  // namespace

std::string fit_digest(const Column& store_ids, std::span<const std::int64_t> cluster,
                       std::span<const std::int64_t> cluster_final) {
  std::string bytes;
  for (std::size_t row = 0; row < store_ids.size(); ++row) {
    const std::string id = store_ids.text_at(row);
    // The length first, so that no id can pass for the end of another.
    bytes += fmt::format("{}:{}{},{};", id.size(), id, cluster[row], cluster_final[row]);
  }
  return digest_of(bytes);
}

bool is_model_of(const Metrics& metrics, const std::filesystem::path& folder) {
  if (metrics.model.empty()) return true;
  const std::filesystem::path file = folder / package::kModelFile;
  return std::filesystem::exists(file) && digest_of_file(file) == metrics.model;
}

Metrics measure(const Model& model, const Table& stores, const Assignments& assignments,
                const ClusterIdentity& identity, std::vector<std::string> notes, const CancelFlag* cancel) {
  Metrics metrics;
  const ClusterSelection& selection = model.clusters;
  metrics.fit = fit_digest(stores.column(kStoreId), ids_of_labels(assignments.cluster, identity.ids),
                           ids_of_labels(assignments.cluster_final, identity.ids));
  metrics.cluster_ids = identity.ids;
  metrics.last_cluster_id = identity.last_id;
  metrics.preset = model.preset;
  metrics.method = cluster_method_name(model.method);
  metrics.n_stores = static_cast<std::int64_t>(stores.n_rows());
  metrics.n_fitted = static_cast<std::int64_t>(model.store_ids.size());
  metrics.n_assigned = count_set(assigned_afterwards(stores));
  metrics.n_left_out = metrics.n_stores - metrics.n_fitted - metrics.n_assigned;
  metrics.n_inferred = count_set(assignments.is_inferred);
  metrics.n_clusters = selection.n_clusters;
  metrics.n_noise = selection.n_noise;
  metrics.noise_ratio = static_cast<double>(metrics.n_noise) / static_cast<double>(metrics.n_fitted);
  metrics.sizes = count_labels(selection.labels, metrics.n_clusters);
  metrics.sizes_final = count_labels(assignments.cluster_final, metrics.n_clusters);
  metrics.persistence = selection.persistence;
  metrics.limits = limit_effect(model, cancel);
  metrics.eigenvalues = model.design.famd.eigenvalues;
  for (const double eigenvalue : metrics.eigenvalues) {
    const double total = model.design.famd.total_inertia;
    metrics.explained_inertia.push_back(total > 0 ? eigenvalue / total : 0.0);
  }
  metrics.columns = active_columns(model.design.columns);
  metrics.notes = std::move(notes);

  std::vector<std::int32_t> fitted_final;  // of the training rows
  fitted_final.reserve(model.store_ids.size());
  for (std::size_t row = 0; row < assignments.in_fit.size(); ++row) {
    if (assignments.in_fit[row] != 0) fitted_final.push_back(assignments.cluster_final[row]);
  }
  if (metrics.n_clusters >= 2) {
    const Dbcv validity = ordered_dbcv(model.matrix, selection.labels, model.store_ids, model.metric, cancel);
    metrics.dbcv_score = validity.index;
    metrics.dbcv_by_cluster = validity.by_cluster;
    metrics.silhouette_score = silhouette(model.matrix, fitted_final, Metric::kEuclidean, cancel);
  } else {
    metrics.dbcv_score = std::numeric_limits<double>::quiet_NaN();
    metrics.silhouette_score = std::numeric_limits<double>::quiet_NaN();
  }
  const auto fitted_sizes = count_labels(fitted_final, metrics.n_clusters);
  const VerdictFigures figures{
      .n_stores = metrics.n_fitted,
      .n_clusters = metrics.n_clusters,
      .n_noise = metrics.n_noise,
      .dbcv = metrics.dbcv_score,
      .silhouette = metrics.silhouette_score,
      .smallest = fitted_sizes.empty() ? 0 : *std::min_element(fitted_sizes.begin(), fitted_sizes.end()),
      .limits = metrics.limits ? limits_sentence(*metrics.limits) : ""};
  std::vector<std::int32_t> compared = assignments.cluster_final;
  for (std::size_t row = 0; row < compared.size(); ++row) {
    if (assignments.in_fit[row] == 0) compared[row] = -1;
  }
  auto repeats = metrics.n_clusters >= 2 ? repetitions(stores, compared) : std::vector<Repetition>{};
  metrics.verdict = judge(figures, std::move(repeats));
  return metrics;
}

std::string metrics_json(const Metrics& metrics) {
  Json columns = Json::array();
  for (const ActiveColumn& column : metrics.columns) {
    columns.push_back({{"column", column.column}, {"transform", column.transform}, {"role", column.role}});
  }
  Json persistence = Json::array();
  for (const double value : metrics.persistence) persistence.push_back(number_or_null(value));
  Json by_cluster = Json::array();
  for (const double value : metrics.dbcv_by_cluster) by_cluster.push_back(number_or_null(value));
  const Json document = {{"kind", kKind},
                         {"format", kMetricsFormat},
                         {"fit", metrics.fit},
                         {"model", metrics.model},
                         {"preset", metrics.preset},
                         {"method", metrics.method},
                         {"n_stores", metrics.n_stores},
                         {"n_fitted", metrics.n_fitted},
                         {"n_assigned", metrics.n_assigned},
                         {"n_left_out", metrics.n_left_out},
                         {"n_inferred", metrics.n_inferred},
                         {"n_clusters", metrics.n_clusters},
                         {"n_noise", metrics.n_noise},
                         {"noise_ratio", metrics.noise_ratio},
                         {"dbcv_score", number_or_null(metrics.dbcv_score)},
                         {"silhouette_score", number_or_null(metrics.silhouette_score)},
                         {"cluster_ids", metrics.cluster_ids},
                         {"last_cluster_id", metrics.last_cluster_id},
                         {"limits", metrics.limits ? limits_json(*metrics.limits) : Json(nullptr)},
                         {"sizes", metrics.sizes},
                         {"sizes_final", metrics.sizes_final},
                         {"persistence", persistence},
                         {"dbcv_by_cluster", by_cluster},
                         {"eigenvalues", metrics.eigenvalues},
                         {"explained_inertia", metrics.explained_inertia},
                         {"columns", columns},
                         {"notes", metrics.notes},
                         {"verdict", verdict_json(metrics.verdict)}};
  return document.dump(2) + "\n";
}

Metrics parse_metrics(const std::string& text, const std::string& where) {
  const Json json = parse_document(text, where, kKind, kMetricsFormat);
  const auto whole = [&](const char* key) { return field<std::int64_t>(json, key, where); };
  const auto numbers = [&](const char* key) {
    std::vector<double> values;
    for (const Json& value : field<Json>(json, key, where)) {
      if (!value.is_number() && !value.is_null())
        throw bad_document(where, fmt::format("has '{}' of another kind than expected", key));
      values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
    }
    return values;
  };
  Metrics metrics;
  if (json.contains("fit")) metrics.fit = field<std::string>(json, "fit", where);
  if (json.contains("model")) metrics.model = field<std::string>(json, "model", where);
  metrics.preset = field<std::string>(json, "preset", where);
  metrics.method = field<std::string>(json, "method", where);
  metrics.n_stores = whole("n_stores");
  metrics.n_fitted = whole("n_fitted");
  metrics.n_assigned = whole("n_assigned");
  metrics.n_left_out = whole("n_left_out");
  metrics.n_inferred = whole("n_inferred");
  metrics.n_clusters = whole("n_clusters");
  metrics.n_noise = whole("n_noise");
  metrics.noise_ratio = field<double>(json, "noise_ratio", where);
  metrics.dbcv_score = number_or_nan(json, "dbcv_score", where);
  metrics.silhouette_score = number_or_nan(json, "silhouette_score", where);
  // Documents before identities lack both: there the ids are 0, 1, ..
  if (json.contains("cluster_ids")) {
    metrics.cluster_ids = field<std::vector<std::int64_t>>(json, "cluster_ids", where);
    metrics.last_cluster_id = whole("last_cluster_id");
  } else {
    metrics.cluster_ids = own_identity(static_cast<std::int32_t>(metrics.n_clusters)).ids;
    metrics.last_cluster_id = metrics.n_clusters - 1;
  }
  if (!are_ids(metrics.cluster_ids, metrics.n_clusters)) {
    throw bad_document(where, "has no id of its own for each cluster");
  }
  if (json.contains("limits") && !json["limits"].is_null()) {
    metrics.limits = parse_limits(json["limits"], where);
  }
  metrics.sizes = field<std::vector<std::int64_t>>(json, "sizes", where);
  metrics.sizes_final = field<std::vector<std::int64_t>>(json, "sizes_final", where);
  metrics.persistence = numbers("persistence");
  metrics.dbcv_by_cluster = numbers("dbcv_by_cluster");
  metrics.eigenvalues = numbers("eigenvalues");
  metrics.explained_inertia = numbers("explained_inertia");
  for (const Json& column : field<Json>(json, "columns", where)) {
    metrics.columns.push_back({.column = field<std::string>(column, "column", where),
                               .transform = field<std::string>(column, "transform", where),
                               .role = field<std::string>(column, "role", where)});
  }
  metrics.notes = field<std::vector<std::string>>(json, "notes", where);
  metrics.verdict = parse_verdict(field<Json>(json, "verdict", where), where);
  return metrics;
}

}  // namespace aisle
