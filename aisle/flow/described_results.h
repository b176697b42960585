// What the last run left, in words for a terminal: checks, features, metrics, segments.
#pragma once

#include <string>

#include "aisle/project/project_paths.h"

namespace aisle {

// The checks' outcome in words, in data/validation.
inline constexpr const char* kChecksText = "checks.txt";

// Each returns "" when its document is not there.
std::string describe_checks(const ProjectPaths& paths);
std::string describe_features(const ProjectPaths& paths);
std::string describe_metrics(const ProjectPaths& paths);
// Lines of at most `width` characters.
std::string describe_segments(const ProjectPaths& paths, int width);

}  // namespace aisle
