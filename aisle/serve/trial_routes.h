// What `aisle tune` tried, over HTTP.
#pragma once

#include "aisle/project/project_paths.h"
#include "aisle/serve/router.h"

namespace aisle {

void add_trial_routes(Router& router, const ProjectPaths& paths);

}  // namespace aisle
