// Runs over HTTP: the history of the run store, the one under way, its events.
#pragma once

#include "aisle/project/project_paths.h"
#include "aisle/serve/event_log.h"
#include "aisle/serve/router.h"
#include "aisle/serve/run_control.h"

namespace aisle {

// Control and log must outlive the routes.
void add_run_routes(Router& router, const ProjectPaths& paths, RunControl& control, EventLog& log);

// What a POST body asks for. Throws HttpError 400 for what is no such JSON object, InvalidInput for assets
// that are not there and options that a run may not be given from here.
RunOrder parse_run_order(const std::string& body);

}  // namespace aisle
