#include "aisle/track/outbox_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// A second name for the file, or a copy where the file system has no such thing.
void link_or_copy(const fs::path& source, const fs::path& target, const std::string& where) {
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (!error) {
    fs::create_hard_link(source, target, error);
    if (error) {
      error.clear();
      fs::copy_file(source, target, error);
    }
  }
  if (!error) return;
  throw EnvironmentError({.where = where,
                          .what = fmt::format("cannot be written ({})", error.message()),
                          .expected = "",
                          .remedy = ""});
}

}  // namespace

void keep_outbox_files(const ProjectPaths& paths, const std::string& run,
                       const std::vector<OutboxFile>& files) {
  const fs::path target = paths.outbox / run;
  StagedOutput folder(target, StagedOutput::Kind::kFolder);
  for (const OutboxFile& file : files) {
    std::error_code error;
    if (fs::is_directory(file.source, error)) {
      for (const std::string& name : files_in(file.source)) {
        link_or_copy(file.source / name, folder.path() / file.name / name, paths.relative(target));
      }
    } else if (fs::exists(file.source, error)) {
      link_or_copy(file.source, folder.path() / file.name, paths.relative(target));
    }
  }
  folder.commit();
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
