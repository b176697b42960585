// What other options would do to the clusters, before anything is written: the stores are clustered with them
// in memory and compared with what the last run left.
#pragma once

#include <optional>

#include "aisle/base/cancel.h"
#include "aisle/engine/engine.h"
#include "aisle/insight/comparison.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

// A is the project as it is, B what `after` would give on the same store features.
// Nothing where there is no result yet. Throws DataError, InvalidInput for options, Cancelled.
std::optional<Comparison> effect_of_options(Engine& engine, const ProjectPaths& paths, const Options& before,
                                            const Options& after, const CancelFlag* cancel = nullptr);

}  // namespace aisle
