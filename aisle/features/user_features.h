// A user's own features: every .sql file in the project's sql folder.
#pragma once

#include <vector>

#include "aisle/features/feature_catalogue.h"
#include "aisle/project/project_paths.h"

namespace aisle {

// The files of PROJECT/sql, sorted by name, as groups named after their files. A head ("-- group: ...") is
// optional; where the first line begins one, all of it must be of the catalogue's form. Throws
// EnvironmentError for a file that cannot be read.
std::vector<FeatureGroup> user_feature_groups(const ProjectPaths& paths);

}  // namespace aisle
