// A small trained project, the same on each call: where the harnesses' documents come from.
#pragma once

#include "aisle/project/staged_output.h"
#include "aisle/segment/cluster_stability.h"
#include "aisle/segment/train.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle::fuzz {

inline Table small_stores() {
  return synthetic_stores(24, 2, 0.3);
}

// A project whose data/artifacts has a model of 24 stores and 2 trees, its metrics and its stability.
class SmallProject : public TemporaryProject {
 public:
  SmallProject() {
    put_features(small_stores());
    const Options options = preset_options("original", {"forest.n_trees=2", "limits.max_clusters=9",
                                                        "stability.resamples=2", "stability.null_runs=1"});
    const TrainedModel trained = train(*engine, paths, options, ignore_events);
    const StabilityReport report =
        measure_stability(trained.model, trained.stores, options.stability, ignore_events);
    write_file(paths.stability, stability_json(report));
  }
};

}  // namespace aisle::fuzz
