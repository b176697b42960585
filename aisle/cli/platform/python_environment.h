// The virtual environment that MLflow and Dagster run in. Made on the first `aisle up` from a list of pinned
// packages that is part of the program.
#pragma once

#include <filesystem>
#include <string>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/project/project_paths.h"

namespace aisle {

// Makes sure that .aisle/platform/venv holds the pinned packages, and returns its Python. One that is whole
// is left; one of another list, or half made, is made again. Throws EnvironmentError where Python, its venv
// module or the network is missing; what pip said is in .aisle/logs/platform-install.log.
std::filesystem::path make_python_environment(const ProjectPaths& paths, const EventSink& sink,
                                              const CancelFlag* cancel);

// The Python of an environment that somebody else keeps. Throws InvalidInput where MLflow or Dagster is not
// in it.
std::filesystem::path given_python_environment(const std::filesystem::path& folder);

}  // namespace aisle
