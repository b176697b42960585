// The project's JSON documents by name, and those that were kept of its runs. Names are those of a list, so
// none leads out of the project.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/project/project_paths.h"
#include "aisle/serve/file_cache.h"
#include "aisle/serve/router.h"

namespace aisle {

struct NamedDocument {
  std::string name;
  std::filesystem::path file;
};

// In a fixed order, whether they are there or not.
std::vector<NamedDocument> project_documents(const ProjectPaths& paths);
std::vector<NamedDocument> run_documents(const std::filesystem::path& folder);
// The names of those that are there.
std::vector<std::string> names_there(const std::vector<NamedDocument>& documents);

// Documents of the project and of its kept runs. `files` must outlive the routes.
void add_document_routes(Router& router, const ProjectPaths& paths, FileCache& files);

}  // namespace aisle
