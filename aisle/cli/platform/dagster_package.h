// The Python package by which Dagster knows a project; it is part of the program, so that both are of one
// version.
#pragma once

#include <filesystem>

#include "aisle/project/project_paths.h"

namespace aisle {

// Puts the package aisle_dagster below .aisle/platform/python with that Python, unless it is there, and
// returns the folder for PYTHONPATH. Throws EnvironmentError.
std::filesystem::path unpack_dagster_package(const ProjectPaths& paths, const std::filesystem::path& python);

}  // namespace aisle
