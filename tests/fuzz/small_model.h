// A small trained project, the same on each call: where the harnesses' documents come from.
#pragma once

#include "aisle/segment/train.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle::fuzz {

inline Table small_stores() {
  return synthetic_stores(24, 2, 0.3);
}

// A project whose data/artifacts has a model of 24 stores and 2 trees.
class SmallProject : public TemporaryProject {
 public:
  SmallProject() {
    put_features(small_stores());
    train(*engine, paths, preset_options("original", {"forest.n_trees=2"}), ignore_events);
  }
};

}  // namespace aisle::fuzz
