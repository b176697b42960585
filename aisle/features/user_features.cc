#include "aisle/features/user_features.h"

#include <algorithm>
#include <filesystem>

#include "aisle/project/staged_output.h"

namespace aisle {

std::vector<FeatureGroup> user_feature_groups(const ProjectPaths& paths) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(paths.sql)) {
    for (const auto& entry : std::filesystem::directory_iterator(paths.sql)) {
      if (entry.is_regular_file() && entry.path().extension() == ".sql") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<FeatureGroup> groups;
  for (const auto& file : files) {
    const std::string text = read_file(file);
    const std::string shown = paths.relative(file);
    FeatureGroup group;
    if (text.starts_with("-- group:")) group = read_feature_group(text, shown);
    group.file = shown;
    group.sql = text;
    if (group.name.empty()) group.name = file.stem().string();
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace aisle
