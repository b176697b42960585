#include "aisle/flow/stages.h"

#include <cmath>
#include <filesystem>

#include "aisle/base/errors.h"
#include "aisle/engine/engine_room.h"
#include "aisle/engine/project_engine.h"
#include "aisle/features/build_features.h"
#include "aisle/features/write_features.h"
#include "aisle/flow/described_results.h"
#include "aisle/insight/segments.h"
#include "aisle/insight/write_insight.h"
#include "aisle/project/staged_output.h"
#include "aisle/quality/checks.h"
#include "aisle/report/report.h"
#include "aisle/segment/cluster_stability.h"

namespace aisle {
namespace {

constexpr const char* kSales = "fact_sales";

VolumeHistory recorded_volume(const RunStore& runs) {
  VolumeHistory history;
  for (const DailyVolume& day : runs.volumes(kSales)) history.push_back({day.day, day.n_rows, day.n_stores});
  return history;
}

void record_volume(RunStore& runs, const VolumeHistory& history) {
  std::vector<DailyVolume> days;
  for (const DayVolume& day : history) days.push_back({day.day, day.n_rows, day.n_stores});
  runs.set_volumes(kSales, days);
}

// A figure that does not exist (one cluster has no silhouette) is left out.
void add_figure(std::vector<Figure>& figures, const char* name, double value) {
  if (std::isfinite(value)) figures.push_back({name, value});
}

}  // namespace

Stages::Stages(const Options& options, const ProjectPaths& paths, RunStore& runs, const EventSink& sink,
               const CancelFlag* cancel)
    : options_(options),
      paths_(paths),
      runs_(runs),
      progress_(sink),
      sink_([this](const RunEvent& event) { progress_.emit(event); }),
      cancel_(cancel) {}

Stages::~Stages() = default;

StageOutput Stages::make(const std::string& key) {
  progress_.start_stage(key);
  if (key == "data_checks") return make_data_checks();
  if (key == "store_features") return make_store_features();
  if (key == "cluster_model") return make_cluster_model();
  if (key == "cluster_stability") return make_cluster_stability();
  if (key == "segments") return make_segments();
  if (key == "insight") return make_insight();
  if (key == "store_map") return make_store_map();
  if (key == "report") return make_report();
  throw InternalError({.where = "stages", .what = "no stage makes " + key, .expected = "", .remedy = ""});
}

Engine& Stages::engine() {
  if (engine_) return *engine_;
  engine_ = open_project_engine(options_, paths_, cancel_);
  engine_->set_progress([this](double share) { progress_.report_query(share); });
  return *engine_;
}

const RawTables& Stages::raw_tables() {
  if (!raw_) {
    raw_ = open_raw_tables(engine(), options_, paths_);
    for (const std::string& note : raw_->notes) sink_(NoteMade{"raw tables", note});
    const bool is_here = options_.engine.kind == EngineKind::kDuckdb;
    const std::string advice = is_here ? advice_on_room(engine_room(*raw_, options_, paths_)) : "";
    if (!advice.empty()) sink_(WarningRaised{"raw tables", advice});
  }
  return *raw_;
}

StageOutput Stages::make_data_checks() {
  CheckRun run;
  run.recorded = recorded_volume(runs_);
  const CheckOutcome outcome = run_checks(engine(), raw_tables(), options_, paths_, run, sink_);
  write_file(paths_.validation / kChecksText, describe(outcome));
  checked_open_ = true;
  if (outcome.critical_failed) {
    throw DataError({.where = "data checks",
                     .what = outcome.message,
                     .expected = "",
                     .remedy = "`aisle check` shows the rows"});
  }
  record_volume(runs_, outcome.next_recorded);
  return {.n_rows = -1,
          .figures = {{"expectations", outcome.n_expectations},
                      {"failed", outcome.n_failed},
                      {"quarantined_rows", outcome.n_quarantined}}};
}

StageOutput Stages::make_store_features() {
  if (!checked_open_) open_checked_tables(engine(), raw_tables(), paths_);
  checked_open_ = true;
  const FeatureResult result = build_features(engine(), raw_tables(), options_, paths_, sink_);
  write_features(engine(), result, paths_);
  return {.n_rows = static_cast<std::int64_t>(result.store_features.n_rows()),
          .figures = {{"columns", static_cast<std::int64_t>(result.store_features.n_cols())}}};
}

StageOutput Stages::make_cluster_model() {
  trained_ = train(engine(), paths_, options_, sink_, cancel_);
  const TrainedModel& trained = *trained_;
  StageOutput output{.n_rows = static_cast<std::int64_t>(trained.stores.n_rows()), .figures = {}};
  output.figures = {{"clusters", trained.metrics.n_clusters}, {"noise", trained.metrics.n_noise}};
  add_figure(output.figures, "noise_ratio", trained.metrics.noise_ratio);
  add_figure(output.figures, "dbcv_score", trained.metrics.dbcv_score);
  add_figure(output.figures, "silhouette_score", trained.metrics.silhouette_score);
  output.figures.push_back({"verdict", std::string(grade_name(trained.metrics.verdict.grade))});
  return output;
}

StageOutput Stages::make_cluster_stability() {
  if (!trained_) trained_ = read_trained(engine(), paths_);
  const StabilityReport report =
      measure_stability(trained_->model, trained_->stores, options_.stability, sink_, cancel_);
  write_file(paths_.stability, stability_json(report));
  StageOutput output;
  add_figure(output.figures, "mean_jaccard", report.observed.mean_jaccard);
  add_figure(output.figures, "dbcv_chance", report.dbcv_chance);
  return output;
}

StageOutput Stages::make_segments() {
  const std::int64_t n_segments = write_segments(engine(), options_, paths_);
  return {.n_rows = n_segments, .figures = {}};
}

StageOutput Stages::make_insight() {
  const auto warn = [&](const std::string& sentence) { sink_(WarningRaised{"insight", sentence}); };
  write_insight(engine(), options_, paths_, warn, cancel_);
  return {.n_rows = -1, .figures = {{"documents", static_cast<std::int64_t>(insight_documents().size())}}};
}

StageOutput Stages::make_store_map() {
  write_store_map(engine(), options_, paths_, cancel_);
  return {.n_rows = -1, .figures = {}};
}

StageOutput Stages::make_report() {
  write_report(options_, paths_, Audience::kFull, paths_.report);
  return {.n_rows = -1, .figures = {}};
}

}  // namespace aisle
