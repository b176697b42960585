// Runs as JSON. Included by .cc files only.
#pragma once

#include <optional>

#include "aisle/project/project_paths.h"
#include "aisle/serve/json_response.h"
#include "aisle/serve/run_control.h"
#include "aisle/track/run_store.h"

namespace aisle {

// A run of the history: what it was, how it ended, its metrics, whether its result was kept.
Json run_to_json(const RunRecord& run, const RunStore& store, bool is_kept);

Json to_json(const CurrentRun& run);

}  // namespace aisle
