// The files of a run that a tracking server is owed: .aisle/outbox/RUN/artifacts and .aisle/outbox/RUN/model.
// They are the run's own even when later runs have replaced the project's outputs. Outputs are replaced by
// renaming, never written again, so a second name for the same file (a hard link) keeps them without a copy.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/project/project_paths.h"

namespace aisle {

struct OutboxFile {
  std::filesystem::path source;  // a file, or a folder with all that is in it
  std::string name;              // below the run's folder, "artifacts/report.html"; with '/'
};

// Keeps the files under the run's name, all or nothing; those that are not there are left out. Throws
// EnvironmentError naming the folder.
void keep_outbox_files(const ProjectPaths& paths, const std::string& run,
                       const std::vector<OutboxFile>& files);

// Every file below a folder, relative to it, sorted, with '/'; empty for a folder that is not there.
std::vector<std::string> files_in(const std::filesystem::path& folder);

// Removes what was kept of the run.
void drop_outbox_files(const ProjectPaths& paths, const std::string& run);

}  // namespace aisle
