#include "aisle/track/outbox_files.h"

#include <algorithm>
#include <memory>
#include <system_error>

#include "aisle/project/file_error.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// A second name for the file, or a copy where the file system has no such thing.
void link_or_copy(const fs::path& source, const fs::path& target) {
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (!error) {
    fs::create_hard_link(source, target, error);
    if (error) {
      error.clear();
      fs::copy_file(source, target, error);
    }
  }
  if (error) throw file_error(staged_target(target), error.value(), FileUse::kWrite);
}

std::unique_ptr<StagedOutput> staged_copy(const fs::path& source, const fs::path& target) {
  if (!fs::is_directory(source)) {
    auto output = std::make_unique<StagedOutput>(target, StagedOutput::Kind::kFile);
    fs::remove(output->path());  // its name is for the link
    link_or_copy(source, output->path());
    return output;
  }
  auto output = std::make_unique<StagedOutput>(target, StagedOutput::Kind::kFolder);
  for (const std::string& name : files_in(source)) link_or_copy(source / name, output->path() / name);
  return output;
}

}  // namespace

std::string outbox_name(const std::string& output) {
  const std::string artifacts = "data/artifacts/";
  if (output == artifacts + "model") return "model";
  if (output.starts_with(artifacts)) return "artifacts/" + output.substr(artifacts.size());
  if (output.starts_with("data/validation")) return "artifacts/" + output.substr(std::string("data/").size());
  return "";
}

void keep_outbox_files(const ProjectPaths& paths, const std::string& run,
                       const std::vector<OutboxFile>& files) {
  std::vector<std::unique_ptr<StagedOutput>> staged;
  std::vector<StagedOutput*> outputs;
  for (const OutboxFile& file : files) {
    const fs::path target = paths.outbox / run / file.name;
    std::error_code error;
    // Renaming one name of a file over another one of it does nothing, and leaves both.
    if (!fs::exists(file.source, error) || fs::equivalent(file.source, target, error)) continue;
    staged.push_back(staged_copy(file.source, target));
    outputs.push_back(staged.back().get());
  }
  commit_all(outputs);
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file(error))
      names.push_back(entry->path().lexically_relative(folder).generic_string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void drop_outbox_files(const ProjectPaths& paths, const std::string& run) {
  std::error_code ignored;
  fs::remove_all(paths.outbox / run, ignored);
  fs::remove(paths.outbox, ignored);  // only when nothing else is owed
}

}  // namespace aisle
