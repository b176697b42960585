// A small tmpfs that a test can fill, mounted for its time.
#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <string>

namespace aisle::testing {

class SmallDisk {
 public:
  // `size` as mount takes it: "64k", "3m".
  SmallDisk(const std::filesystem::path& folder, const std::string& size) : folder_(folder) {
    std::filesystem::create_directories(folder);
    mounted_ = ::mount("tmpfs", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  // False where that is not allowed (it needs root).
  bool mounted() const { return mounted_; }

 private:
  std::filesystem::path folder_;
  bool mounted_ = false;
};

}  // namespace aisle::testing
