// The end of a log file, and what is added to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace aisle {

// The last `n_lines` lines from the byte `begin` on, each with its end; "" where the file is not there.
std::string last_lines(const std::filesystem::path& log, int n_lines, std::uintmax_t begin = 0);

// Reads what has been added since the last call, in whole lines.
class LogFollower {
 public:
  // From the file's end on as it is now; a file that is not there yet is followed from its first byte.
  explicit LogFollower(std::filesystem::path log);
  std::string new_lines();

 private:
  std::filesystem::path log_;
  std::uintmax_t at_ = 0;
};

}  // namespace aisle
