// The code that makes each asset: calls the rooms, hands one stage's engine and tables to the next.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/engine/engine.h"
#include "aisle/engine/raw_tables.h"
#include "aisle/flow/query_progress.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/segment/train.h"
#include "aisle/track/run_store.h"

namespace aisle {

struct StageOutput {
  std::int64_t n_rows = -1;  // -1 when the asset is no table
  std::vector<Figure> figures;
};

// The stages of one run. The engine and the raw tables are opened by the first stage that needs them.
class Stages {
 public:
  Stages(const Options& options, const ProjectPaths& paths, RunStore& runs, const EventSink& sink,
         const CancelFlag* cancel);
  ~Stages();
  Stages(const Stages&) = delete;
  Stages& operator=(const Stages&) = delete;

  // Makes the asset `key` from what is on disk or was made before in this run. Throws DataError after the
  // data checks are written when a critical one failed.
  StageOutput make(const std::string& key);

 private:
  StageOutput make_data_checks();
  StageOutput make_store_features();
  StageOutput make_cluster_model();
  StageOutput make_cluster_stability();
  StageOutput make_segments();
  StageOutput make_insight();
  StageOutput make_store_map();
  StageOutput make_report();
  Engine& engine();
  const RawTables& raw_tables();

  const Options& options_;
  const ProjectPaths& paths_;
  RunStore& runs_;
  QueryProgressSink progress_;
  EventSink sink_;
  const CancelFlag* cancel_;
  std::unique_ptr<Engine> engine_;
  std::optional<RawTables> raw_;
  bool checked_open_ = false;
  std::optional<TrainedModel> trained_;  // of this run, or read for it
};

}  // namespace aisle
