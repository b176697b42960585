// Run events as JSON, one object a line: `--json`, and what the page and other programs read.
#pragma once

#include <string>

#include "aisle/base/events.h"

namespace aisle {

// One line without its end, e.g. {"event":"asset_made","asset":"store_features","n_rows":100,...}.
std::string event_to_json(const RunEvent& event);

}  // namespace aisle
