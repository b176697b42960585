// A folder for a moment: what is needed on the way and not kept.
#pragma once

#include <filesystem>

namespace aisle {

// A folder under the system's temporary one that only this process can read, and that goes with the object.
// Throws EnvironmentError when it cannot be made.
class PrivateFolder {
 public:
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace aisle
