// The results of past runs: .aisle/runs/RUN_ID/, so that a later run can be compared with one, or take its
// cluster ids. A folder holds final_clustered_stores.parquet, metrics.json, options.txt (canonical "key =
// value" lines) and, where they were made, stability.json and identity.json.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/project/project_paths.h"

namespace aisle {

// Runs whose result is kept, newest first.
std::vector<std::string> kept_runs(const ProjectPaths& paths);

// The folder of a kept run. Throws InvalidInput naming `where` for a run that is not known, with the nearest
// one that is kept, or whose result was not kept.
std::filesystem::path kept_run(const ProjectPaths& paths, const std::string& run, const std::string& where);

// The run that `name` stands for: "latest" is the newest kept one, "previous" the one before it, "baseline"
// what `baseline` (identity.baseline) says; any other name is a run's own and comes back as it is. Throws
// InvalidInput naming `where` for a word that stands for no run.
std::string named_run(const ProjectPaths& paths, const std::string& name, const std::string& baseline,
                      const std::string& where);

// Copies the artifacts that are there now into the run's folder, all or nothing. Throws EnvironmentError.
void keep_run(const ProjectPaths& paths, const std::string& run, const std::string& options);

// Removes the oldest kept runs but for `count` and for those named in `always`.
void drop_old_runs(const ProjectPaths& paths, int count, const std::vector<std::string>& always);

}  // namespace aisle
