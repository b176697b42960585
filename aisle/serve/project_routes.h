// What is served and how it stands: the project, its assets and their freshness.
#pragma once

#include <string>
#include <vector>

#include "aisle/project/project_paths.h"
#include "aisle/serve/file_cache.h"
#include "aisle/serve/router.h"
#include "aisle/serve/run_control.h"

namespace aisle {

struct ServedProject {
  ProjectPaths paths;
  std::vector<std::string> overrides;  // "SECTION.KEY=VALUE", as --set gives them
  bool read_only = false;
  std::string version;  // of aisle
};

// Files and control must outlive the routes.
void add_project_routes(Router& router, const ServedProject& project, FileCache& files,
                        const RunControl& control);

}  // namespace aisle
