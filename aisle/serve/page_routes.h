// The page that people open, and the report's file.
#pragma once

#include <string_view>

#include "aisle/project/project_paths.h"
#include "aisle/serve/file_cache.h"
#include "aisle/serve/router.h"

namespace aisle {

// `files` must outlive the routes.
void add_page_routes(Router& router, const ProjectPaths& paths, FileCache& files);

// The API's description, as it is compiled in.
std::string_view openapi_text();

}  // namespace aisle
