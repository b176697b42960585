#include "aisle/segment/train.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <utility>

#include "aisle/base/digest.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/json_fields.h"
#include "aisle/segment/package.h"
#include "aisle/segment/package_files.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// The steps that progress counts: read, the fit's own, measure, write.
constexpr int kSteps = kFitSteps + 3;
// The last column of the reference's store features; what comes after are features of ours.
constexpr const char* kLastReferenceColumn = "revenue_per_sqm";

struct FeatureOrigin {
  std::string document;  // JSON text; "" when there is none
  std::optional<std::int64_t> as_of;
};

FeatureOrigin read_origin(const ProjectPaths& paths) {
  FeatureOrigin origin;
  const fs::path file = fs::path(paths.store_features).replace_extension(".json");
  if (fs::exists(file)) {
    const Json json = Json::parse(read_file(file), nullptr, false);
    if (json.is_discarded() || !json.is_object()) {
      throw DataError({.where = paths.relative(file),
                       .what = "is not whole JSON",
                       .expected = "",
                       .remedy = "run `aisle features` to make it anew"});
    }
    origin.document = json.dump();
    if (json.contains("as_of") && json["as_of"].is_string()) {
      origin.as_of = parse_date(json["as_of"].get<std::string>(), paths.relative(file) + ": as_of");
    }
  }
  return origin;
}

Table read_features(Engine& engine, const ProjectPaths& paths) {
  if (!fs::exists(paths.store_features)) {
    throw DataError({.where = paths.relative(paths.store_features),
                     .what = "there are no store features",
                     .expected = "",
                     .remedy = "run `aisle features`"});
  }
  return read_parquet(engine, paths.store_features);
}

void add_numbers(Table& table, const char* name, const std::vector<double>& values) {
  Column column = double_column(name, values);
  column.is_null.assign(values.size(), 0);
  bool any_null = false;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values[row] == values[row]) continue;
    column.doubles[row] = 0;
    column.is_null[row] = 1;
    any_null = true;
  }
  if (!any_null) column.is_null.clear();
  table.add(std::move(column));
}

// metrics.json comes last and knows the other two by their digests: until then readers see that the files
// are of two fits.
void write_all(Engine& engine, const ProjectPaths& paths, TrainedModel& trained) {
  fs::create_directories(paths.artifacts);
  StagedOutput model(paths.model, StagedOutput::Kind::kFolder);
  StagedOutput clustered(paths.clustered_stores, StagedOutput::Kind::kFile);
  StagedOutput metrics(paths.metrics, StagedOutput::Kind::kFile);
  write_model(engine, trained.model, model.path());
  trained.metrics.model = digest_of_file(model.path() / package::kModelFile);
  write_table(engine, trained.stores, clustered.path());
  metrics.write(metrics_json(trained.metrics));
  std::optional<StagedOutput> identity;
  if (!trained.identity.baseline.empty()) {
    identity.emplace(paths.identity, StagedOutput::Kind::kFile);
    identity->write(identity_json(trained.identity, trained.metrics.fit));
  }
  std::vector<StagedOutput*> others = {&model, &clustered};
  if (identity) others.push_back(&*identity);
  commit_all(others);
  if (!identity) fs::remove(paths.identity);
  metrics.commit();
}

std::vector<std::int64_t> ids_in(const Table& stores, const char* name) {
  const Column* column = stores.find(name);
  return column == nullptr ? std::vector<std::int64_t>{} : column->ints;
}

// A train that was killed between its files leaves those of two fits side by side.
void refuse_another_fit(const TrainedModel& trained, const ProjectPaths& paths) {
  const auto cluster = ids_in(trained.stores, "cluster");
  const auto cluster_final = ids_in(trained.stores, "cluster_final");
  const Column* ids = trained.stores.find(kStoreId);
  const Column* in_fit = trained.stores.find("in_fit");
  const bool whole = ids != nullptr && in_fit != nullptr && cluster.size() == ids->size() &&
                     cluster_final.size() == ids->size();
  std::vector<std::string> fitted;
  for (std::size_t row = 0; whole && row < ids->size(); ++row) {
    if (in_fit->ints[row] != 0) fitted.push_back(ids->text_at(row));
  }
  if (whole && fitted == trained.model.store_ids &&
      fit_digest(*ids, cluster, cluster_final) == trained.metrics.fit &&
      is_model_of(trained.metrics, paths.model)) {
    return;
  }
  throw DataError({.where = paths.relative(paths.clustered_stores),
                   .what = "is not of the same fit as metrics.json and the model",
                   .expected = "",
                   .remedy = "run `aisle train`"});
}

}  // namespace

Table clustered_table(const Table& stores, const Assignments& assignments,
                      const std::vector<std::int64_t>& cluster_ids) {
  Table table;
  const bool has_reference_end = stores.find(kLastReferenceColumn) != nullptr;
  bool in_reference = true;
  const auto add_features = [&](bool wanted) {
    in_reference = true;
    for (const Column& column : stores.columns()) {
      if (column.name != kStoreId && column.name != kYearsOpen && in_reference == wanted) table.add(column);
      if (has_reference_end && column.name == kLastReferenceColumn) in_reference = false;
    }
  };
  add_features(true);
  if (const Column* years = stores.find(kYearsOpen)) table.add(*years);
  table.add(int_column("cluster", ids_of_labels(assignments.cluster, cluster_ids)));
  table.add(int_column("cluster_final", ids_of_labels(assignments.cluster_final, cluster_ids)));
  table.add(bool_column("is_inferred", assignments.is_inferred));
  std::vector<std::string> ids(stores.n_rows());
  for (std::size_t row = 0; row < ids.size(); ++row) ids[row] = stores.column(kStoreId).text_at(row);
  table.add(text_column(kStoreId, std::move(ids)));
  add_features(false);
  table.add(bool_column("in_fit", assignments.in_fit));
  add_numbers(table, "probability", assignments.probability);
  add_numbers(table, "inferred_share", assignments.inferred_share);
  add_numbers(table, "outlier_score", assignments.outlier_score);
  return table;
}

TrainedModel read_trained(Engine& engine, const ProjectPaths& paths) {
  for (const fs::path& file : {paths.clustered_stores, paths.metrics}) {
    if (fs::exists(file)) continue;
    throw DataError({.where = paths.relative(file),
                     .what = "is not there",
                     .expected = "",
                     .remedy = "run `aisle train`"});
  }
  TrainedModel trained;
  trained.metrics = parse_metrics(read_file(paths.metrics), paths.relative(paths.metrics));
  trained.stores = read_parquet(engine, paths.clustered_stores);
  trained.model = read_model(engine, paths.model);
  trained.identity.ids = trained.model.cluster_ids;
  trained.identity.last_id = trained.metrics.last_cluster_id;
  refuse_another_fit(trained, paths);
  return trained;
}

TrainedModel train(Engine& engine, const ProjectPaths& paths, const Options& options, const EventSink& sink,
                   const CancelFlag* cancel) {
  const auto step_done = [&](int step) {
    if (cancel != nullptr) cancel->check();
    sink(Progress{.asset = kModelAsset, .done = static_cast<double>(step), .total = kSteps, .unit = "steps"});
  };
  const FeatureOrigin origin = read_origin(paths);
  const Table stores = canonical_stores(read_features(engine, paths), origin.as_of);
  step_done(1);

  std::vector<std::string> notes;
  FittedModel fitted = fit_model(stores, options, notes, cancel, [&](int steps) { step_done(1 + steps); });
  TrainedModel trained;
  trained.model = std::move(fitted.model);
  trained.model.as_of = origin.as_of;
  trained.model.features_document = origin.document;
  for (const std::string& note : notes) sink(WarningRaised{.asset = kModelAsset, .message = note});
  const std::int32_t n_clusters = trained.model.clusters.n_clusters;
  trained.identity = options.identity.baseline.empty()
                         ? own_identity(n_clusters)
                         : identity_from(engine, paths, options.identity.baseline, stores.column(kStoreId),
                                         fitted.assignments.cluster_final, n_clusters);
  trained.model.cluster_ids = trained.identity.ids;
  trained.metrics =
      measure(trained.model, stores, fitted.assignments, trained.identity, std::move(notes), cancel);
  trained.stores = clustered_table(stores, fitted.assignments, trained.identity.ids);
  step_done(2 + kFitSteps);

  write_all(engine, paths, trained);
  step_done(kSteps);
  return trained;
}

}  // namespace aisle
